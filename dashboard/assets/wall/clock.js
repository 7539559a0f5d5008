/** World time on this screen: the server's, running on between two of its words. */
export class WorldClock {
  constructor() {
    this.at = Date.now();
    this.heard = performance.now();
    this.speed = 1;
    this.known = false;
  }

  /** @param {{at: string, speed: number}} world */
  set(world) {
    this.at = Date.parse(world.at);
    this.heard = performance.now();
    this.speed = world.speed;
    this.known = true;
  }

  /** @returns {number} milliseconds */
  now() {
    return this.at + (performance.now() - this.heard) * this.speed;
  }
}

/**
 * Room on the screen: boxes taken so far, found again through a coarse grid.
 * @typedef {[number, number, number, number]} Box left, top, right, bottom
 */
export class Room {
  /** @param {number} cell px */
  constructor(cell) {
    this.cell = cell;
    /** @type {Map<number, Box[]>} */
    this.cells = new Map();
  }

  /** @param {Box} box @param {(key: number) => boolean|void} visit true ends it @returns {boolean} */
  walk(box, visit) {
    const { cell } = this;
    for (let row = Math.floor(box[1] / cell); row <= Math.floor(box[3] / cell); row += 1) {
      for (let column = Math.floor(box[0] / cell); column <= Math.floor(box[2] / cell); column += 1) {
        if (visit(row * 65536 + column)) return true;
      }
    }
    return false;
  }

  /** @param {Box} box @returns {boolean} */
  isTaken(box) {
    return this.walk(box, (key) => (this.cells.get(key) ?? []).some(
      (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1],
    ));
  }

  /** @param {Box} box */
  take(box) {
    this.walk(box, (key) => {
      const list = this.cells.get(key);
      if (list) list.push(box);
      else this.cells.set(key, [box]);
    });
  }

  /** @param {Box} box @returns {boolean} whether it was free and is now taken */
  claim(box) {
    if (this.isTaken(box)) return false;
    this.take(box);
    return true;
  }
}

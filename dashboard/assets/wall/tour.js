/**
 * The wall looks around by itself: the whole, then the hot spots, worst first, 20 s each;
 * something new and serious goes before.
 * @typedef {import("./hotspots.js").Spot} Spot
 */
import { ageText } from "../map/age.js";
import { latLng } from "../map/shapes.js";
import { fetchAhead } from "./ahead.js";
import { hotspots, spotOf, whole } from "./hotspots.js";
import { say } from "./slots.js";
import { word } from "./words.js";

export const STOP_MS = 20_000;
/** The first look at the whole is shorter, since what is bad is already known then. */
const FIRST_MS = 8000;
const NEWS_SEVERITY = 2;
/** What was just shown is left standing so long, whatever comes. */
const LEAST_MS = 6000;
/** Across the map at a stop, so that neighbours and relief stay in sight. */
const LEAST_ACROSS_M = 25_000;
/** Metres of one px at the equator, zoom 0 (web mercator). */
const EQUATOR_PX_M = 156_543.034;

export class Tour {
  /**
   * @param {import("../map/index.js").HinomiMap} own
   * @param {import("./clock.js").WorldClock} clock
   * @param {"ja"|"en"} language
   * @param {{title: HTMLElement, why: HTMLElement, step: HTMLElement}} caption
   */
  constructor(own, clock, language, caption) {
    this.own = own;
    this.clock = clock;
    this.language = language;
    this.caption = caption;
    this.stop = -1;
    this.until = 0;
    /** @type {Spot[]} */
    this.round = [];
    /** @type {any} */
    this.extent = null;
    /** @type {any} the event on the screen, of the event log */
    this.news = null;
    /** @type {any} the worst event that waits for the screen */
    this.waiting = null;
    this.since = -Infinity;
    this.move = 0;
    this.moved = false;
    own.store.addEventListener("change", () => this.refresh());
  }

  /** Once a second. */
  tick() {
    const now = performance.now();
    if (this.waiting && now - this.since >= LEAST_MS) this.tell(this.waiting);
    else if (now >= this.until) this.next(now);
    else if (this.news) say(this.caption.why, this.words(this.news).why);
  }

  /** @param {number} now */
  next(now) {
    this.until = now + STOP_MS;
    this.since = now;
    this.news = null;
    this.stop += 1;
    if (this.stop > this.round.length || this.stop === 0) {
      this.stop = 0;
      this.round = hotspots(this.own.store, this.clock.now(), this.language);
    }
    if (this.stop === 0) this.overview();
    else this.visit(this.round[this.stop - 1]);
  }

  /**
   * Go there once its picture is at hand; a later move overtakes it.
   * @param {[number, number]} centre lat, lon @param {number} zoom @param {() => void} arrive
   */
  async go(centre, zoom, arrive) {
    this.move += 1;
    const mine = this.move;
    if (this.moved) await fetchAhead(this.own.map, centre, zoom);
    if (mine !== this.move) return;
    this.moved = true;
    this.own.map.setView(centre, zoom, { animate: false });
    arrive();
  }

  overview() {
    const extent = whole(this.own.store);
    const arrive = () => {
      this.own.select(null);
      say(this.caption.title, word("overview", this.language));
      say(this.caption.why, word(this.round.length ? "overview_why" : "overview_calm", this.language));
      this.count();
    };
    if (!extent) {
      arrive();
      return;
    }
    const { map } = this.own, { above, below, beside } = this.margins();
    const free = map.getSize().subtract([beside * 2, above + below]);
    const [low, high] = extent.map((corner) => map.project(corner, 0));
    const scale = Math.min(free.x / Math.max(1e-9, high.x - low.x), free.y / Math.max(1e-9, low.y - high.y));
    const zoom = Math.max(map.getMinZoom(), Math.min(12, Math.floor(Math.log2(scale) * 4) / 4));
    const centre = low.add(high).divideBy(2).add([0, (below - above) / 2 / 2 ** zoom]);
    const { lat, lng } = map.unproject(centre, 0);
    this.go([lat, lng], zoom, arrive);
  }

  /** What is kept free at the edges, px: for signs, the caption above and the legend below. */
  margins() {
    const { x, y } = this.own.map.getSize();
    return { above: y * 0.06, below: y * 0.11, beside: x * 0.05 };
  }

  /** @param {Spot} spot */
  visit(spot) {
    const { map, store } = this.own;
    const item = spot.layer && spot.id ? store.layer(spot.layer).items.get(spot.id) : null;
    const extent = whole(store);
    const across = EQUATOR_PX_M * Math.cos((spot.place[0] * Math.PI) / 180) * map.getSize().x;
    let zoom = Math.min(13, Math.log2(across / LEAST_ACROSS_M));
    if (extent) zoom = Math.min(zoom, map.getBoundsZoom(extent) + 2);
    if (item?.shape.rings.length) {
      // A municipality stands amid its neighbours.
      const [west, north, east, south] = item.shape.box;
      zoom = Math.min(zoom, map.getBoundsZoom([latLng(west, south), latLng(east, north)]) - 0.75);
    }
    zoom = Math.floor(zoom * 4) / 4;
    this.go(spot.place, zoom, () => {
      this.own.select(spot.layer, spot.id, { stay: true });
      say(this.caption.title, spot.title);
      say(this.caption.why, spot.why);
      this.count();
    });
  }

  count() {
    say(this.caption.step, this.stop === 0 || this.news ? "" : `${this.stop} / ${this.round.length}`);
  }

  /** The words of the stop follow the data; a stop that is no longer one ends. */
  refresh() {
    if (this.news) return;
    const spots = hotspots(this.own.store, this.clock.now(), this.language);
    if (this.stop <= 0) {
      // The first data, or the first trouble: start from the whole.
      if (!this.round.length && spots.length) this.until = Math.min(this.until, performance.now() + FIRST_MS);
      this.round = spots;
      // Layers arrive one by one: the whole is looked at again whenever it has grown.
      const extent = JSON.stringify(whole(this.own.store));
      if (extent !== "null" && extent !== this.extent) {
        this.extent = extent;
        this.overview();
      }
      return;
    }
    const shown = this.round[this.stop - 1];
    const same = shown && spots.find((spot) => spot.layer === shown.layer && spot.id === shown.id);
    if (same) {
      say(this.caption.title, same.title);
      say(this.caption.why, same.why);
    }
  }

  /** Something happened: look there, at once if what is shown has had its time. @param {any} event a row of the event log */
  interrupt(event) {
    if (event.severity < NEWS_SEVERITY || event.lon === null || event.lon === undefined) return;
    if (this.waiting && this.waiting.severity > event.severity) return;
    if (performance.now() - this.since < LEAST_MS && this.news) this.waiting = event;
    else this.tell(event);
  }

  /** @param {any} event */
  tell(event) {
    this.waiting = null;
    this.news = event;
    this.since = performance.now();
    this.until = this.since + STOP_MS;
    this.visit({
      layer: event.layer ?? "", id: String(event.feature ?? ""), urgency: 0, place: [event.lat, event.lon], ...this.words(event),
    });
  }

  /** In the short words of a stop where the thing is known, else in those of the log. @param {any} event */
  words(event) {
    const { clock, language, own } = this, now = clock.now();
    const spot = event.layer ? spotOf(own.store, event.layer, String(event.feature), now, language) : null;
    const seconds = Math.max(0, (now - Date.parse(event.at)) / 1000);
    const title = spot?.title ?? (language === "en" ? event.text_en : event.text_ja);
    const why = spot?.why ?? ageText("live", seconds, language);
    return { title, why: `${word("new_event", language)} ・ ${why}` };
  }
}

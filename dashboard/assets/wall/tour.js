/**
 * The wall looks around by itself: the whole, then the hot spots, worst first, 20 s each;
 * something new and serious goes before.
 * @typedef {import("./hotspots.js").Spot} Spot
 */
import { hotspots, matters } from "./hotspots.js";
import { say } from "./slots.js";
import { word } from "./words.js";

export const STOP_MS = 20_000;
/** The first look at the whole is shorter, since what is bad is already known then. */
const FIRST_MS = 8000;
const NEWS_SEVERITY = 2;

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
    /** @type {{title: string, why: string}|null} */
    this.news = null;
    own.store.addEventListener("change", () => this.refresh());
  }

  /** Once a second. */
  tick() {
    const now = performance.now();
    if (now >= this.until) this.next(now);
  }

  /** @param {number} now */
  next(now) {
    this.until = now + STOP_MS;
    this.news = null;
    this.stop += 1;
    if (this.stop > this.round.length || this.stop === 0) {
      this.stop = 0;
      this.round = hotspots(this.own.store, this.clock.now(), this.language);
    }
    if (this.stop === 0) this.overview();
    else this.visit(this.round[this.stop - 1]);
  }

  overview() {
    const extent = matters(this.own.store) ?? this.own.extent();
    this.own.select(null);
    if (extent) this.own.map.fitBounds(extent, { animate: false, ...this.padding() });
    say(this.caption.title, word("overview", this.language));
    say(this.caption.why, word(this.round.length ? "overview_why" : "overview_calm", this.language));
    this.count();
  }

  /** What is kept free at the edges, px: the legend's height below. */
  padding() {
    const { x, y } = this.own.map.getSize();
    return { paddingTopLeft: [x * 0.05, y * 0.06], paddingBottomRight: [x * 0.05, y * 0.17] };
  }

  /** @param {Spot} spot */
  visit(spot) {
    const extent = matters(this.own.store) ?? this.own.extent();
    const whole = extent ? this.own.map.getBoundsZoom(extent) : 9;
    this.own.map.setView(spot.place, Math.min(13, Math.max(8, whole + 2)), { animate: false });
    this.own.select(spot.layer, spot.id, { stay: true });
    say(this.caption.title, spot.title);
    say(this.caption.why, spot.why);
    this.count();
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
      if (!this.extent) {
        this.extent = matters(this.own.store) ?? this.own.extent();
        if (this.extent) this.overview();
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

  /** Something happened: look there now. @param {any} event a row of the event log */
  interrupt(event) {
    if (event.severity < NEWS_SEVERITY || event.lon === null || event.lon === undefined) return;
    this.until = performance.now() + STOP_MS;
    this.visit({
      layer: event.layer ?? "", id: String(event.feature ?? ""), urgency: 0, place: [event.lat, event.lon],
      title: this.language === "en" ? event.text_en : event.text_ja, why: word("new_event", this.language),
    });
    this.news = { title: "", why: "" };
    say(this.caption.step, "");
  }
}

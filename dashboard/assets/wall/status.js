/** The bottom row: what happened, and who is reporting. Fixed lines; only their text changes. */
import { ageText, STATE_SIGNS, timeText } from "../map/age.js";
import { make, say, show, slots } from "./slots.js";
import { word } from "./words.js";

const EVENT_LINES = 4;
const SOURCE_CELLS = 10;
const KEPT_EVENTS = 12;
/** How soon a message counts as news on the screen, ms of real time. */
const NEWS_MS = 10_000;

/** @typedef {"ja"|"en"} Language */

export class EventLines {
  /** @param {HTMLElement} parent @param {Language} language */
  constructor(parent, language) {
    this.language = language;
    /** @type {any[]} newest first, at most KEPT_EVENTS */
    this.rows = [];
    this.lines = slots(parent, EVENT_LINES, () => make("p", "event", make("time", ""), make("span", "")));
    this.empty = make("p", "event-none", word("no_events", language));
    parent.append(this.empty);
    this.newsUntil = 0;
  }

  /** @param {any[]} rows oldest first @param {number} now world ms */
  replace(rows, now) {
    this.rows = rows.slice(-KEPT_EVENTS).reverse();
    this.draw(now);
  }

  /** @param {any} row @param {number} now world ms */
  add(row, now) {
    if (this.rows.some((known) => known.id === row.id)) return;
    this.rows.unshift(row);
    this.rows.length = Math.min(this.rows.length, KEPT_EVENTS);
    this.newsUntil = performance.now() + NEWS_MS;
    this.draw(now);
  }

  /** @param {number} now world ms */
  draw(now) {
    const news = performance.now() < this.newsUntil;
    this.lines.forEach((line, index) => {
      const row = this.rows[index];
      show(line, row !== undefined);
      if (!row) return;
      say(/** @type {HTMLElement} */ (line.children[0]), timeText(row.at, now, this.language));
      say(/** @type {HTMLElement} */ (line.children[1]), this.language === "en" ? row.text_en : row.text_ja);
      line.dataset.severity = String(row.severity);
      line.classList.toggle("news", news && index === 0);
    });
    show(this.empty, this.rows.length === 0);
  }
}

export class SourceCells {
  /** @param {HTMLElement} parent @param {Language} language */
  constructor(parent, language) {
    this.language = language;
    /** @type {any[]} */
    this.sources = [];
    /** @type {{state: string, age_s: number|null}} */
    this.worker = { state: "ok", age_s: 0 };
    this.workerHeard = performance.now();
    this.cells = slots(parent, SOURCE_CELLS, () => make("p", "source", make("span", "sign"), make("span", "short"), make("span", "age")));
    this.empty = make("p", "source-none", word("no_sources", language));
    parent.append(this.empty);
  }

  /** @param {any} source @param {number} now world ms @returns {{sign: string, text: string, state: string, name: string}} */
  describe(source, now) {
    const seconds = source.last_success_at ? (now - Date.parse(source.last_success_at)) / 1000 : null;
    const text = ageText(source.state, seconds, this.language);
    const name = this.language === "en" ? source.title_en ?? source.short : source.short;
    return { sign: STATE_SIGNS[source.state] ?? "？", text, state: source.state, name };
  }

  /** @param {number} now world ms */
  draw(now) {
    const rows = this.sources.map((source) => this.describe(source, now));
    rows.sort((a, b) => Number(a.state === "off") - Number(b.state === "off"));
    const room = SOURCE_CELLS - 1;
    const alive = rows.filter((row) => row.state !== "off");
    const shown = (rows.length > room ? alive : rows).slice(0, room);
    const seconds = this.worker.age_s === null ? null : this.worker.age_s + (performance.now() - this.workerHeard) / 1000;
    const beat = this.worker.state === "ok" ? "ok" : this.worker.state;
    shown.push({ sign: STATE_SIGNS[beat], name: word("worker", this.language), state: beat, text: ageText(beat, seconds, this.language) });
    this.cells.forEach((cell, index) => {
      const row = shown[index];
      show(cell, row !== undefined);
      if (!row) return;
      say(/** @type {HTMLElement} */ (cell.children[0]), row.sign);
      say(/** @type {HTMLElement} */ (cell.children[1]), row.name);
      say(/** @type {HTMLElement} */ (cell.children[2]), row.text);
      cell.dataset.state = row.state;
    });
    show(this.empty, this.sources.length === 0);
  }

  /** The freshest of a layer's sources. @param {string[]} names @param {number} now world ms */
  freshest(names, now) {
    const found = this.sources.filter((source) => names.includes(source.source) && source.state !== "off");
    found.sort((a, b) => Date.parse(b.last_success_at ?? 0) - Date.parse(a.last_success_at ?? 0));
    return found.length ? this.describe(found[0], now) : null;
  }

  /** @returns {number|null} world ms of the newest receipt from any source */
  newest() {
    let best = null;
    for (const source of this.sources) {
      const at = source.last_success_at ? Date.parse(source.last_success_at) : null;
      if (at !== null && (best === null || at > best)) best = at;
    }
    return best;
  }
}

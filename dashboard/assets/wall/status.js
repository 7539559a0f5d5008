/** The bottom row: what happened, and who is reporting. Fixed lines; only their text changes. */
import { ageText, STATE_SIGNS, timeText, tokyo } from "../map/age.js";
import { make, say, show, slots } from "./slots.js";
import { word } from "./words.js";

const EVENT_LINES = 4;
const SOURCE_CELLS = 10;
const KEPT_EVENTS = 12;
/** How soon a message counts as news on the screen, ms of real time. */
const NEWS_MS = 10_000;

/** Until then a time stands without its date. */
const SAME_NIGHT_MS = 20 * 3600_000;
/** By severity 0 to 3: shape, so that weight is never told by boldness alone. */
const SEVERITY_SIGNS = ["・", "・", "△", "▲"];
/** What is wrong comes first, and what is switched off last. */
const TROUBLE = ["failing", "silent", "never", "late", "ok", "off"];

/** @typedef {"ja"|"en"} Language */

/** Newest first by the time it happened; of one minute, the last told. @param {any} a @param {any} b */
const newestFirst = (a, b) => Date.parse(b.at) - Date.parse(a.at) || b.id - a.id;

export class EventLines {
  /** @param {HTMLElement} parent @param {Language} language */
  constructor(parent, language) {
    this.language = language;
    /** @type {any[]} newest first, at most KEPT_EVENTS */
    this.rows = [];
    this.lines = slots(parent, EVENT_LINES, () => make("p", "event", make("time", ""), make("span", "weight"), make("span", "told")));
    this.empty = make("p", "event-none", word("no_events", language));
    parent.append(this.empty);
    this.newsUntil = 0;
    /** @type {number|null} id of what came last */
    this.news = null;
  }

  /** @param {any[]} rows oldest first @param {number} now world ms */
  replace(rows, now) {
    this.rows = rows.slice().sort(newestFirst).slice(0, KEPT_EVENTS);
    this.news = null;
    this.draw(now);
  }

  /** @param {any} row @param {number} now world ms */
  add(row, now) {
    if (this.rows.some((known) => known.id === row.id)) return;
    this.news = row.id;
    this.rows.push(row);
    this.rows.sort(newestFirst);
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
      say(/** @type {HTMLElement} */ (line.children[0]), this.time(row.at, now));
      say(/** @type {HTMLElement} */ (line.children[1]), SEVERITY_SIGNS[row.severity] ?? "・");
      say(/** @type {HTMLElement} */ (line.children[2]), this.language === "en" ? row.text_en : row.text_ja);
      line.dataset.severity = String(row.severity);
      line.classList.toggle("news", news && row.id === this.news);
    });
    show(this.empty, this.rows.length === 0);
  }

  /** `22:05`; with the date only where it could be mistaken. @param {string} at @param {number} now */
  time(at, now) {
    if (now - Date.parse(at) > SAME_NIGHT_MS) return timeText(at, now, this.language);
    const t = tokyo(at);
    return `${t.hour}:${t.minute}`;
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
    rows.sort((a, b) => TROUBLE.indexOf(a.state) - TROUBLE.indexOf(b.state));
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

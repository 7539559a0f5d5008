/**
 * The wall: a page that runs for weeks. It keeps its picture when the server or the database goes,
 * says so, and comes back by itself.
 */
import { attach } from "../map/index.js";
import { isOpen } from "../map/severity.js";
import { span, tokyo } from "../map/age.js";
import { Cards, levelChips } from "./cards.js";
import { WorldClock } from "./clock.js";
import { say, show } from "./slots.js";
import { EventLines, SourceCells } from "./status.js";
import { Tour } from "./tour.js";
import { word } from "./words.js";

const DAY_MS = 24 * 3600_000;
/** A reload waits for a quiet minute, and each wall for its own moment. */
const QUIET_MS = 60_000;
/** mm/h below which a wall has no room for a gauge. */
const RAIN_THAT_MATTERS = 10;

const config = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("config")).textContent ?? "{}");
/** @type {"ja"|"en"} */
const language = config.language === "en" ? "en" : "ja";
const L = /** @type {any} */ (window).L;

/** @param {string} id @returns {HTMLElement} */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @returns {number} one px of a 3840 × 2160 wall, in px of this screen */
const unit = () => Math.min(window.innerWidth / 3840, window.innerHeight / 2160);

/** Small things a wall has no room for: shelters that are shut, gauges that are dry. @param {string} layer @param {any} p */
function hides(layer, p) {
  if (layer === "shelters") return !isOpen(p);
  if (layer === "rain") return p.state !== "silent" && !(p.value >= RAIN_THAT_MATTERS);
  if (layer === "warnings") return !(p.level >= 2);
  return false;
}

/** @returns {any} the Leaflet map, still without data */
function makeMap() {
  return L.map(at("map"), {
    center: config.center ?? [36.2, 137.5], zoom: config.center ? 9 : 5, zoomSnap: 0.25, minZoom: 4, maxZoom: 16,
    zoomControl: false, attributionControl: false, dragging: false, keyboard: false, scrollWheelZoom: false,
    doubleClickZoom: false, touchZoom: false, boxZoom: false, zoomAnimation: false, fadeAnimation: false, inertia: false,
  });
}

class Wall {
  constructor() {
    this.clock = new WorldClock();
    this.map = makeMap();
    this.own = attach(this.map, {
      layers: config.layers, language, wall: true, dark: true, scale: unit() * 3.1, base: config.base,
      baseMap: config.baseMap, legend: at("legend"), hides,
    });
    this.cards = new Cards(at("cards"), language);
    this.chips = levelChips(at("chips"), language);
    this.events = new EventLines(at("events"), language);
    this.sources = new SourceCells(at("sources"), language);
    this.tour = new Tour(this.own, this.clock, language, { title: at("where-title"), why: at("where-why"), step: at("where-step") });
    this.hasData = false;
    /** @type {"connecting"|"live"|"trouble"|"lost"|"refused"} */
    this.state = "connecting";
    /** @type {number|null} world ms of the last good word */
    this.lastGood = null;
    this.loadedAt = Date.now();
    this.lastChange = Date.now();
    this.reloading = false;
    this.credit = 0;
    this.listen();
    window.addEventListener("resize", () => this.own.setScale(unit() * 3.1));
    window.setInterval(() => this.tick(), 1000);
    this.tick();
  }

  listen() {
    const { live } = this.own;
    /** @param {string} kind @param {(detail: any) => void} act */
    const on = (kind, act) => live.addEventListener(kind, (event) => act(/** @type {CustomEvent} */ (event).detail));
    on("hello", (hello) => {
      this.clock.set(hello.world);
      this.events.replace(hello.events ?? [], this.clock.now());
      if (hello.build && config.build && hello.build !== config.build) this.reload("build", hello.build);
    });
    on("clock", (world) => this.clock.set(world));
    on("summary", (summary) => this.summary(summary));
    on("sources", (sources) => {
      this.sources.sources = sources;
      this.tick();
    });
    on("event", (event) => {
      this.lastChange = Date.now();
      this.events.add(event, this.clock.now());
      this.tour.interrupt(event);
    });
    on("trouble", (trouble) => {
      if (trouble.at) this.clock.set(trouble);
    });
    on("state", ({ state }) => this.become(state));
    on("refused", () => this.become("refused"));
    this.own.store.addEventListener("change", () => {
      this.lastChange = Date.now();
    });
  }

  /** @param {any} summary */
  summary(summary) {
    this.hasData = true;
    /** @type {any} the numbers on the screen */
    this.told = summary;
    this.cards.update(summary, this.own.store);
    this.chips(summary.alerts, !["off", "never"].includes(summary.cards?.alerts.state));
    this.sources.worker = summary.worker;
    this.sources.workerHeard = performance.now();
    const { incident } = summary;
    // Where 訓練 stands beside it, the name need not say it again.
    const name = config.drill ? (incident?.title ?? "").replace(/[【[(（]?(訓練|DRILL)[】\])）]?/g, "").trim() : incident?.title;
    this.headline(name || word("incident_none", language));
    const since = incident?.headquarters_since ? this.since(incident.headquarters_since) : "";
    say(at("headquarters"), [incident?.headquarters_name, incident?.headquarters_level, since].filter(Boolean).join("　"));
    const dead = summary.worker.state !== "ok";
    show(at("worker"), dead);
    if (dead) {
      const key = summary.worker.state === "never" ? "worker_never" : "worker_dead";
      const age = summary.worker.age_s === null ? "" : `（${span(summary.worker.age_s, language)}）`;
      say(at("worker"), word(key, language) + age);
    }
    this.cover();
    this.tick();
  }

  /** A long name takes two lines, never an ellipsis. @param {string} text */
  headline(text) {
    const element = at("incident");
    const mark = `${text} ${element.clientWidth}`;
    if (element.dataset.fitted === mark) return;
    say(element, text);
    const { classList } = at("names");
    classList.remove("long", "longer");
    if (element.scrollWidth > element.clientWidth) classList.add("long");
    if (element.scrollHeight > element.clientHeight + 1) classList.add("longer");
    element.dataset.fitted = `${text} ${element.clientWidth}`;
  }

  /** @param {string} moment @returns {string} 7月3日 18:00 設置 */
  since(moment) {
    const t = tokyo(moment);
    return language === "en" ? `since ${t.day}/${t.month} ${t.hour}:${t.minute}` : `${t.month}月${t.day}日 ${t.hour}:${t.minute} ${word("set", language)}`;
  }

  /** @param {"connecting"|"live"|"trouble"|"lost"|"refused"} state */
  become(state) {
    this.state = state;
    if (state === "live") this.lastGood = null;
    this.cover();
  }

  /** What lies over the picture when it is not alive. */
  cover() {
    const gone = this.state !== "live";
    document.body.classList.toggle("gone", gone && this.hasData);
    document.body.dataset.line = this.state;
    document.body.dataset.ready = String(this.hasData);
    if (gone && this.lastGood === null) this.lastGood = this.clock.known ? this.clock.now() : null;
    const t = this.lastGood === null ? null : tokyo(this.lastGood);
    const when = t ? `${t.hour}:${t.minute}${language === "en" ? "" : ` ${word("as_of", language)}`}` : "";
    const first = this.state === "trouble" ? word("trouble", language) : this.state === "refused" ? word("refused", language) : word("lost", language);
    say(at("lost"), `${first}　${when}`);
    show(at("lost"), gone && this.hasData);
    show(at("blank"), !this.hasData);
    if (this.hasData) return;
    const key = this.state === "trouble" || this.state === "refused" ? this.state : "waiting";
    say(at("blank-what"), word(key, language));
    say(at("blank-next"), word(`${key}_next`, language));
  }

  /** Once a second: clock, ages, tour. */
  tick() {
    const now = this.clock.now();
    const alive = this.state === "live";
    const t = tokyo(now);
    if (alive || !this.hasData) {
      say(at("time"), this.clock.known ? `${t.hour}:${t.minute}:${t.second}` : "--:--:--");
      say(at("date"), this.clock.known ? (language === "en" ? `${t.day}/${t.month}` : `${t.month}月${t.day}日`) : "");
    }
    this.sources.draw(now);
    this.events.draw(now);
    this.cards.freshness(now);
    const newest = this.sources.newest();
    say(at("updated"), newest === null ? word("no_receipt", language) : this.updated((now - newest) / 1000));
    if (alive) this.tour.tick();
    this.credits();
    if (Date.now() - this.loadedAt > DAY_MS && Date.now() - this.lastChange > QUIET_MS) this.reload("day", String(this.loadedAt));
  }

  /** @param {number} seconds @returns {string} */
  updated(seconds) {
    return language === "en" ? `${word("updated", language)} ${span(seconds, language)} ago` : `${word("updated", language)} ${span(seconds, language)}前`;
  }

  /** One credit at a time, changing with the stops of the tour, each large enough to read. */
  credits() {
    const shown = [];
    if (at("map").dataset.base === "gsi") shown.push("地理院タイル");
    for (const entry of this.own.catalogue.values()) {
      if (entry.attribution && entry.kind !== "geojson" && (config.layers.includes(entry.id) || entry.id === "relief")) shown.push(entry.attribution);
    }
    for (const entry of this.own.catalogue.values()) if (entry.kind === "geojson" && entry.attribution) shown.push(entry.attribution);
    const unique = [...new Set(shown)];
    const turn = Math.floor((Date.now() - this.loadedAt) / 20_000);
    say(at("credit"), unique.length ? unique[turn % unique.length] : "");
  }

  /**
   * Load the page anew, once for a reason, and only when the server has it ready.
   * @param {string} reason @param {string} mark
   */
  async reload(reason, mark) {
    const key = `hinomi-wall-${reason}`;
    if (this.reloading || window.sessionStorage.getItem(key) === mark) return;
    this.reloading = true;
    try {
      await new Promise((resolve) => window.setTimeout(resolve, 1000 + Math.random() * 4000));
      const response = await fetch(window.location.href, { cache: "no-store" });
      if (!response.ok) return;
      window.sessionStorage.setItem(key, mark);
      window.location.reload();
    } catch {
      // Not there after all: the picture stays, and the next hello or minute asks again.
    } finally {
      this.reloading = false;
    }
  }
}

/** @type {any} */ (window).hinomi.wall = new Wall();

/** The cards: key figures first, unit small, what is worst by name below. Made once, text changes. */
import { LEVELS, RIVER, rainColour } from "../map/colours.js";
import { ageText, STATE_SIGNS, tokyo } from "../map/age.js";
import { count, gaugeName, households } from "../map/words.js";
import { fit, make, say, show, slots } from "./slots.js";
import { word } from "./words.js";

const GLOW_MS = 3000;
const ARROWS = { "-1": "↓", 0: "→", 1: "↑" };
const LIMITS = ["", "standby", "caution", "evacuation", "danger", "flood"];
const CROWDING = ["empty", "slightly", "crowded", "full", "unknown"];

/** @typedef {"ja"|"en"} Language */

/** One card: title, source state, big number, unit, side note, detail line. */
class Card {
  /** @param {HTMLElement} column @param {string} key @param {Language} language */
  constructor(column, key, language) {
    this.language = language;
    this.fresh = make("span", "card-fresh");
    this.badge = make("span", "card-badge");
    this.badge.hidden = true;
    this.big = make("span", "card-big");
    this.unit = make("span", "card-unit");
    this.side = make("span", "card-side");
    this.detail = make("p", "card-detail");
    this.head = make("header", "card-head", make("h2", "", word(key, language)), this.fresh);
    this.main = make("p", "card-main", this.badge, this.big, this.unit, this.side);
    this.root = make("section", `card card-${key}`, this.head, this.main, this.detail);
    this.root.dataset.card = key;
    column.append(this.root);
    this.mark = "";
    this.timer = 0;
  }

  /** @param {string} mark what must not change unnoticed */
  glow(mark) {
    if (this.mark && this.mark !== mark) {
      this.root.classList.add("glow");
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.root.classList.remove("glow"), GLOW_MS);
    }
    this.mark = mark;
  }

  /** @param {string} big @param {string} unit @param {string[]} details whole ones, as many as there is room for */
  fill(big, unit, details) {
    say(this.big, big);
    say(this.unit, unit);
    fit(this.detail, details, (left) => `${word("more", this.language)}${left}`);
    this.squeeze();
    this.glow(big + unit + this.side.textContent);
  }

  /** Smaller words rather than cut ones; what stands aside goes last. */
  squeeze() {
    const { classList } = this.main;
    classList.remove("tight", "alone");
    for (const step of ["tight", "alone"]) {
      if (this.main.scrollWidth <= this.main.clientWidth) return;
      classList.add(step);
    }
  }

  /**
   * Nobody tells this number: no zero is shown, but why there is none.
   * @param {{state: string}|undefined} stand of its sources, from the server
   * @returns {boolean} whether there is a number to show
   */
  isTold(stand) {
    const state = stand?.state ?? "ok";
    const untold = state === "off" || state === "never";
    this.root.classList.toggle("untold", untold);
    if (!untold) return true;
    show(this.badge, false);
    this.hush();
    this.fill(word(state, this.language), "", [word(`${state}_why`, this.language)]);
    return false;
  }

  /** Take away what else would stand beside the number. */
  hush() {
    say(this.side, "");
  }

  /** @param {{state: string, last_success_at: string|null}|undefined} stand @param {number} now world ms */
  freshness(stand, now) {
    if (!stand) return;
    const plain = ["ok", "off", "never"].includes(stand.state);
    show(this.fresh, !plain);
    this.root.dataset.state = stand.state;
    if (plain) return;
    const seconds = stand.last_success_at ? (now - Date.parse(stand.last_success_at)) / 1000 : null;
    say(this.fresh, `${STATE_SIGNS[stand.state]} ${ageText(stand.state, seconds, this.language)}`);
  }
}

/** @param {number} value @returns {string} */
function signed(value) {
  return `＋${count(value)}`;
}

class LevelCard extends Card {
  /** @param {any[]} alerts levels 5 to 2 with their municipalities */
  update(alerts) {
    const worst = alerts.find((alert) => alert.count > 0);
    show(this.badge, worst !== undefined);
    if (!worst) {
      say(this.side, "");
      this.fill(word("none", this.language), "", []);
      return;
    }
    const { level: top, count: number, names } = worst;
    const { fill, text } = LEVELS[top];
    this.badge.style.background = fill;
    this.badge.style.color = text;
    say(this.badge, `${word("level", this.language)}${top}`);
    say(this.side, word(`action${top}`, this.language));
    this.fill(count(number), word("towns", this.language), names);
  }
}

class ShelterCard extends Card {
  /** @param {HTMLElement} column @param {string} key @param {Language} language */
  constructor(column, key, language) {
    super(column, key, language);
    this.bar = make("div", "crowding");
    this.root.insertBefore(this.bar, this.detail);
    /** @type {Record<string, HTMLElement>} */
    this.parts = {};
    for (const step of CROWDING) {
      this.parts[step] = make("span", `crowding-${step}`);
      this.bar.append(this.parts[step]);
    }
  }

  hush() {
    super.hush();
    show(this.bar, false);
  }

  /** `6,210人＋不明12か所`, `人数 不明`. @param {any} shelters @returns {string} */
  heads(shelters) {
    const { language } = this;
    if (shelters.people === null) return word("heads_unknown", language);
    const known = `${count(shelters.people)}${language === "en" ? " " : ""}${word("people", language)}`;
    if (!shelters.people_unknown) return known;
    return `${known}${word("plus_unknown", language)}${count(shelters.people_unknown)}${word("places_short", language)}`;
  }

  /** @param {any} shelters */
  update(shelters) {
    say(this.side, shelters.opened_1h ? `${word("last_hour", this.language)} ${signed(shelters.opened_1h)}` : "");
    const told = CROWDING.filter((step) => shelters.crowding[step]).map((step) => `${word(step, this.language)} ${shelters.crowding[step]}`);
    if (shelters.room !== null) told.push(`${word("room", this.language)} ${count(shelters.room)}${this.language === "en" ? "" : "人"}`);
    const places = word("places", this.language);
    this.fill(count(shelters.open), shelters.open ? `${places}　${this.heads(shelters)}` : places, told);
    show(this.bar, shelters.open > 0);
    for (const step of CROWDING) {
      this.parts[step].style.flexGrow = String(shelters.crowding[step]);
      show(this.parts[step], shelters.crowding[step] > 0);
    }
  }
}

class RoadCard extends Card {
  /** @param {any} closures */
  update(closures) {
    const more = [];
    if (closures.begun_1h) more.push(`${word("last_hour", this.language)} ${signed(closures.begun_1h)}`);
    if (closures.unknown) more.push(`${word("unconfirmed", this.language)} ${count(closures.unknown)}`);
    if (closures.restricted) more.push(`${word("restricted", this.language)} ${count(closures.restricted)}`);
    say(this.side, more.join("　"));
    const newest = closures.newest.map((/** @type {any} */ one) => {
      const at = one.started_at ? tokyo(one.started_at) : null;
      return [one.road_name, one.reason, at ? `${at.hour}:${at.minute}` : ""].filter(Boolean).join(" ");
    });
    this.fill(count(closures.count), word("closed_unit", this.language), newest);
  }
}

class RiverCard extends Card {
  /** @param {HTMLElement} column @param {string} key @param {Language} language */
  constructor(column, key, language) {
    super(column, key, language);
    this.lower = make("span", "gauges");
    /** @type {[number, HTMLElement][]} */
    this.counts = [3, 2].map((level) => {
      const sign = make("span", "gauge", String(level));
      sign.style.background = RIVER[level].fill;
      sign.style.color = RIVER[level].text;
      const number = make("span", "gauge-count");
      this.lower.append(sign, number);
      return [level, number];
    });
    this.quiet = make("span", "quiet");
    this.lower.append(this.quiet);
    this.side.append(this.lower);
  }

  hush() {
    show(this.lower, false);
  }

  /** @param {any} rivers @param {import("../map/store.js").Store} store whose thresholds stand beside the values */
  update(rivers, store) {
    const danger = rivers.levels["4"] + rivers.levels["5"];
    for (const [level, number] of this.counts) say(number, count(rivers.levels[String(level)]));
    say(this.quiet, rivers.silent ? `${word("silent", this.language)} ${rivers.silent}` : "");
    show(this.quiet, rivers.silent > 0);
    const worst = rivers.top.filter((/** @type {any} */ gauge) => gauge.level >= 2).slice(0, 3).map((/** @type {any} */ gauge) => {
      const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (gauge.trend)] ?? "";
      const name = LIMITS[gauge.level];
      const metres = store.layer("rivers").items.get(String(gauge.id))?.feature.properties.thresholds?.[name];
      const limit = metres === undefined ? "" : `（${word(name, this.language)} ${metres.toFixed(2)}）`;
      return `${gaugeName(gauge)} ${gauge.value?.toFixed(2) ?? ""}m${arrow}${limit}`;
    });
    show(this.lower, true);
    this.fill(count(danger), word("gauges", this.language), worst);
  }
}

/** Power cuts and rain share a card: two halves. */
class HalvesCard {
  /** @param {HTMLElement} column @param {Language} language */
  constructor(column, language) {
    const root = make("div", "halves");
    column.append(root);
    this.power = new Card(root, "power", language);
    this.rain = new Card(root, "rain", language);
    this.language = language;
  }

  /** @param {any} outages */
  updatePower(outages) {
    const { language } = this;
    const total = outages.households;
    const big = total === null ? word("unknown", language) : (total && outages.qualifier === "about" ? word("about", language) : "") + count(total);
    const named = outages.worst.slice(0, 2).map((/** @type {any} */ p) => `${p.name} ${households(p.households, undefined, language)}`);
    this.power.fill(big, total === null ? "" : word("homes", language), named);
  }

  /** @param {any} rain */
  updateRain(rain) {
    const { language } = this;
    const wet = rain.value !== null;
    const colour = wet ? rainColour(rain.value) : null;
    show(this.rain.badge, colour !== null);
    if (colour) this.rain.badge.style.background = colour.fill;
    const told = [
      rain.value ? rain.name : "", rain.heavy > 1 ? `${word("heavy", language)} ${rain.heavy}` : "",
      rain.silent ? `${word("silent", language)} ${rain.silent}` : "",
    ];
    this.rain.fill(wet ? String(rain.value) : word("unknown", language), wet ? word("mm", language) : "", told.filter(Boolean));
  }
}

/** All of the right column. */
export class Cards {
  /** @param {HTMLElement} column @param {Language} language */
  constructor(column, language) {
    this.levels = new LevelCard(column, "levels", language);
    this.shelters = new ShelterCard(column, "shelters", language);
    this.roads = new RoadCard(column, "roads", language);
    this.rivers = new RiverCard(column, "rivers", language);
    this.halves = new HalvesCard(column, language);
    /** @type {Record<string, {state: string, last_success_at: string|null}>} of the sources, by card */
    this.stands = {};
  }

  /** @param {any} summary as the live line sends it @param {import("../map/store.js").Store} store */
  update(summary, store) {
    const stands = summary.cards ?? {};
    this.stands = stands;
    if (this.levels.isTold(stands.alerts)) this.levels.update(summary.alerts);
    if (this.shelters.isTold(stands.shelters)) this.shelters.update(summary.shelters);
    if (this.roads.isTold(stands.closures)) this.roads.update(summary.closures);
    if (this.rivers.isTold(stands.rivers)) this.rivers.update(summary.rivers, store);
    if (this.halves.power.isTold(stands.outages)) this.halves.updatePower(summary.outages);
    if (this.halves.rain.isTold(stands.rain)) this.halves.updateRain(summary.rain);
  }

  /** How old each card's source is. @param {number} now world ms */
  freshness(now) {
    const { stands } = this;
    this.levels.freshness(stands.alerts, now);
    this.shelters.freshness(stands.shelters, now);
    this.roads.freshness(stands.closures, now);
    this.rivers.freshness(stands.rivers, now);
    this.halves.power.freshness(stands.outages, now);
    this.halves.rain.freshness(stands.rain, now);
  }
}

/**
 * The alert-level chips of the title bar.
 * @param {HTMLElement} parent @param {Language} language
 * @returns {(alerts: any[], told: boolean) => void} `told`: whether anybody reports levels at all
 */
export function levelChips(parent, language) {
  const chips = slots(parent, 3, () => make("span", "chip"));
  return (alerts, told) => {
    [5, 4, 3].forEach((level, index) => {
      const number = alerts.find((alert) => alert.level === level)?.count ?? 0;
      const chip = chips[index];
      show(chip, true);
      chip.dataset.level = number && told ? String(level) : "0";
      say(chip, `${word("level", language)}${level}　${told ? count(number) : "－"}`);
    });
  };
}

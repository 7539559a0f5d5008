/** The cards: key figures first, unit small, what is worst by name below. Made once, text changes. */
import { LEVELS, RIVER, rainColour } from "../map/colours.js";
import { tokyo } from "../map/age.js";
import { count, gaugeName, households } from "../map/words.js";
import { make, say, show, slots } from "./slots.js";
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

  /** @param {string} big @param {string} unit @param {string} detail */
  fill(big, unit, detail) {
    say(this.big, big);
    say(this.unit, unit);
    say(this.detail, detail);
    this.glow(big + unit + this.side.textContent);
  }

  /** @param {{sign: string, text: string, state: string}|null} state of its source; plain when fine */
  freshness(state) {
    show(this.fresh, state !== null && state.state !== "ok");
    if (!state) return;
    say(this.fresh, `${state.sign} ${state.text}`);
    this.root.dataset.state = state.state;
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
      this.fill(word("none", this.language), "", "");
      say(this.side, "");
      return;
    }
    const { level: top, count: number, names } = worst;
    const { fill, text } = LEVELS[top];
    this.badge.style.background = fill;
    this.badge.style.color = text;
    say(this.badge, `${word("level", this.language)}${top}`);
    say(this.side, word(`action${top}`, this.language));
    this.fill(count(number), word("towns", this.language), names.join("　"));
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

  /** @param {any} shelters */
  update(shelters) {
    const people = shelters.people === null ? word("unknown", this.language) : count(shelters.people);
    say(this.side, shelters.opened_1h ? `${word("last_hour", this.language)} ${signed(shelters.opened_1h)}` : "");
    const told = CROWDING.filter((step) => shelters.crowding[step]).map((step) => `${word(step, this.language)} ${shelters.crowding[step]}`);
    if (shelters.room !== null) told.push(`${word("room", this.language)} ${count(shelters.room)}${this.language === "en" ? "" : "人"}`);
    const inside = shelters.open ? `${word("places", this.language)}　${people}${word("people", this.language)}` : word("places", this.language);
    this.fill(count(shelters.open), inside, told.join("　"));
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
    this.fill(count(closures.count), word("closed_unit", this.language), newest.join("　"));
  }
}

class RiverCard extends Card {
  /** @param {HTMLElement} column @param {string} key @param {Language} language */
  constructor(column, key, language) {
    super(column, key, language);
    /** @type {[number, HTMLElement, HTMLElement][]} */
    this.lower = [3, 2].map((level) => {
      const sign = make("span", "gauge", String(level));
      sign.style.background = RIVER[level].fill;
      sign.style.color = RIVER[level].text;
      const number = make("span", "gauge-count");
      this.side.append(sign, number);
      return [level, sign, number];
    });
    this.quiet = make("span", "quiet");
    this.side.append(this.quiet);
  }

  /** @param {any} rivers @param {import("../map/store.js").Store} store whose thresholds stand beside the values */
  update(rivers, store) {
    const danger = rivers.levels["4"] + rivers.levels["5"];
    for (const [level, , number] of this.lower) say(number, count(rivers.levels[String(level)]));
    say(this.quiet, rivers.silent ? `${word("silent", this.language)} ${rivers.silent}` : "");
    show(this.quiet, rivers.silent > 0);
    const worst = rivers.top.filter((/** @type {any} */ gauge) => gauge.level >= 2).slice(0, 3).map((/** @type {any} */ gauge) => {
      const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (gauge.trend)] ?? "";
      const name = LIMITS[gauge.level];
      const metres = store.layer("rivers").items.get(String(gauge.id))?.feature.properties.thresholds?.[name];
      const limit = metres === undefined ? "" : `（${word(name, this.language)} ${metres.toFixed(2)}）`;
      return `${gaugeName(gauge)} ${gauge.value?.toFixed(2) ?? ""}m${arrow}${limit}`;
    });
    this.fill(count(danger), word("gauges", this.language), worst.join("　"));
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

  /** @param {any} outages @param {any} rain */
  update(outages, rain) {
    const { language } = this;
    const total = outages.households;
    const big = total === null ? word("unknown", language) : (total && outages.qualifier === "about" ? word("about", language) : "") + count(total);
    const named = outages.worst.slice(0, 2).map((/** @type {any} */ p) => `${p.name} ${households(p.households, undefined, language)}`);
    this.power.fill(big, total === null ? "" : word("homes", language), named.join("　"));
    const wet = rain.value !== null;
    const colour = wet ? rainColour(rain.value) : null;
    show(this.rain.badge, colour !== null);
    if (colour) this.rain.badge.style.background = colour.fill;
    const told = [
      rain.value ? rain.name : "", rain.heavy > 1 ? `${word("heavy", language)} ${rain.heavy}` : "",
      rain.silent ? `${word("silent", language)} ${rain.silent}` : "",
    ];
    this.rain.fill(wet ? String(rain.value) : word("unknown", language), wet ? word("mm", language) : "", told.filter(Boolean).join("　"));
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
  }

  /** @param {any} summary as the live line sends it @param {import("../map/store.js").Store} store */
  update(summary, store) {
    this.levels.update(summary.alerts);
    this.shelters.update(summary.shelters);
    this.roads.update(summary.closures);
    this.rivers.update(summary.rivers, store);
    this.halves.update(summary.outages, summary.rain);
  }

  /** @param {(layer: string) => {sign: string, text: string, state: string}|null} stateOf freshest source of a layer */
  freshness(stateOf) {
    this.levels.freshness(stateOf("warnings"));
    this.shelters.freshness(stateOf("shelters"));
    this.roads.freshness(stateOf("closures"));
    this.rivers.freshness(stateOf("rivers"));
    this.halves.power.freshness(stateOf("outages"));
    this.halves.rain.freshness(stateOf("rain"));
  }
}

/** The alert-level chips of the title bar. @param {HTMLElement} parent @param {Language} language @returns {(alerts: any[]) => void} */
export function levelChips(parent, language) {
  const chips = slots(parent, 3, () => make("span", "chip"));
  return (alerts) => {
    [5, 4, 3].forEach((level, index) => {
      const number = alerts.find((alert) => alert.level === level)?.count ?? 0;
      const chip = chips[index];
      show(chip, true);
      chip.dataset.level = number ? String(level) : "0";
      say(chip, `${word("level", language)}${level}　${count(number)}`);
    });
  };
}

/**
 * Where to look: what is bad, worst first, each with the reason in words. Pure.
 * @typedef {{layer: string, id: string, urgency: number, title: string, why: string, place: [number, number]}} Spot
 *   `place`: latitude, longitude
 */
import { ageText, timeText } from "../map/age.js";
import { isClosed, isOpen, isQuiet } from "../map/severity.js";
import { latLng } from "../map/shapes.js";
import { count, gaugeName, households } from "../map/words.js";
import { word } from "./words.js";

export const MOST = 8;
/** No layer takes more than so many of the stops, so that a river flood does not hide the rest. */
const MOST_OF_A_LAYER = 3;
const ARROWS = { "-1": "↓", 0: "→", 1: "↑" };
const LIMITS = [null, "standby", "caution", "evacuation", "danger", "flood"];

/** @param {any} p @param {number} now @param {"ja"|"en"} language @returns {string} */
function age(p, now, language) {
  const seconds = p.observed_at ? (now - Date.parse(p.observed_at)) / 1000 : null;
  return ageText(p.state ?? "live", seconds, language);
}

/** Names of warnings, those of the area's own level first. @param {any} p @returns {string[]} */
function worstNames(p) {
  const own = new RegExp(`レベル[${p.level}${"０１２３４５"[p.level]}]`);
  return (p.names ?? []).slice().sort((/** @type {string} */ a, /** @type {string} */ b) => Number(own.test(b)) - Number(own.test(a)));
}

/** @type {Record<string, (p: any, now: number, language: "ja"|"en") => {urgency: number, title: string, why: string}|null>} */
const RULES = {
  rivers(p, now, language) {
    if (isQuiet(p) || !(p.level >= 3)) return null;
    const limit = /** @type {string} */ (LIMITS[p.level]);
    const metres = p.thresholds?.[limit];
    const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (p.trend)] ?? "";
    const name = gaugeName(p);
    const over = metres === undefined ? "" : ` ・ ${word(limit, language)} ${metres.toFixed(2)}m ${word("beyond", language)}`;
    return {
      urgency: p.level * 20 + (p.trend ?? 0) * 4,
      title: `${name} ${word("level", language)}${p.level}`,
      why: `${p.value?.toFixed(2)}m${arrow}${over} ・ ${age(p, now, language)}`,
    };
  },
  warnings(p, now, language) {
    if (!(p.level >= 4)) return null;
    return {
      urgency: p.level * 20 + 3,
      title: `${p.name} ${word("level", language)}${p.level}`,
      why: `${worstNames(p).slice(0, 2).join(" ")} ・ ${age(p, now, language)}`,
    };
  },
  closures(p, now, language) {
    if (!isClosed(p)) return null;
    const began = p.started_at ? Date.parse(p.started_at) : null;
    const recent = began !== null && now - began < 3 * 3600_000;
    const since = began === null ? "" : `${timeText(began, now, language)}${word("since", language)}`;
    return {
      urgency: (recent ? 62 : 40) + (began === null ? 0 : Math.max(0, 10 - (now - began) / 1_080_000)),
      title: `${p.road_name ?? p.name ?? ""} ${word("closed", language)}`,
      why: [p.place, p.reason, since].filter(Boolean).join(" "),
    };
  },
  shelters(p, now, language) {
    if (!isOpen(p) || p.crowding !== "full") return null;
    const people = p.headcount === null || p.headcount === undefined ? "" : `${count(p.headcount)}${word("people", language)} `;
    return { urgency: 58, title: `${p.name} ${word("full", language)}`, why: `${word("full_shelter", language)} ${people}・ ${age(p, now, language)}` };
  },
  outages(p, now, language) {
    if (!p.households || p.households < 100) return null;
    return {
      urgency: 30 + Math.min(30, Math.log10(p.households) * 8),
      title: `${p.name} ${word("households_out", language)} ${households(p.households, p.qualifier, language)}`,
      why: age(p, now, language),
    };
  },
  rain(p, now, language) {
    if (isQuiet(p) || !(p.value >= 30)) return null;
    return { urgency: Math.min(84, 34 + p.value * 0.5), title: `${p.name} ${p.value}${word("mm", language)}`, why: age(p, now, language) };
  },
};

/**
 * @param {import("../map/store.js").Store} store
 * @param {number} now world time, ms
 * @param {"ja"|"en"} language
 * @returns {Spot[]} worst first
 */
export function hotspots(store, now, language) {
  const found = [];
  for (const [layer, rule] of Object.entries(RULES)) {
    const own = [];
    for (const [id, item] of store.layer(layer).items) {
      const told = rule(item.feature.properties, now, language);
      if (told && item.feature.geometry) own.push({ layer, id, ...told, place: latLng(item.shape.anchor[0], item.shape.anchor[1]) });
    }
    own.sort((a, b) => b.urgency - a.urgency || (a.id < b.id ? -1 : 1));
    found.push(...own.slice(0, MOST_OF_A_LAYER));
  }
  found.sort((a, b) => b.urgency - a.urgency);
  return found.slice(0, MOST);
}

/**
 * One thing as a spot; null when it is unknown or not bad.
 * @param {import("../map/store.js").Store} store @param {string} layer @param {string} id
 * @param {number} now world time, ms @param {"ja"|"en"} language @returns {Spot|null}
 */
export function spotOf(store, layer, id, now, language) {
  const item = store.layer(layer).items.get(id);
  const told = item?.feature.geometry ? RULES[layer]?.(item.feature.properties, now, language) : null;
  return item && told ? { layer, id, ...told, place: latLng(item.shape.anchor[0], item.shape.anchor[1]) } : null;
}

/**
 * The whole area: everything that belongs to it. Rain gauges of the entire country come in one
 * file, so they count only where nothing else tells where we are.
 * @param {import("../map/store.js").Store} store
 * @returns {[[number, number], [number, number]]|null} south-west, north-east
 */
export function whole(store) {
  return extentOf(store, ["warnings", "closures", "shelters", "rivers", "outages"]) ?? extentOf(store, ["rain"]);
}

/** @param {import("../map/store.js").Store} store @param {string[]} layers @returns {[[number, number], [number, number]]|null} */
function extentOf(store, layers) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const layer of layers) {
    for (const { shape, feature } of store.layer(layer).items.values()) {
      if (!feature.geometry) continue;
      box[0] = Math.min(box[0], shape.box[0]);
      box[1] = Math.min(box[1], shape.box[1]);
      box[2] = Math.max(box[2], shape.box[2]);
      box[3] = Math.max(box[3], shape.box[3]);
    }
  }
  return Number.isFinite(box[0]) ? [latLng(box[0], box[3]), latLng(box[2], box[1])] : null;
}

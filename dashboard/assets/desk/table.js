/** Rows of the table beside the map, from what the map knows; differences touch single rows. */
import { ageText, STATE_SIGNS, timeText } from "../map/age.js";
import { households as householdsText } from "../map/words.js";
import { now } from "./clock.js";
import { idOf, language, situation, tell } from "./settings.js";
import { moment } from "./timeline.js";

let layer = "";
/** Rows in the grid by id, to tell new from changed. @type {Set<string>} */
let shown = new Set();
let waiting = 0;

/** @returns {any} what the map knows */
function store() {
  return /** @type {any} */ (window).hinomi.map?.current?.store ?? null;
}

/** @param {any} feature */
function row(feature) {
  return { ...feature.properties, id: String(feature.id) };
}

/** @param {string} name layer whose things are listed */
export function showLayer(name) {
  layer = name;
  fill();
}

export function fill() {
  const page = situation();
  if (!page || !layer) return;
  const rows = store()?.features(layer).map(row) ?? [];
  shown = new Set(rows.map((/** @type {any} */ one) => one.id));
  tell(idOf(page, "grid"), { rowData: rows });
}

/** @param {string} name @param {string[]} ids changed ones; none: all may be */
export function changed(name, ids) {
  if (name !== layer) return;
  const items = store()?.layer(name).items;
  if (!ids.length || !items || ids.some((id) => !shown.has(id)) || items.size !== shown.size) {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(fill, 250);
    return;
  }
  const update = ids.map((id) => row(items.get(id).feature));
  tell(idOf(situation(), "grid"), { rowTransaction: { update, async: false } });
}

/** Count the ages in the table up, and their signs; the grid by itself repaints only new values. */
export function age() {
  const grid = idOf(situation(), "grid");
  if (grid) /** @type {any} */ (window).dash_ag_grid?.getApi(grid)?.refreshCells({ columns: ["observed_at", "level"], force: true });
}

/** @param {string|undefined} name @param {string|undefined} id */
export function mark(name, id) {
  const page = situation();
  if (!page || name !== layer || !id || !shown.has(id)) return;
  tell(idOf(page, "grid"), { selectedRows: { ids: [id] }, scrollTo: { rowId: id, rowPosition: "middle" } });
}

/** Formats that the columns name. */
export const formats = {
  /** @param {any} params @param {number} digits */
  number(params, digits) {
    const { value } = params;
    if (value === null || value === undefined) return language() === "en" ? "unknown" : "不明";
    return Number(value).toLocaleString("ja-JP", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  },
  /** @param {any} params */
  time(params) {
    return params.value ? timeText(params.value, now(), language()) : "";
  },
  /** @param {any} params */
  ageOf(params) {
    const seconds = params.value ? (moment() - Date.parse(params.value)) / 1000 : null;
    const state = params.data?.state ?? "never";
    const sign = state === "late" || state === "silent" ? `${STATE_SIGNS[state]} ` : "";
    return sign + ageText(state, seconds, language());
  },
  /** @param {any} params */
  households(params) {
    return householdsText(params.value, params.data?.qualifier, language());
  },
};

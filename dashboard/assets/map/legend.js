/**
 * Legend: only what is on the screen.
 * @typedef {import("./colours.js").Theme} Theme
 */
import { drawArea, drawLine, patterns } from "./areas.js";
import { isClosed, isOpen, isQuiet } from "./severity.js";
import { drawSign } from "./signs.js";
import { word } from "./words.js";

/** What each entry is drawn from, in the order of the legend. @type {[string, string, Record<string, any>][]} */
const ENTRIES = [
  ["warning", "warnings", { level: 4 }],
  ["outage", "outages", { households: 1 }],
  ["closed", "closures", { kind: "closed" }],
  ["restricted", "closures", { kind: "lane" }],
  ["unconfirmed", "closures", { kind: "unknown" }],
  ["rivers", "rivers", { level: 3, value: 1, state: "live" }],
  ["rain", "rain", { value: 25, state: "live" }],
  ["shelter_open", "shelters", { opening: "open", crowding: "slightly" }],
  ["shelter_full", "shelters", { opening: "open", crowding: "full" }],
  ["shelter_shut", "shelters", { opening: "not_open" }],
  ["stale", "rivers", { state: "silent" }],
  ["river_normal", "rivers", { level: 0, value: 1, state: "live" }],
];

/**
 * Which entries a feature brings onto the screen.
 * @param {string} layer
 * @param {Record<string, any>} p
 * @returns {string[]}
 */
export function legendKeys(layer, p) {
  const quiet = isQuiet(p) && (layer === "rivers" || layer === "rain");
  if (quiet) return ["stale"];
  if (layer === "warnings") return (p.level ?? 0) >= 2 ? ["warning"] : [];
  if (layer === "outages") return p.households === 0 ? [] : ["outage"];
  if (layer === "closures") return [isClosed(p) ? "closed" : p.kind === "unknown" ? "unconfirmed" : "restricted"];
  if (layer === "rivers") return [p.level ? "rivers" : "river_normal"];
  if (layer === "rain") return p.value >= 1 ? ["rain"] : [];
  if (layer === "shelters") return [!isOpen(p) ? "shelter_shut" : p.crowding === "full" ? "shelter_full" : "shelter_open"];
  return [];
}

/**
 * Draw the sign of one entry into a canvas.
 * @param {HTMLCanvasElement} canvas @param {string} layer @param {Record<string, any>} p
 * @param {Theme} theme @param {number} scale @param {"ja"|"en"} language
 */
function swatch(canvas, layer, p, theme, scale, language) {
  const ratio = window.devicePixelRatio || 1, wide = 36 * scale, tall = 34 * scale;
  canvas.width = wide * ratio;
  canvas.height = tall * ratio;
  canvas.style.width = `${wide}px`;
  canvas.style.height = `${tall}px`;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  const pen = { ctx, theme, scale, language, pattern: patterns(ctx, scale) };
  /** @type {(x: number, y: number) => [number, number]} */
  const place = (x, y) => [x, y];
  if (layer === "warnings" || layer === "outages") {
    const l = 3 * scale, t = 6 * scale, r = wide - l, b = tall - t;
    drawArea(layer, pen, [[Float64Array.of(l, t, r, t, r, b, l, b)]], place, p);
    return;
  }
  if (layer === "closures") drawLine(pen, [Float64Array.of(5 * scale, tall / 2, wide - 5 * scale, tall / 2)], place, p);
  drawSign(layer, pen, wide / 2, tall / 2, p);
}

/** What does not fit a single row goes, the least urgent first. @param {HTMLElement} element */
function oneRow(element) {
  for (let last = element.lastElementChild; last && element.scrollWidth > element.clientWidth; last = element.lastElementChild) last.remove();
}

/**
 * Keep a legend in an element; it is touched only when the set of entries changes.
 * @param {HTMLElement} element
 * @param {import("./painter.js").Scene} scene
 * @returns {() => void} call after each painting
 */
export function keepLegend(element, scene) {
  let shown = "";
  return () => {
    const keys = ENTRIES.filter(([key]) => scene.shows.has(key));
    const mark = keys.map(([key]) => key).join(" ") + scene.scale + scene.language;
    if (mark === shown) return;
    shown = mark;
    element.replaceChildren(...keys.map(([key, layer, properties]) => {
      const entry = document.createElement("span");
      entry.className = "hinomi-legend-entry";
      const canvas = document.createElement("canvas");
      canvas.setAttribute("aria-hidden", "true");
      // On a wall the signs are three times as large as a legend needs them.
      swatch(canvas, layer, properties, scene.theme, scene.scale * (scene.calm ? 0.5 : 0.8), scene.language);
      entry.append(canvas, word(scene.calm ? `${key}_short` : key, scene.language));
      return entry;
    }));
    element.hidden = keys.length === 0;
    if (scene.calm) oneRow(element);
  };
}

/**
 * How bad a thing is, for clusters, drawing order and the wall's tour. Bigger is worse.
 * A silent gauge keeps its last value on the screen but counts as nothing over a threshold.
 * @typedef {{id: string, geometry: any, properties: Record<string, any>}} Feature
 */

const CROWDING = { empty: 1, slightly: 2, crowded: 3, full: 4 };

/** @param {Record<string, any>} p @returns {boolean} whether its last word is too old to count */
export function isQuiet(p) {
  return p.state === "silent" || p.state === "never";
}

/** @param {Record<string, any>} p @returns {boolean} whether a shelter takes people in */
export function isOpen(p) {
  return p.opening === "open" || p.opening === "permanent";
}

/** @param {Record<string, any>} p @returns {boolean} whether nobody may pass */
export function isClosed(p) {
  return p.kind === "closed" || p.kind === "closed_large";
}

/** @type {Record<string, (p: Record<string, any>) => number>} */
const BY_LAYER = {
  rivers: (p) => (isQuiet(p) ? -1 : (p.level ?? 0) * 10 + (p.trend ?? 0) + (p.level === null ? -1 : 0)),
  rain: (p) => (isQuiet(p) || p.value === null || p.value === undefined ? -1 : p.value),
  shelters: (p) => (isOpen(p) ? CROWDING[/** @type {keyof typeof CROWDING} */ (p.crowding)] ?? 0.5 : 0),
  closures: (p) => (p.kind === "closed" ? 3 : p.kind === "closed_large" ? 2 : 1),
  warnings: (p) => p.level ?? 0,
  outages: (p) => p.households ?? 0,
};

/**
 * @param {string} layer
 * @param {Record<string, any>} properties
 * @returns {number}
 */
export function severity(layer, properties) {
  const rule = BY_LAYER[layer];
  return rule ? rule(properties) : 0;
}

const SHELTER_URGENCY = [8, 22, 30, 45, 58];

/**
 * How much a point deserves its place beside points of other layers, 0 to 100.
 * @param {string} layer
 * @param {number} bad as `severity` says
 * @returns {number}
 */
export function urgency(layer, bad) {
  if (layer === "rivers") return bad <= 0 ? 1 : bad * 2;
  if (layer === "closures") return bad >= 3 ? 62 : 34;
  if (layer === "shelters") return SHELTER_URGENCY[Math.floor(bad)] ?? 8;
  if (layer === "rain") return Math.min(64, bad * 0.8);
  return 20;
}

/**
 * Official colours (reference/C-levels-colours-tiles.md C1 to C3) and the neutral ones.
 * An official colour means only its official thing.
 */

/** Alert levels 1 to 5, C1: fill and the text colour that is readable on it. */
export const LEVELS = [
  { fill: "#66CCFF", text: "#000000" },
  { fill: "#FFFFFF", text: "#000000" },
  { fill: "#F2E700", text: "#000000" },
  { fill: "#FF2800", text: "#FFFFFF" },
  { fill: "#AA00AA", text: "#FFFFFF" },
  { fill: "#0C000C", text: "#FFFFFF" },
];

/** River levels: as alert levels, but normal and level 1 have colours of their own, C2. */
export const RIVER = LEVELS.map((entry, level) => {
  if (level === 1) return { fill: "#35A86B", text: "#000000" };
  return level === 5 ? { fill: "#140014", text: "#FFFFFF" } : entry;
});

/** Rain by mm/h, heaviest first, C3. */
export const RAIN = [
  { from: 80, fill: "#B40068", text: "#FFFFFF" },
  { from: 50, fill: "#FF2800", text: "#FFFFFF" },
  { from: 30, fill: "#FF9900", text: "#000000" },
  { from: 20, fill: "#FAF500", text: "#000000" },
  { from: 10, fill: "#0041FF", text: "#FFFFFF" },
  { from: 5, fill: "#218CFF", text: "#000000" },
  { from: 1, fill: "#A0D2FF", text: "#000000" },
  { from: 0.1, fill: "#F2F2FF", text: "#000000" },
];

/**
 * @param {number} value mm/h
 * @returns {{from: number, fill: string, text: string}|null} null for no rain
 */
export function rainColour(value) {
  return RAIN.find((step) => value >= step.from) ?? null;
}

/** Missing value, C2. */
export const MISSING = "#C8C8CB";

/**
 * Neutral colours of a ground.
 * @typedef {{ground: string, sea: string, ink: string, dim: string, halo: string, casing: string,
 *   line: string, accent: string, sign: string, road: string, minor: string, border: string}} Theme
 */

/** @type {Record<"dark"|"light", Theme>} */
export const THEMES = {
  dark: {
    ground: "#1a2438", sea: "#0B1220", ink: "#F4F7FF", dim: "#A9B5CE", halo: "rgba(8,13,24,0.92)",
    casing: "#FFFFFF", line: "#0B1220", accent: "#9db7f9", sign: "#16233b", road: "#7486a8",
    minor: "#3d4b68", border: "#55678a",
  },
  light: {
    ground: "#f2f2f2", sea: "#e3eaf4", ink: "#1a1a1a", dim: "#4d4d4d", halo: "rgba(255,255,255,0.92)",
    casing: "#FFFFFF", line: "#1a1a1a", accent: "#3460fb", sign: "#FFFFFF", road: "#a9a9a9",
    minor: "#d0d0d0", border: "#7f7f7f",
  },
};

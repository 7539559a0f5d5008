/**
 * The signs of the map, drawn on a canvas: thousands of them in one pass, nothing kept between.
 * Never colour alone: each has its shape and its number or word.
 * @typedef {import("./colours.js").Theme} Theme
 * @typedef {import("./severity.js").Feature} Feature
 * @typedef {{ctx: CanvasRenderingContext2D, theme: Theme, scale: number, language: "ja"|"en",
 *   pattern: (name: string, colour: string) => CanvasPattern|string, plain?: boolean}} Pen
 *   `plain`: shape and colour only, too small for numbers
 * @typedef {"full"|"small"|"dot"} Form how much room a sign is given
 */
import { MISSING, RIVER, rainColour } from "./colours.js";
import { isOpen, isQuiet } from "./severity.js";
import { word } from "./words.js";

export const FONT = '"BIZ UDPGothic", "Noto Sans JP", "Noto Sans CJK JP", sans-serif';
/** Nominal size of a sign in px at scale 1. */
export const SIZE = 28;
/** Size of each form beside the full one; a dot keeps the shape of its sign. @type {Record<Form, number>} */
export const FORMS = { full: 1, small: 0.64, dot: 0.4 };

/** @param {Pen} pen @param {string} text @param {number} x @param {number} y @param {number} px @param {string} colour */
export function centred(pen, text, x, y, px, colour) {
  const { ctx } = pen;
  ctx.font = `700 ${px}px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y + px * 0.36);
}

/** @param {Pen} pen @param {string|CanvasPattern} fill @param {string} edge @param {number} width */
function paint(pen, fill, edge, width) {
  const { ctx, theme } = pen;
  ctx.lineJoin = "round";
  ctx.lineWidth = width * 2.6;
  ctx.strokeStyle = theme.halo;
  ctx.stroke();
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = width;
  ctx.strokeStyle = edge;
  ctx.stroke();
}

/** ▽ in level colour with its number. @param {Pen} pen @param {number} x @param {number} y @param {Record<string, any>} p */
function river(pen, x, y, p) {
  const { ctx, theme, scale } = pen;
  const quiet = isQuiet(p);
  const level = quiet ? 0 : (p.level ?? 0);
  const half = (level > 1 ? SIZE * 0.62 : level ? SIZE * 0.52 : SIZE * 0.32) * scale;
  ctx.beginPath();
  ctx.moveTo(x - half, y - half * 0.82);
  ctx.lineTo(x + half, y - half * 0.82);
  ctx.lineTo(x, y + half * 0.95);
  ctx.closePath();
  const known = !quiet && p.level !== null && p.level !== undefined;
  const fill = quiet ? pen.pattern("hatch", MISSING) : known ? RIVER[level].fill : theme.sign;
  paint(pen, fill, quiet ? MISSING : theme.casing, 2 * scale);
  if (level && !pen.plain) centred(pen, String(level), x, y - half * 0.26, half * 0.95, RIVER[level].text);
}

/** □ in the colour of the rain with mm/h. @param {Pen} pen @param {number} x @param {number} y @param {Record<string, any>} p */
function rain(pen, x, y, p) {
  const { ctx, theme, scale } = pen;
  const missing = p.value === null || p.value === undefined;
  const quiet = isQuiet(p);
  const colour = missing || quiet ? null : rainColour(p.value);
  const half = (colour && p.value >= 1 ? SIZE * 0.46 : SIZE * 0.17) * scale;
  ctx.beginPath();
  ctx.rect(x - half, y - half, half * 2, half * 2);
  if (quiet) paint(pen, pen.pattern("hatch", MISSING), MISSING, 1.4 * scale);
  else if (missing) paint(pen, theme.sign, MISSING, 1.4 * scale);
  else paint(pen, colour ? colour.fill : theme.sign, theme.dim, 1.2 * scale);
  if (pen.plain) return;
  if (colour && p.value >= 1) centred(pen, String(Math.round(p.value)), x, y, half * 1.15, colour.text);
  else if (missing && !quiet) centred(pen, "–", x, y, half * 1.6, MISSING);
}

const BARS = { empty: 1, slightly: 2, crowded: 3, full: 4 };

/** House; four-step bar for crowding; 満 when full. @param {Pen} pen @param {number} x @param {number} y @param {Record<string, any>} p */
function shelter(pen, x, y, p) {
  const { ctx, theme, scale } = pen;
  const open = isOpen(p);
  const half = (open ? SIZE * 0.54 : SIZE * 0.26) * scale;
  ctx.beginPath();
  ctx.moveTo(x, y - half * 1.12);
  ctx.lineTo(x + half, y - half * 0.28);
  ctx.lineTo(x + half, y + half * 0.92);
  ctx.lineTo(x - half, y + half * 0.92);
  ctx.lineTo(x - half, y - half * 0.28);
  ctx.closePath();
  const full = open && p.crowding === "full";
  paint(pen, full ? theme.ink : theme.sign, open ? theme.ink : theme.dim, 2 * scale);
  if (!open || pen.plain) return;
  if (full) {
    const text = word("full", pen.language);
    centred(pen, text, x, y + half * 0.22, half * (text.length > 1 ? 0.62 : 1.15), theme.sign);
    return;
  }
  const steps = BARS[/** @type {keyof typeof BARS} */ (p.crowding)] ?? 0;
  if (!steps) {
    centred(pen, "?", x, y + half * 0.24, half * 1.1, theme.ink);
    return;
  }
  const wide = half * 0.3;
  for (let step = 0; step < 4; step += 1) {
    const tall = half * (0.34 + step * 0.24);
    const left = x - half * 0.76 + step * half * 0.4;
    ctx.globalAlpha = step < steps ? 1 : 0.28;
    ctx.fillStyle = theme.ink;
    ctx.fillRect(left, y + half * 0.72 - tall, wide, tall);
  }
  ctx.globalAlpha = 1;
}

/** ✕ for closed, △ for a restriction. @param {Pen} pen @param {number} x @param {number} y @param {Record<string, any>} p */
function closure(pen, x, y, p) {
  const { ctx, theme, scale } = pen;
  const half = SIZE * 0.44 * scale;
  ctx.beginPath();
  if (p.kind === "closed" || p.kind === "closed_large") {
    ctx.arc(x, y, half, 0, Math.PI * 2);
    paint(pen, theme.casing, theme.line, 2.4 * scale);
    ctx.beginPath();
    const arm = half * 0.5;
    ctx.moveTo(x - arm, y - arm);
    ctx.lineTo(x + arm, y + arm);
    ctx.moveTo(x + arm, y - arm);
    ctx.lineTo(x - arm, y + arm);
    ctx.lineWidth = half * 0.34;
    ctx.lineCap = "round";
    ctx.strokeStyle = "#0B1220";
    ctx.stroke();
    return;
  }
  ctx.moveTo(x, y - half);
  ctx.lineTo(x + half * 0.95, y + half * 0.72);
  ctx.lineTo(x - half * 0.95, y + half * 0.72);
  ctx.closePath();
  paint(pen, theme.sign, theme.casing, 2 * scale);
  if (!pen.plain) centred(pen, p.kind === "unknown" ? "?" : "!", x, y + half * 0.22, half * 1.18, theme.ink);
}

/** @type {Record<string, (pen: Pen, x: number, y: number, p: Record<string, any>) => void>} */
const SIGNS = { rivers: river, rain, shelters: shelter, closures: closure };

/** @param {string} layer @returns {boolean} whether the layer has a sign of its own */
export function hasSign(layer) {
  return layer in SIGNS;
}

/**
 * Draw one sign with its middle at x, y.
 * @param {string} layer @param {Pen} whole @param {number} x @param {number} y @param {Record<string, any>} properties
 * @param {Form} [form]
 */
export function drawSign(layer, whole, x, y, properties, form = "full") {
  const pen = form === "full" ? whole : { ...whole, scale: whole.scale * FORMS[form], plain: true };
  const sign = SIGNS[layer];
  if (sign) {
    sign(pen, x, y, properties);
    return;
  }
  const { ctx, theme, scale } = pen;
  ctx.beginPath();
  ctx.arc(x, y, SIZE * 0.25 * scale, 0, Math.PI * 2);
  paint(pen, theme.sign, theme.ink, 1.6 * scale);
}

/**
 * How much room a thing deserves where others want it too: what is as it should be stays small.
 * @param {string} layer @param {Record<string, any>} p @param {boolean} calm a wall: read from five metres
 * @returns {Form}
 */
export function formOf(layer, p, calm) {
  if (!calm) return "full";
  if (layer === "rivers") return isQuiet(p) ? "small" : p.level >= 2 ? "full" : "dot";
  if (layer === "rain") return isQuiet(p) ? "dot" : "full";
  if (layer === "shelters") return isOpen(p) && (p.crowding === "full" || p.crowding === "crowded") ? "full" : isOpen(p) ? "small" : "dot";
  return "full";
}

/** Half the width a sign takes, px at scale 1. @param {string} layer @param {Record<string, any>} p @returns {number} */
export function reach(layer, p) {
  if (layer === "rivers") return !isQuiet(p) && p.level ? SIZE * (p.level > 1 ? 0.6 : 0.5) : SIZE * 0.32;
  if (layer === "rain") return !isQuiet(p) && p.value >= 1 ? SIZE * 0.46 : SIZE * 0.17;
  if (layer === "shelters") return isOpen(p) ? SIZE * 0.56 : SIZE * 0.28;
  return SIZE * 0.44;
}

const ARROWS = { "-1": "↓", 0: "→", 1: "↑" };

/**
 * What stands beside a sign; empty for nothing.
 * @param {string} layer @param {Record<string, any>} p @param {"ja"|"en"} language @returns {string}
 */
export function label(layer, p, language) {
  if (layer === "rivers" && !isQuiet(p) && (p.level ?? 0) >= 2 && typeof p.value === "number") {
    return p.value.toFixed(2) + (ARROWS[/** @type {keyof typeof ARROWS} */ (p.trend)] ?? "");
  }
  if (layer === "rivers" && p.state === "silent" && (p.level ?? 0) >= 2) return word("silent", language);
  return "";
}

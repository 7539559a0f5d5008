/**
 * Areas and lines: warning areas with colour, pattern and number; outages hatched with households;
 * closures as a dark line with white casing.
 * @typedef {import("./signs.js").Pen} Pen
 * @typedef {(x: number, y: number) => [number, number]} Place
 */
import { LEVELS, MISSING } from "./colours.js";
import { centred, FONT } from "./signs.js";
import { isClosed, isQuiet } from "./severity.js";
import { households } from "./words.js";

const TILE = 24;

/** @type {Record<string, (ctx: CanvasRenderingContext2D, side: number) => void>} */
const PATTERNS = {
  hatch: (ctx, side) => slants(ctx, side, 1),
  dense: (ctx, side) => slants(ctx, side, 2),
  cross: (ctx, side) => {
    slants(ctx, side, 1);
    ctx.translate(side, 0);
    ctx.scale(-1, 1);
    slants(ctx, side, 1);
  },
  bars: (ctx, side) => {
    ctx.fillRect(0, 0, side * 0.22, side);
    ctx.fillRect(side * 0.5, 0, side * 0.22, side);
  },
  dots: (ctx, side) => {
    ctx.beginPath();
    ctx.arc(side / 2, side / 2, side * 0.13, 0, Math.PI * 2);
    ctx.fill();
  },
};

/** @param {CanvasRenderingContext2D} ctx @param {number} side @param {number} times */
function slants(ctx, side, times) {
  ctx.lineWidth = side * 0.16;
  ctx.beginPath();
  const step = side / times;
  for (let at = -side; at <= side; at += step) {
    ctx.moveTo(at - side * 0.1, side * 1.1);
    ctx.lineTo(at + side * 1.1, -side * 0.1);
  }
  ctx.stroke();
}

/**
 * Patterns of one scale, made once each.
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} scale
 * @returns {(name: string, colour: string) => CanvasPattern|string}
 */
export function patterns(ctx, scale) {
  /** @type {Map<string, CanvasPattern|string>} */
  const made = new Map();
  return (name, colour) => {
    const key = name + colour;
    const found = made.get(key);
    if (found) return found;
    const side = Math.max(6, Math.round(TILE * 0.5 * scale));
    const tile = document.createElement("canvas");
    tile.width = tile.height = side;
    const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    pen.strokeStyle = pen.fillStyle = colour;
    PATTERNS[name](pen, side);
    const pattern = ctx.createPattern(tile, "repeat") ?? colour;
    made.set(key, pattern);
    return pattern;
  };
}

/** Trace polygons, leaving out points closer than a pixel. @param {Pen} pen @param {Float64Array[][]} polygons @param {Place} place */
function trace(pen, polygons, place) {
  const { ctx } = pen;
  ctx.beginPath();
  for (const rings of polygons) {
    for (const ring of rings) {
      let [lastX, lastY] = place(ring[0], ring[1]);
      ctx.moveTo(lastX, lastY);
      for (let i = 2; i < ring.length; i += 2) {
        const [x, y] = place(ring[i], ring[i + 1]);
        if (Math.abs(x - lastX) + Math.abs(y - lastY) < 1.2) continue;
        ctx.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      ctx.closePath();
    }
  }
}

const LEVEL_PATTERNS = ["", "", "dots", "hatch", "dense", "cross"];

/** @param {string} layer @param {Pen} pen @param {Float64Array[][]} polygons @param {Place} place @param {Record<string, any>} p */
export function drawArea(layer, pen, polygons, place, p) {
  const { ctx, scale, theme } = pen;
  trace(pen, polygons, place);
  if (layer === "warnings") {
    const level = p.level ?? 0;
    if (level < 2) return;
    const colour = level === 5 && theme.ground !== "#f2f2f2" ? "#000000" : LEVELS[level].fill;
    ctx.globalAlpha = level === 5 ? 0.72 : 0.26;
    ctx.fillStyle = colour;
    ctx.fill("evenodd");
    ctx.globalAlpha = level === 5 ? 0.5 : 0.34;
    ctx.fillStyle = pen.pattern(LEVEL_PATTERNS[level], level === 5 ? "#FFFFFF" : LEVELS[level].fill);
    ctx.fill("evenodd");
    ctx.globalAlpha = 0.95;
    ctx.lineJoin = "round";
    ctx.lineWidth = 2 * scale;
    ctx.strokeStyle = level === 5 ? "#FFFFFF" : LEVELS[level].fill;
    ctx.stroke();
  } else if (layer === "outages") {
    if (p.households === 0) return;
    ctx.globalAlpha = 0.42;
    ctx.fillStyle = pen.pattern("bars", isQuiet(p) ? MISSING : theme.dim);
    ctx.fill("evenodd");
    ctx.globalAlpha = 0.7;
    ctx.lineWidth = 1.4 * scale;
    ctx.strokeStyle = theme.dim;
    ctx.stroke();
  } else {
    ctx.globalAlpha = 0.8;
    ctx.lineWidth = 1.2 * scale;
    ctx.strokeStyle = theme.border;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

/** @param {Pen} pen @param {Float64Array[]} lines @param {Place} place @param {Record<string, any>} p */
export function drawLine(pen, lines, place, p) {
  const { ctx, scale } = pen;
  ctx.beginPath();
  for (const line of lines) {
    const [x0, y0] = place(line[0], line[1]);
    ctx.moveTo(x0, y0);
    for (let i = 2; i < line.length; i += 2) {
      const [x, y] = place(line[i], line[i + 1]);
      ctx.lineTo(x, y);
    }
  }
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.lineWidth = 9 * scale;
  ctx.strokeStyle = "#FFFFFF";
  ctx.stroke();
  ctx.lineWidth = 5.4 * scale;
  ctx.strokeStyle = "#10161f";
  ctx.lineCap = "butt";
  if (p.kind === "unknown") ctx.setLineDash([2 * scale, 6 * scale]);
  else if (!isClosed(p)) ctx.setLineDash([10 * scale, 8 * scale]);
  ctx.stroke();
  ctx.setLineDash([]);
}

/**
 * The words inside an area: a level chip or the households.
 * @param {string} layer @param {Record<string, any>} p @param {"ja"|"en"} language
 * @returns {{text: string, fill: string, ink: string}|null}
 */
export function chip(layer, p, language) {
  if (layer === "warnings" && (p.level ?? 0) >= 2) {
    return { text: `L${p.level}`, fill: LEVELS[p.level].fill, ink: LEVELS[p.level].text };
  }
  if (layer === "outages" && p.households !== 0) {
    const text = households(p.households, p.qualifier, language);
    return { text: (language === "en" ? "⚡" : "停電 ") + text, fill: "", ink: "" };
  }
  return null;
}

/**
 * @param {Pen} pen @param {{text: string, fill: string, ink: string}} what
 * @param {[number, number, number, number]} box left, top, right, bottom
 */
export function drawChip(pen, what, box) {
  const { ctx, theme, scale } = pen;
  const [left, top, right, bottom] = box;
  ctx.beginPath();
  ctx.roundRect(left, top, right - left, bottom - top, 5 * scale);
  ctx.fillStyle = what.fill || theme.halo;
  ctx.fill();
  ctx.lineWidth = 1.4 * scale;
  ctx.strokeStyle = what.fill ? theme.casing : theme.dim;
  ctx.stroke();
  centred(pen, what.text, (left + right) / 2, (top + bottom) / 2, (bottom - top) * 0.72, what.ink || theme.ink);
}

/** @param {Pen} pen @param {string} text @param {number} px @returns {number} */
export function textWidth(pen, text, px) {
  pen.ctx.font = `700 ${px}px ${FONT}`;
  return pen.ctx.measureText(text).width;
}


/**
 * Dense points: the worst of those that would cover one another is drawn, with how many it stands for.
 * @typedef {import("./store.js").Item} Item
 * @typedef {{layer: string, id: string, item: Item, x: number, y: number, reach: number, bad: number,
 *   count: number, form: import("./signs.js").Form}} Mark
 */
import { Room } from "./room.js";
import { severity, urgency } from "./severity.js";
import { FORMS, formOf, reach } from "./signs.js";

/** How many lesser signs of one layer a screen carries: more would be a carpet. @type {Record<string, number>} */
const ENOUGH = { rain: 60, rivers: 120, shelters: 60 };
/** Of a wall, read from five metres. @type {Record<string, number>} */
const ENOUGH_CALM = { rain: 12, rivers: 40, shelters: 18 };
/** From this urgency on a sign stands beside its neighbours unless it would cover them. */
const STANDS = 44;

/**
 * How far from the next a lesser sign of a layer has to be, px: it grows with their number.
 * @param {string} layer @param {number} number @param {{area: number, calm: boolean}} screen
 * @returns {number}
 */
export function spread(layer, number, { area, calm }) {
  const enough = (calm ? ENOUGH_CALM : ENOUGH)[layer] ?? Infinity;
  return number > enough ? Math.sqrt(area / enough) * 0.62 : 0;
}

/**
 * @param {string} layer
 * @param {{id: string, item: Item, x: number, y: number}[]} points those on the screen
 * @param {number} scale
 * @param {{area: number, calm: boolean}} [screen] px², and whether it is a wall
 * @returns {Mark[]} worst last, so that it is drawn on top
 */
export function cluster(layer, points, scale, screen = { area: Infinity, calm: false }) {
  const apart = Number.isFinite(screen.area) ? spread(layer, points.length, screen) : 0;
  const marks = points.map(({ id, item, x, y }) => {
    const p = item.feature.properties, form = formOf(layer, p, screen.calm);
    return { layer, id, item, x, y, reach: reach(layer, p) * scale * FORMS[form], bad: severity(layer, p), count: 1, form };
  });
  marks.sort((a, b) => b.bad - a.bad || (a.id < b.id ? -1 : 1));
  const cell = Math.max(40 * scale, apart);
  /** @type {Map<number, Mark[]>} */
  const grid = new Map();
  const kept = [];
  for (const mark of marks) {
    const column = Math.floor(mark.x / cell), row = Math.floor(mark.y / cell);
    const host = near(grid, mark, column, row, urgency(layer, mark.bad) < STANDS ? apart : 0);
    if (host) {
      host.count += mark.count;
      continue;
    }
    const key = row * 65536 + column;
    const list = grid.get(key);
    if (list) list.push(mark);
    else grid.set(key, [mark]);
    kept.push(mark);
  }
  return kept.reverse();
}

/** @param {Map<number, Mark[]>} grid @param {Mark} mark @param {number} column @param {number} row @param {number} apart @returns {Mark|null} */
function near(grid, mark, column, row, apart) {
  for (let dy = -1; dy <= 1; dy += 1) {
    for (let dx = -1; dx <= 1; dx += 1) {
      for (const other of grid.get((row + dy) * 65536 + column + dx) ?? []) {
        const gap = Math.max(apart, (other.reach + mark.reach) * 0.82);
        if ((other.x - mark.x) ** 2 + (other.y - mark.y) ** 2 < gap * gap) return other;
      }
    }
  }
  return null;
}

/** From here on a mark is drawn even where others stand. */
const MUST_SHOW = 70;

/**
 * Worst first: a mark that would cover a worse one of any layer shrinks to a dot, or gives way.
 * @param {Mark[]} marks
 * @param {number} scale
 * @returns {Mark[]} in the same order
 */
export function thin(marks, scale) {
  const room = new Room(60 * scale);
  const order = marks.map((mark) => ({ mark, want: urgency(mark.layer, mark.bad) }));
  order.sort((a, b) => b.want - a.want);
  const kept = new Set();
  for (const { mark, want } of order) {
    if (room.claim(boxOf(mark, mark.reach * 0.96))) kept.add(mark);
    else if (want >= MUST_SHOW) {
      shrink(mark, "small");
      kept.add(mark);
    } else if (mark.form !== "dot") {
      shrink(mark, "dot");
      if (room.claim(boxOf(mark, mark.reach * 0.96))) kept.add(mark);
    }
  }
  return marks.filter((mark) => kept.has(mark));
}

/** @param {Mark} mark @param {number} r @returns {[number, number, number, number]} */
function boxOf({ x, y }, r) {
  return [x - r, y - r, x + r, y + r];
}

/** @param {Mark} mark @param {import("./signs.js").Form} form */
function shrink(mark, form) {
  mark.reach *= FORMS[form] / FORMS[mark.form];
  mark.form = form;
  mark.count = 1;
}

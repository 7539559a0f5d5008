/**
 * Dense points: the worst of those that would cover one another is drawn, with how many it stands for.
 * @typedef {import("./store.js").Item} Item
 * @typedef {{layer: string, id: string, item: Item, x: number, y: number, reach: number, bad: number,
 *   count: number}} Mark
 */
import { Room } from "./room.js";
import { severity, urgency } from "./severity.js";
import { reach } from "./signs.js";

/**
 * @param {string} layer
 * @param {{id: string, item: Item, x: number, y: number}[]} points those on the screen
 * @param {number} scale
 * @returns {Mark[]} worst last, so that it is drawn on top
 */
export function cluster(layer, points, scale) {
  const marks = points.map(({ id, item, x, y }) => {
    const p = item.feature.properties;
    return { layer, id, item, x, y, reach: reach(layer, p) * scale, bad: severity(layer, p), count: 1 };
  });
  marks.sort((a, b) => b.bad - a.bad || (a.id < b.id ? -1 : 1));
  const cell = 40 * scale;
  /** @type {Map<number, Mark[]>} */
  const grid = new Map();
  const kept = [];
  for (const mark of marks) {
    const column = Math.floor(mark.x / cell), row = Math.floor(mark.y / cell);
    const host = near(grid, mark, column, row);
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

/** @param {Map<number, Mark[]>} grid @param {Mark} mark @param {number} column @param {number} row @returns {Mark|null} */
function near(grid, mark, column, row) {
  for (let dy = -1; dy <= 1; dy += 1) {
    for (let dx = -1; dx <= 1; dx += 1) {
      for (const other of grid.get((row + dy) * 65536 + column + dx) ?? []) {
        const gap = (other.reach + mark.reach) * 0.82;
        if ((other.x - mark.x) ** 2 + (other.y - mark.y) ** 2 < gap * gap) return other;
      }
    }
  }
  return null;
}

/** From here on a mark is drawn even where others stand. */
const MUST_SHOW = 70;

/**
 * Leave out lesser marks where more urgent ones of any layer stand: a wall stays readable.
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
    const r = mark.reach * 0.9;
    const box = /** @type {[number, number, number, number]} */ ([mark.x - r, mark.y - r, mark.x + r, mark.y + r]);
    if (room.claim(box) || want >= MUST_SHOW) kept.add(mark);
  }
  return marks.filter((mark) => kept.has(mark));
}

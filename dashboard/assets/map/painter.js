/**
 * One canvas for all data of the map: areas, lines, points, labels, in that order.
 * A Leaflet renderer, so that panning and zooming move it with the base map.
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./store.js").Item} Item
 * @typedef {import("./clusters.js").Mark} Mark
 * @typedef {{store: Store, order: string[], visible: Set<string>, theme: import("./colours.js").Theme,
 *   scale: number, language: "ja"|"en", selected: {layer: string, id: string}|null,
 *   hides: (layer: string, properties: Record<string, any>) => boolean,
 *   calm: boolean, shows: Map<string, number>}} Scene `calm`: a wall, where what is well stays small; `shows`: how many of each legend entry are drawn
 */
import { chip, drawArea, drawChip, drawLine, patterns, textWidth } from "./areas.js";
import { cluster, thin } from "./clusters.js";
import { legendKeys } from "./legend.js";
import { Room } from "./room.js";
import { holds, shapeOf } from "./shapes.js";
import { severity, urgency } from "./severity.js";
import { drawSign, FONT, FORMS, label } from "./signs.js";

/**
 * @param {any} L Leaflet
 * @param {Scene} scene
 * @returns {any} the renderer; `repaint()` asks for one painting at the next frame
 */
export function makePainter(L, scene) {
  const Painter = L.Renderer.extend({
    options: { padding: 0.04, pane: "overlayPane" },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "hinomi-data";
      this._container.setAttribute("aria-hidden", "true");
      this._ctx = this._container.getContext("2d");
      this._marks = [];
      this._frame = 0;
    },

    _destroyContainer() {
      cancelAnimationFrame(this._frame);
      this._container.remove();
      this._container.width = 0;
      delete this._container;
      delete this._ctx;
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      if (this._container.width !== Math.round(size.x * ratio) || this._container.height !== Math.round(size.y * ratio)) {
        this._container.width = Math.round(size.x * ratio);
        this._container.height = Math.round(size.y * ratio);
        this._container.style.width = `${size.x}px`;
        this._container.style.height = `${size.y}px`;
        this._patterns = null;
      }
      this._ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.paint();
      this.fire("update");
    },

    repaint() {
      if (this._frame || !this._map) return;
      this._frame = requestAnimationFrame(() => {
        this._frame = 0;
        if (this._map && this._ctx && this._bounds) this.paint();
      });
    },

    paint() {
      const size = this._bounds.getSize();
      const factor = 2 ** this._map.getZoom();
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      if (!this._patterns || this._patternScale !== scene.scale) {
        this._patterns = patterns(this._ctx, scene.scale);
        this._patternScale = scene.scale;
      }
      const pen = { ctx: this._ctx, theme: scene.theme, scale: scene.scale, language: scene.language, pattern: this._patterns };
      const view = {
        size,
        factor,
        place: (x, y) => [x * factor - origin.x, y * factor - origin.y],
        box: [origin.x / factor, origin.y / factor, (origin.x + size.x) / factor, (origin.y + size.y) / factor],
      };
      this._ctx.clearRect(0, 0, size.x, size.y);
      scene.shows.clear();
      this._marks = paintScene(scene, pen, view);
      this._map.getContainer().dispatchEvent(new CustomEvent("hinomi:painted", { bubbles: true }));
    },

    /** What lies at a container point: the nearest sign, else the area. */
    at(point) {
      const here = this._map.containerPointToLayerPoint(point).subtract(this._bounds.min);
      let best = null, gap = Infinity;
      for (const mark of this._marks) {
        const away = Math.hypot(mark.x - here.x, mark.y - here.y);
        if (away < Math.max(mark.reach * 1.3, 12) && away <= gap) [best, gap] = [mark, away];
      }
      if (best) return { layer: best.layer, id: best.id };
      const where = this._map.containerPointToLatLng(point);
      const [x, y] = shapeOf({ type: "Point", coordinates: [where.lng, where.lat] }).points[0];
      for (const layer of scene.order.slice().reverse()) {
        if (!scene.visible.has(layer)) continue;
        for (const [id, item] of scene.store.layer(layer).items) if (holds(item.shape, x, y)) return { layer, id };
      }
      return null;
    },
  });
  return new Painter();
}

/** On a wall their number says nothing: they stand for a field of rain, a river, a town. */
const UNCOUNTED = new Set(["rain", "rivers", "shelters"]);
/** What a wall names: the worst few. */
const CALM_LABELS = 6;

/** @param {Scene} scene @param {string} layer @param {Record<string, any>} p what is drawn, for the legend */
function tally(scene, layer, p) {
  for (const key of legendKeys(layer, p)) scene.shows.set(key, (scene.shows.get(key) ?? 0) + 1);
}

/** @param {Scene} scene @param {any} pen @param {any} view @returns {Mark[]} */
function paintScene(scene, pen, view) {
  const onScreen = scene.order.filter((layer) => scene.visible.has(layer)).map((layer) => ({ layer, items: seen(scene, layer, view.box) }));
  for (const { layer, items } of onScreen) {
    const areas = items.filter(([, item]) => item.shape.rings.length);
    areas.sort((a, b) => severity(layer, a[1].feature.properties) - severity(layer, b[1].feature.properties));
    for (const [, item] of areas) drawArea(layer, pen, item.shape.rings, view.place, item.feature.properties);
  }
  for (const { items } of onScreen) {
    for (const [, item] of items) if (item.shape.lines.length) drawLine(pen, item.shape.lines, view.place, item.feature.properties);
  }
  const every = onScreen.flatMap(({ layer, items }) => markLayer(layer, items, view, scene));
  const marks = thin(every, scene.scale);
  for (const { layer, item } of marks) tally(scene, layer, item.feature.properties);
  // Small ones first: where two touch, the larger sign is the worse thing.
  marks.sort((a, b) => FORMS[a.form] - FORMS[b.form]);
  for (const mark of marks) drawSign(mark.layer, pen, mark.x, mark.y, mark.item.feature.properties, mark.form);
  for (const mark of marks) if (mark.count > 1 && mark.form === "full" && !(scene.calm && UNCOUNTED.has(mark.layer))) badge(pen, mark);
  const room = new Room(90 * scene.scale);
  for (const mark of marks) room.take([mark.x - mark.reach, mark.y - mark.reach, mark.x + mark.reach, mark.y + mark.reach]);
  selection(scene, pen, view, room);
  labels(scene, pen, marks, room);
  areaLabels(scene, pen, onScreen, view, room);
  return marks;
}

/** @param {Scene} scene @param {string} layer @param {number[]} box @returns {[string, Item][]} */
function seen(scene, layer, box) {
  const found = [];
  for (const entry of scene.store.layer(layer).items) {
    const { shape, feature } = entry[1];
    if (shape.box[0] > box[2] || shape.box[2] < box[0] || shape.box[1] > box[3] || shape.box[3] < box[1]) continue;
    if (scene.hides(layer, feature.properties)) continue;
    if (shape.rings.length || shape.lines.length) tally(scene, layer, feature.properties);
    found.push(entry);
  }
  return found;
}

/** @param {string} layer @param {[string, Item][]} items @param {any} view @param {Scene} scene @returns {Mark[]} */
function markLayer(layer, items, view, scene) {
  const points = [];
  for (const [id, item] of items) {
    if (item.shape.rings.length) continue;
    const [x, y] = view.place(item.shape.anchor[0], item.shape.anchor[1]);
    points.push({ id, item, x, y });
  }
  return cluster(layer, points, scene.scale, { area: view.size.x * view.size.y, calm: scene.calm });
}

/** @param {any} pen @param {Mark} mark */
function badge(pen, mark) {
  const { ctx, theme, scale } = pen;
  if (mark.bad <= 0.5) return;
  const px = 14.4 * scale, text = `×${mark.count}`;
  ctx.font = `700 ${px}px ${FONT}`;
  const half = Math.max(px * 0.72, ctx.measureText(text).width / 2 + px * 0.35);
  const x = mark.x + mark.reach * 0.95, y = mark.y - mark.reach * 0.85;
  ctx.beginPath();
  ctx.roundRect(x - half, y - px * 0.72, half * 2, px * 1.44, px * 0.72);
  ctx.fillStyle = theme.ink;
  ctx.fill();
  ctx.lineWidth = 1.2 * scale;
  ctx.strokeStyle = theme.sea;
  ctx.stroke();
  ctx.fillStyle = theme.sea;
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, x, y + px * 0.36);
}

/** @param {any} pen @param {string} text @param {number} x @param {number} y @param {number} px @param {CanvasTextAlign} align */
function haloed(pen, text, x, y, px, align) {
  const { ctx, theme } = pen;
  ctx.font = `700 ${px}px ${FONT}`;
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  ctx.lineJoin = "round";
  ctx.lineWidth = px * 0.3;
  ctx.strokeStyle = theme.halo;
  ctx.strokeText(text, x, y + px * 0.36);
  ctx.fillStyle = theme.ink;
  ctx.fillText(text, x, y + px * 0.36);
}

/** @param {Scene} scene @param {any} pen @param {Mark[]} marks @param {Room} room */
function labels(scene, pen, marks, room) {
  const px = 15 * scene.scale;
  const order = marks.filter((mark) => mark.form !== "dot").map((mark) => ({ mark, want: urgency(mark.layer, mark.bad) }));
  order.sort((a, b) => b.want - a.want);
  let left = scene.calm ? CALM_LABELS : Infinity;
  for (const { mark } of order) {
    if (left <= 0) break;
    const text = label(mark.layer, mark.item.feature.properties, scene.language);
    if (!text) continue;
    const wide = textWidth(pen, text, px), gap = mark.reach + 3 * scene.scale;
    for (const edge of [mark.x + gap, mark.x - gap - wide]) {
      if (!room.claim([edge, mark.y - px * 0.7, edge + wide, mark.y + px * 0.7])) continue;
      haloed(pen, text, edge, mark.y, px, "left");
      left -= 1;
      break;
    }
  }
}

/** @param {Scene} scene @param {any} pen @param {{layer: string, items: [string, Item][]}[]} onScreen @param {any} view @param {Room} room */
function areaLabels(scene, pen, onScreen, view, room) {
  const px = 15 * scene.scale;
  for (const { layer, items } of onScreen) {
    const areas = items.filter(([, item]) => item.shape.rings.length);
    areas.sort((a, b) => severity(layer, b[1].feature.properties) - severity(layer, a[1].feature.properties));
    let left = scene.calm ? CALM_LABELS : Infinity;
    for (const [, item] of areas) {
      if (left <= 0) break;
      const what = chip(layer, item.feature.properties, scene.language);
      if (!what) continue;
      const [x, y] = view.place(item.shape.anchor[0], item.shape.anchor[1]);
      const half = textWidth(pen, what.text, px) / 2 + px * 0.4;
      for (const shift of [0, 1.9, -1.9, 3.6, -3.6]) {
        const top = y + (shift - 0.75) * px;
        // A chip that slid into the neighbour's area would lie about it.
        if (!holds(item.shape, item.shape.anchor[0], item.shape.anchor[1] + (shift * px) / view.factor)) continue;
        const box = /** @type {[number, number, number, number]} */ ([x - half, top, x + half, top + 1.5 * px]);
        if (!room.claim(box)) continue;
        drawChip(pen, what, box);
        left -= 1;
        const name = item.feature.properties.name;
        if (layer === "warnings" && name) areaName(pen, name, x, box[3] + px * 0.8, px, room);
        break;
      }
    }
  }
}

/** @param {any} pen @param {string} name @param {number} x @param {number} y @param {number} px @param {Room} room */
function areaName(pen, name, x, y, px, room) {
  const wide = textWidth(pen, name, px) / 2;
  if (room.claim([x - wide, y - px * 0.65, x + wide, y + px * 0.65])) haloed(pen, name, x, y, px, "center");
}

/** A ring of the accent around what is selected, with its name. @param {Scene} scene @param {any} pen @param {any} view @param {Room} room */
function selection(scene, pen, view, room) {
  const chosen = scene.selected;
  const item = chosen && scene.visible.has(chosen.layer) ? scene.store.layer(chosen.layer).items.get(chosen.id) : null;
  if (!chosen || !item) return;
  const { ctx, theme, scale } = pen;
  const [x, y] = view.place(item.shape.anchor[0], item.shape.anchor[1]);
  const radius = 27 * scale;
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = 3.4 * scale;
  if (item.shape.rings.length) {
    ctx.beginPath();
    for (const rings of item.shape.rings) {
      for (const ring of rings) for (let i = 0; i < ring.length; i += 2) {
        const [px, py] = view.place(ring[i], ring[i + 1]);
        if (i) ctx.lineTo(px, py);
        else ctx.moveTo(px, py);
      }
    }
    ctx.stroke();
    return;
  }
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.stroke();
  const name = item.feature.properties.name || item.feature.properties.road_name || item.feature.properties.place;
  if (!name) return;
  const px = 17 * scale, wide = textWidth(pen, name, px) / 2;
  const above = y - radius - px * 0.9;
  room.take([x - wide, above - px * 0.7, x + wide, above + px * 0.7]);
  haloed(pen, name, x, above, px, "center");
}

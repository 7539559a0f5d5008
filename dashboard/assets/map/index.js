/**
 * The map of Hinomi, for plain pages and for Dash: `window.hinomi.map.attach(map, options)` puts
 * the data, the live line, the base map and the signs onto a Leaflet map that is already there.
 *
 * @typedef {{layers?: string[], visible?: string[], language?: "ja"|"en", wall?: boolean, dark?: boolean, scale?: number,
 *   base?: string, baseMap?: "auto"|"builtin"|"gsi", legend?: HTMLElement|null,
 *   hides?: (layer: string, properties: Record<string, any>) => boolean,
 *   onSelect?: (what: {layer: string, id: string}|null, feature: any) => void}} Options
 * @typedef {{id: string, title: string, title_en: string, kind: string, version: number, attribution?: string}} Entry
 *   one layer of /api/layers
 */
import { BaseMap } from "./base.js";
import { THEMES } from "./colours.js";
import { keepLegend } from "./legend.js";
import { Live } from "./live.js";
import { makePainter } from "./painter.js";
import { latLng } from "./shapes.js";
import { Store } from "./store.js";
import { VectorLayers } from "./vector.js";

/** Drawing order: area hazards, water and closures, points, people. */
const ORDER = ["warnings", "outages", "closures", "rain", "rivers", "shelters"];
const VECTORS = ["boundaries", "roads"];

/** @param {any} map */
function panes(map) {
  for (const [name, z] of /** @type {[string, string][]} */ ([["hinomi-world", "130"], ["hinomi-land", "140"], ["hinomi-relief", "150"], ["hinomi-base", "200"], ["hinomi-vector", "250"]])) {
    const pane = map.getPane(name) ?? map.createPane(name);
    pane.style.zIndex = z;
    pane.style.pointerEvents = "none";
  }
}

export class HinomiMap {
  /** @param {any} L Leaflet @param {any} map @param {Options} options */
  constructor(L, map, options) {
    this.map = map;
    this.options = options;
    this.base = options.base ?? "";
    this.ids = options.layers ?? [...VECTORS, ...ORDER];
    this.store = new Store();
    /** @type {Map<string, Entry>} */
    this.catalogue = new Map();
    const data = ORDER.filter((id) => this.ids.includes(id)).concat(this.ids.filter((id) => !ORDER.includes(id) && !VECTORS.includes(id) && id !== "relief"));
    /** @type {import("./painter.js").Scene} */
    this.scene = {
      store: this.store, order: data, visible: new Set(options.visible ?? this.ids), theme: THEMES[options.dark || options.wall ? "dark" : "light"],
      scale: options.scale ?? 1, language: options.language ?? "ja", selected: null,
      hides: options.hides ?? (() => false), calm: options.wall === true, shows: new Map(),
    };
    panes(map);
    this.baseMap = new BaseMap(L, map, { choice: options.baseMap ?? "auto", base: this.base, language: this.scene.language, ground: this.scene.theme.ground });
    this.vectors = new VectorLayers(map, { theme: this.scene.theme, scale: this.scene.scale, base: this.base });
    this.painter = makePainter(L, this.scene).addTo(map);
    this.store.addEventListener("change", () => this.painter.repaint());
    if (options.legend) {
      const refresh = keepLegend(options.legend, this.scene);
      map.getContainer().addEventListener("hinomi:painted", refresh);
    }
    this.live = new Live(this.store, { layers: data, base: this.base });
    this.live.addEventListener("hello", () => this.readCatalogue());
    this.live.addEventListener("version", (event) => this.newVersion(/** @type {CustomEvent} */ (event).detail));
    this.pointing();
    map.on("unload", () => this.stop());
  }

  pointing() {
    this.map.on("click", (/** @type {any} */ event) => {
      const what = this.painter.at(event.containerPoint);
      this.scene.selected = what;
      this.painter.repaint();
      this.options.onSelect?.(what, what ? this.store.layer(what.layer).items.get(what.id)?.feature ?? null : null);
    });
    if (this.options.wall) return;
    this.map.on("mousemove", (/** @type {any} */ event) => {
      this.map.getContainer().style.cursor = this.painter.at(event.containerPoint) ? "pointer" : "";
    });
  }

  async readCatalogue() {
    try {
      const response = await fetch(`${this.base}/api/layers`, { cache: "no-cache" });
      if (!response.ok) return;
      const body = await response.json();
      for (const entry of Array.isArray(body) ? body : body.layers) this.catalogue.set(entry.id, entry);
      this.dress();
      this.map.getContainer().dispatchEvent(new CustomEvent("hinomi:catalogue", { detail: [...this.catalogue.values()] }));
    } catch {
      // The line comes back by itself and then asks again.
    }
  }

  /** Bring base and vector layers to the catalogue's versions. */
  dress() {
    if (this.catalogue.size && !this.catalogue.has("relief")) this.baseMap.setLand();
    for (const entry of this.catalogue.values()) {
      if (entry.id === "relief") this.baseMap.setRelief(entry.version, entry.attribution ?? "");
      else if (entry.kind === "vector" && this.ids.includes(entry.id)) {
        if (this.scene.visible.has(entry.id)) this.vectors.show(entry.id, entry.version, entry.attribution);
        else this.vectors.hide(entry.id);
      }
    }
  }

  /** @param {{layer: string, version: number}} news */
  newVersion(news) {
    const entry = this.catalogue.get(news.layer);
    if (!entry) return;
    entry.version = news.version;
    this.dress();
  }

  /** @param {string[]} ids layers to draw; all others are hidden */
  setVisible(ids) {
    this.scene.visible = new Set(ids);
    this.dress();
    this.painter.repaint();
  }

  /**
   * Ring one thing, and bring it into view unless `stay`.
   * @param {string|null} layer null: nothing
   * @param {string} [id]
   * @param {{stay?: boolean, zoom?: number}} [how]
   */
  select(layer, id, how = {}) {
    this.scene.selected = layer && id ? { layer, id } : null;
    const item = layer && id ? this.store.layer(layer).items.get(id) : null;
    if (item && !how.stay) {
      const where = latLng(item.shape.anchor[0], item.shape.anchor[1]);
      this.map.setView(where, how.zoom ?? Math.max(this.map.getZoom(), 12), { animate: !this.options.wall });
    }
    this.painter.repaint();
  }

  /**
   * Show the state at a past world time; null goes back to live.
   * @param {string|null} iso
   */
  async setTime(iso) {
    this.at = iso;
    if (!iso) {
      this.live.hold(false);
      return;
    }
    this.live.hold(true);
    await Promise.all(this.scene.order.map(async (id) => {
      const response = await fetch(`${this.base}/api/layers/${encodeURIComponent(id)}.geojson?at=${encodeURIComponent(iso)}`);
      if (!response.ok || this.at !== iso) return;
      this.store.replace(id, await response.json());
    }));
  }

  /** Extent of all data, world coordinates; null while there is none. @returns {[[number, number], [number, number]]|null} south-west and north-east, lat/lon */
  extent() {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const id of this.scene.order) {
      for (const { shape } of this.store.layer(id).items.values()) {
        box[0] = Math.min(box[0], shape.box[0]);
        box[1] = Math.min(box[1], shape.box[1]);
        box[2] = Math.max(box[2], shape.box[2]);
        box[3] = Math.max(box[3], shape.box[3]);
      }
    }
    return Number.isFinite(box[0]) ? [latLng(box[0], box[3]), latLng(box[2], box[1])] : null;
  }

  /** @param {number} scale of signs and labels */
  setScale(scale) {
    this.scene.scale = scale;
    this.painter.repaint();
  }

  stop() {
    this.live.stop();
  }
}

/**
 * @param {any} map a Leaflet map
 * @param {Options} [options]
 * @returns {HinomiMap} the same one when the map has one already
 */
export function attach(map, options = {}) {
  const L = /** @type {any} */ (window).L;
  map.hinomi ??= new HinomiMap(L, map, options);
  return map.hinomi;
}

/** @type {any} */ (window).hinomi = Object.assign(/** @type {any} */ (window).hinomi ?? {}, {
  map: {
    attach,
    /** @type {HinomiMap|null} the one attached last */
    current: null,
  },
});
const own = /** @type {any} */ (window).hinomi.map;
own.attach = (/** @type {any} */ map, /** @type {Options} */ options) => (own.current = attach(map, options));
own.setVisible = (/** @type {string[]} */ ids) => own.current?.setVisible(ids);
own.select = (/** @type {string|null} */ layer, /** @type {string} */ id) => own.current?.select(layer, id);
own.setTime = (/** @type {string|null} */ iso) => own.current?.setTime(iso);
window.dispatchEvent(new Event("hinomi:map-ready"));

/**
 * Large layers: vector tiles with the layer's version in the address, so that a cache may keep
 * every tile for ever. Drawn by protomaps-leaflet (window.protomapsL), one canvas a tile.
 * @typedef {import("./colours.js").Theme} Theme
 */

/** The areas of the boundaries once more, as land under relief and GSI tiles. */
const LAND = "land";

/** Road classes (OSM highway values) that carry a town's traffic. */
const MAJOR = new Set(["motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"]);
const MIDDLE = new Set(["secondary", "tertiary", "secondary_link", "tertiary_link"]);

/** @param {any} feature @returns {string} */
function roadClass(feature) {
  return String(feature.props.road_class ?? feature.props.class ?? "");
}

/**
 * @param {string} id
 * @param {Theme} theme
 * @param {number} scale
 * @returns {any[]} paint rules of protomaps-leaflet
 */
function rules(id, theme, scale) {
  const { LineSymbolizer, PolygonSymbolizer } = /** @type {any} */ (window).protomapsL;
  if (id === "boundaries") {
    return [{ dataLayer: id, symbolizer: new LineSymbolizer({ color: theme.border, width: 1.1 * scale, opacity: 0.9 }) }];
  }
  if (id === LAND) return [{ dataLayer: "boundaries", symbolizer: new PolygonSymbolizer({ fill: theme.ground }) }];
  if (id === "roads") {
    const line = (/** @type {string} */ color, /** @type {number} */ width, /** @type {any} */ filter, minzoom = 0) => ({
      dataLayer: id, filter, minzoom, symbolizer: new LineSymbolizer({ color, width: width * scale, lineCap: "round", lineJoin: "round" }),
    });
    return [
      line(theme.minor, 0.9, (/** @type {number} */ _, /** @type {any} */ f) => !MAJOR.has(roadClass(f)) && !MIDDLE.has(roadClass(f)), 10),
      line(theme.minor, 1.6, (/** @type {number} */ _, /** @type {any} */ f) => MIDDLE.has(roadClass(f))),
      line(theme.road, 2.4, (/** @type {number} */ _, /** @type {any} */ f) => MAJOR.has(roadClass(f))),
    ];
  }
  return [{ dataLayer: id, symbolizer: new LineSymbolizer({ color: theme.dim, width: 1.4 * scale }) }];
}

/**
 * @param {{id: string, version: number, attribution?: string, base?: string, theme: Theme, scale: number, pane: string}} options
 * @returns {any} a Leaflet layer
 */
export function vectorLayer(options) {
  const { id, version, attribution, base, theme, scale, pane } = options;
  return /** @type {any} */ (window).protomapsL.leafletLayer({
    url: `${base ?? ""}/tiles/${id === LAND ? "boundaries" : id}/${version}/{z}/{x}/{y}.mvt`,
    attribution: attribution ?? "",
    paintRules: rules(id, theme, scale),
    labelRules: [],
    maxDataZoom: 14,
    maxZoom: 19,
    pane,
  });
}

/** Vector layers that stand on the map, swapped when their version moves. */
export class VectorLayers {
  /** @param {any} map @param {{theme: Theme, scale: number, base: string}} look */
  constructor(map, look) {
    this.map = map;
    this.look = look;
    /** @type {Map<string, {version: number, layer: any, attribution: string}>} */
    this.standing = new Map();
  }

  /** @param {string} id @param {number} version @param {string} [attribution] */
  show(id, version, attribution) {
    const before = this.standing.get(id);
    if (before?.version === version) return;
    const credit = attribution ?? before?.attribution ?? "";
    const pane = id === LAND ? "hinomi-land" : "hinomi-vector";
    const layer = vectorLayer({ ...this.look, id, version, attribution: credit, pane });
    layer.addTo(this.map);
    this.standing.set(id, { version, layer, attribution: credit });
    if (id === "boundaries") this.show(LAND, version, credit);
    // The former stays until the new one is drawn, so that nothing blinks.
    if (before) layer.once("load", () => this.map.removeLayer(before.layer));
  }

  /** @param {string} id */
  hide(id) {
    const before = this.standing.get(id);
    if (!before) return;
    this.map.removeLayer(before.layer);
    this.standing.delete(id);
    if (id === "boundaries") this.hide(LAND);
  }
}

/**
 * What the map knows: features by layer and id. Differences change it in place; nothing is rebuilt.
 * @typedef {import("./severity.js").Feature} Feature
 * @typedef {import("./shapes.js").Shape} Shape
 * @typedef {{feature: Feature, shape: Shape}} Item
 * @typedef {{version: number|null, items: Map<string, Item>}} Layer
 */
import { shapeOf } from "./shapes.js";

/** @param {Feature} feature @param {Item|undefined} before @returns {Item} */
function itemOf(feature, before) {
  const same = before && JSON.stringify(before.feature.geometry) === JSON.stringify(feature.geometry);
  return { feature, shape: same ? before.shape : shapeOf(feature.geometry) };
}

export class Store extends EventTarget {
  constructor() {
    super();
    /** @type {Map<string, Layer>} */
    this.layers = new Map();
  }

  /** @param {string} id @returns {Layer} */
  layer(id) {
    let layer = this.layers.get(id);
    if (!layer) {
      layer = { version: null, items: new Map() };
      this.layers.set(id, layer);
    }
    return layer;
  }

  /** @param {string} id @returns {Feature[]} */
  features(id) {
    return Array.from(this.layer(id).items.values(), (item) => item.feature);
  }

  /**
   * Take a whole collection; shapes of features that stayed are kept.
   * @param {string} id
   * @param {{version: number, features: Feature[]}} collection
   */
  replace(id, collection) {
    const layer = this.layer(id);
    const items = new Map();
    for (const feature of collection.features) {
      items.set(String(feature.id), itemOf(feature, layer.items.get(String(feature.id))));
    }
    layer.items = items;
    layer.version = collection.version;
    this.changed(id, []);
  }

  /**
   * Apply a difference by id.
   * @param {{layer: string, from: number, to: number, upsert: Feature[], remove: string[]}} diff
   * @returns {"applied"|"old"|"gap"} gap: our version is not the one it starts from
   */
  apply(diff) {
    const layer = this.layer(diff.layer);
    if (layer.version === null) return "gap";
    if (diff.from !== layer.version) return diff.to <= layer.version ? "old" : "gap";
    for (const id of diff.remove) layer.items.delete(String(id));
    for (const feature of diff.upsert) {
      layer.items.set(String(feature.id), itemOf(feature, layer.items.get(String(feature.id))));
    }
    layer.version = diff.to;
    if (diff.upsert.length || diff.remove.length) {
      this.changed(diff.layer, diff.upsert.map((feature) => String(feature.id)));
    }
    return "applied";
  }

  /** @param {string} layer @param {string[]} ids changed ones; none: take it that all are */
  changed(layer, ids) {
    this.dispatchEvent(new CustomEvent("change", { detail: { layer, ids } }));
  }
}

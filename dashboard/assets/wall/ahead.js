/**
 * The next picture is fetched before the map goes there, so that no stop begins with an empty
 * ground: the tiles then come out of the browser's cache.
 */

/** A server that is slow must not hold the tour. */
const PATIENCE_MS = 3000;
/** More would be a mistake of ours, not a screen. */
const MOST_TILES = 400;

/**
 * Addresses of the tiles a Leaflet layer will ask for at a view.
 * @param {any} map @param {any} layer with `getTileUrl` or a template, @param {any} centre @param {number} zoom
 * @returns {string[]}
 */
export function addresses(map, layer, centre, zoom) {
  const template = layer._url ?? layer.options?.url;
  if (typeof template !== "string") return [];
  const size = layer.getTileSize?.() ?? { x: 256, y: 256 };
  const level = Math.min(Math.round(zoom), layer.options.maxNativeZoom ?? layer.options.maxDataZoom ?? 18);
  const half = map.getSize().divideBy(2 * map.getZoomScale(zoom, level));
  const middle = map.project(centre, level);
  const [low, high] = [middle.subtract(half), middle.add(half)];
  const found = [];
  for (let y = Math.floor(low.y / size.y); y <= Math.floor(high.y / size.y); y += 1) {
    for (let x = Math.floor(low.x / size.x); x <= Math.floor(high.x / size.x); x += 1) {
      const across = 2 ** level;
      if (y < 0 || y >= across) continue;
      found.push(template.replace("{z}", String(level)).replace("{x}", String(((x % across) + across) % across)).replace("{y}", String(y)));
    }
  }
  return found.slice(0, MOST_TILES);
}

/**
 * @param {any} map @param {any} centre lat, lon @param {number} zoom
 * @returns {Promise<void>} when the tiles are there, or after three seconds
 */
export async function fetchAhead(map, centre, zoom) {
  /** @type {string[]} */
  const wanted = [];
  map.eachLayer((/** @type {any} */ layer) => {
    if (layer.getTileUrl && layer._url) wanted.push(...addresses(map, layer, centre, zoom));
  });
  const images = wanted.map((address) => new Promise((resolve) => {
    const image = new Image();
    image.onload = image.onerror = resolve;
    // As Leaflet asks, or the cache would hold another answer.
    if (!address.startsWith("/")) image.crossOrigin = "anonymous";
    image.src = address;
  }));
  const patience = new Promise((resolve) => window.setTimeout(resolve, PATIENCE_MS));
  await Promise.race([Promise.all(images), patience]);
}

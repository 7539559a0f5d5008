/**
 * GeoJSON geometry → web-mercator world coordinates (0 to 256 at zoom 0), worked once per feature.
 * Positions in are longitude, latitude (EPSG:4326).
 * @typedef {{points: [number, number][], lines: Float64Array[], rings: Float64Array[][],
 *   box: [number, number, number, number], anchor: [number, number]}} Shape
 *   `rings`: polygons, each outer ring first; `anchor`: where a sign or label goes
 */

const LIMIT = 85.0511287798;

/** @param {number} lon @param {number} lat @returns {[number, number]} */
export function world(lon, lat) {
  const s = Math.sin((Math.max(-LIMIT, Math.min(LIMIT, lat)) * Math.PI) / 180);
  return [(lon / 360 + 0.5) * 256, (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * 256];
}

/** @param {number[][]} positions @returns {Float64Array} x, y, x, y … */
function chain(positions) {
  const flat = new Float64Array(positions.length * 2);
  positions.forEach((position, index) => {
    const [x, y] = world(position[0], position[1]);
    flat[index * 2] = x;
    flat[index * 2 + 1] = y;
  });
  return flat;
}

/** @param {Shape} shape @param {any} geometry */
function collect(shape, geometry) {
  const { type, coordinates } = geometry ?? {};
  if (type === "Point") shape.points.push(world(coordinates[0], coordinates[1]));
  else if (type === "MultiPoint") for (const p of coordinates) shape.points.push(world(p[0], p[1]));
  else if (type === "LineString") shape.lines.push(chain(coordinates));
  else if (type === "MultiLineString") for (const line of coordinates) shape.lines.push(chain(line));
  else if (type === "Polygon") shape.rings.push(coordinates.map(chain));
  else if (type === "MultiPolygon") for (const one of coordinates) shape.rings.push(one.map(chain));
  else if (type === "GeometryCollection") for (const one of geometry.geometries) collect(shape, one);
}

/** @param {Float64Array} ring @returns {[number, number, number]} centroid x, y and area */
function centroid(ring) {
  const [ox, oy] = ring;
  let x = 0, y = 0, area = 0;
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const ax = ring[i] - ox, ay = ring[i + 1] - oy, bx = ring[i + 2] - ox, by = ring[i + 3] - oy;
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return area ? [ox + x / (3 * area), oy + y / (3 * area), Math.abs(area) / 2] : [ox, oy, 0];
}

/** @param {Float64Array} line @returns {[number, number]} the point half way along */
export function middle(line) {
  let total = 0;
  for (let i = 2; i < line.length; i += 2) total += Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
  let left = total / 2;
  for (let i = 2; i < line.length; i += 2) {
    const step = Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
    if (step >= left && step > 0) {
      const share = left / step;
      return [line[i - 2] + (line[i] - line[i - 2]) * share, line[i - 1] + (line[i + 1] - line[i - 1]) * share];
    }
    left -= step;
  }
  return [line[0], line[1]];
}

/** @param {Shape} shape @returns {[number, number]} */
function anchor(shape) {
  if (shape.points.length) return shape.points[0];
  if (shape.lines.length) return middle(shape.lines.reduce((a, b) => (b.length > a.length ? b : a)));
  if (!shape.rings.length) return [0, 0];
  const best = shape.rings.map((rings) => centroid(rings[0])).reduce((a, b) => (b[2] > a[2] ? b : a));
  return [best[0], best[1]];
}

/** @param {any} geometry GeoJSON @returns {Shape} */
export function shapeOf(geometry) {
  /** @type {Shape} */
  const shape = { points: [], lines: [], rings: [], box: [Infinity, Infinity, -Infinity, -Infinity], anchor: [0, 0] };
  collect(shape, geometry);
  const { box } = shape;
  const grow = (/** @type {number} */ x, /** @type {number} */ y) => {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  };
  for (const [x, y] of shape.points) grow(x, y);
  const chains = shape.lines.concat(...shape.rings);
  for (const flat of chains) for (let i = 0; i < flat.length; i += 2) grow(flat[i], flat[i + 1]);
  shape.anchor = anchor(shape);
  return shape;
}

/** @param {number} x @param {number} y world coordinates @returns {[number, number]} lat, lon */
export function latLng(x, y) {
  const n = Math.PI - (2 * Math.PI * y) / 256;
  return [(180 / Math.PI) * Math.atan(0.5 * (Math.exp(n) - Math.exp(-n))), (x / 256 - 0.5) * 360];
}

/** @param {Shape} shape @param {number} x @param {number} y @returns {boolean} whether a polygon holds it */
export function holds(shape, x, y) {
  if (x < shape.box[0] || x > shape.box[2] || y < shape.box[1] || y > shape.box[3]) return false;
  let inside = false;
  for (const rings of shape.rings) {
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const crosses = ring[i + 1] > y !== ring[j + 1] > y;
        if (crosses && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) inside = !inside;
      }
    }
  }
  return inside;
}

/**
 * The base map: GSI pale tiles when allowed and reachable, else the built-in relief, else an outline
 * of Japan's land. A drill's island is in the open ocean, so there only the relief is used.
 * @typedef {"auto"|"builtin"|"gsi"} BaseChoice
 */
import { word } from "./words.js";

const GSI = "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png";
/** A tile that is always there: central Honshu. */
const PROBE = { z: 5, x: 28, y: 12 };
const GSI_CREDIT = '<a href="https://maps.gsi.go.jp/development/ichiran.html" rel="noreferrer">地理院タイル</a>';
const SVG = "http://www.w3.org/2000/svg";
const LAND = new URL("japan.json", import.meta.url);
const LAND_CREDIT = "Natural Earth";
/** The relief by day turned into night: water (more blue than red) falls back to the dark ground. */
const NIGHT = "0.898 0 -0.638 0 -0.106 0.973 0 -0.713 0 -0.072 1.116 0 -0.856 0 -0.004 0 0 0 1 0";
/** Failures in a row after which the tiles are held for unreachable, and when to try again. */
const GIVE_UP_AFTER = 4;
const TRY_AGAIN_MS = 10 * 60_000;

export class BaseMap {
  /**
   * @param {any} L Leaflet
   * @param {any} map
   * @param {{choice: BaseChoice, base: string, language: "ja"|"en", ground: string}} options
   *   `ground`: colour of land
   */
  constructor(L, map, options) {
    this.L = L;
    this.map = map;
    this.options = options;
    /** @type {any} */
    this.gsi = null;
    /** @type {any} */
    this.relief = null;
    this.reliefVersion = -1;
    /** @type {any} */
    this.land = null;
    this.failures = 0;
    prepareNight();
    if (options.choice === "gsi") this.startGsi();
    else this.say("builtin");
    if (options.choice === "auto") this.tryGsi();
  }

  /** @param {"gsi"|"builtin"} which */
  say(which) {
    this.map.getContainer().dataset.base = which;
    this.map.getContainer().dispatchEvent(new CustomEvent("hinomi:base", { detail: { which } }));
  }

  /** Ask for one tile first: without a network that is one failure instead of a screen of them. */
  tryGsi() {
    const probe = new Image();
    probe.crossOrigin = "anonymous";
    probe.onload = () => {
      if (!this.gsi && this.map.getContainer().isConnected) this.startGsi();
    };
    probe.onerror = () => this.tryLater();
    probe.src = this.L.Util.template(GSI, PROBE);
  }

  tryLater() {
    window.setTimeout(() => {
      if (!this.gsi && this.map.getContainer().isConnected) this.tryGsi();
    }, TRY_AGAIN_MS);
  }

  startGsi() {
    this.failures = 0;
    this.gsi = this.L.tileLayer(GSI, {
      attribution: GSI_CREDIT, minZoom: 5, maxZoom: 18, pane: "hinomi-base", className: "hinomi-gsi", crossOrigin: "anonymous",
    });
    this.gsi.on("tileload", () => {
      this.failures = 0;
      this.say("gsi");
    });
    this.gsi.on("tileerror", () => {
      this.failures += 1;
      if (this.failures >= GIVE_UP_AFTER && this.options.choice === "auto") this.leaveGsi();
    });
    this.gsi.addTo(this.map);
  }

  leaveGsi() {
    if (!this.gsi) return;
    this.map.removeLayer(this.gsi);
    this.gsi = null;
    this.say("builtin");
    this.tryLater();
  }

  /**
   * Put the built-in relief under everything.
   * @param {number} version
   * @param {string} attribution
   */
  setRelief(version, attribution) {
    if (this.reliefVersion === version) return;
    this.reliefVersion = version;
    const before = this.relief;
    this.relief = this.L.tileLayer(`${this.options.base}/tiles/raster/relief/${version}/{z}/{x}/{y}.png`, {
      attribution: attribution || word("builtin_base", this.options.language),
      pane: "hinomi-relief", className: "hinomi-relief", maxZoom: 18, maxNativeZoom: 14,
    }).addTo(this.map);
    if (before) this.relief.once("load", () => this.map.removeLayer(before));
  }

  /** Put Japan's land under everything, for an installation without a relief; sea is the map's ground. */
  async setLand() {
    if (this.land) return;
    const { L, map } = this;
    const pane = "hinomi-world";
    this.land = L.geoJSON(null, {
      pane, interactive: false, attribution: LAND_CREDIT, renderer: L.canvas({ pane, padding: 0.5 }),
      style: { stroke: false, fillColor: this.options.ground, fillOpacity: 1 },
    }).addTo(map);
    try {
      const response = await fetch(LAND);
      if (!response.ok) throw new Error(String(response.status));
      this.land.addData(await response.json());
    } catch {
      // Asked for again with the next catalogue, which comes with every new line.
      map.removeLayer(this.land);
      this.land = null;
    }
  }
}

/** Style sheets name the filter `#night`. */
function prepareNight() {
  if (document.getElementById("night")) return;
  const svg = document.createElementNS(SVG, "svg");
  const filter = document.createElementNS(SVG, "filter");
  const matrix = document.createElementNS(SVG, "feColorMatrix");
  svg.setAttribute("width", "0");
  svg.setAttribute("height", "0");
  svg.setAttribute("aria-hidden", "true");
  svg.style.position = "absolute";
  filter.id = "night";
  filter.setAttribute("color-interpolation-filters", "sRGB");
  matrix.setAttribute("values", NIGHT);
  filter.append(matrix);
  svg.append(filter);
  document.body.append(svg);
}

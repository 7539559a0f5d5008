/**
 * The base map: GSI pale tiles when allowed and reachable, else the built-in relief.
 * A drill's island is in the open ocean, so there only the built-in one is used.
 * @typedef {"auto"|"builtin"|"gsi"} BaseChoice
 */
import { word } from "./words.js";

const GSI = "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png";
const GSI_CREDIT = '<a href="https://maps.gsi.go.jp/development/ichiran.html" rel="noreferrer">地理院タイル</a>';
/** Failures in a row after which the tiles are held for unreachable, and when to try again. */
const GIVE_UP_AFTER = 4;
const TRY_AGAIN_MS = 10 * 60_000;

export class BaseMap {
  /**
   * @param {any} L Leaflet
   * @param {any} map
   * @param {{choice: BaseChoice, base: string, language: "ja"|"en"}} options
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
    this.failures = 0;
    if (options.choice !== "builtin") this.startGsi();
    else this.say("builtin");
  }

  /** @param {"gsi"|"builtin"} which */
  say(which) {
    this.map.getContainer().dataset.base = which;
    this.map.getContainer().dispatchEvent(new CustomEvent("hinomi:base", { detail: { which } }));
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
    window.setTimeout(() => {
      if (!this.gsi && this.map.getContainer().isConnected) this.startGsi();
    }, TRY_AGAIN_MS);
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
}

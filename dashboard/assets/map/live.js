/**
 * The live line: server-sent events with a patience of our own, differences into the store,
 * refetch when a version does not fit, and a plain word on when we last heard.
 * @typedef {import("./store.js").Store} Store
 * @typedef {"connecting"|"live"|"trouble"|"lost"} LineState
 */

/** The server says something at least every 5 s; after this we hold the line for dead. */
const DEAF_AFTER_MS = 15_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

const KINDS = ["hello", "diff", "version", "event", "sources", "summary", "clock", "trouble", "resync"];

export class Live extends EventTarget {
  /**
   * @param {Store} store
   * @param {{layers: string[], base?: string}} options `base`: what stands before /api
   */
  constructor(store, options) {
    super();
    this.store = store;
    this.layers = options.layers;
    this.base = options.base ?? "";
    /** @type {LineState} */
    this.state = "connecting";
    this.heardAt = 0;
    this.instance = "";
    this.wait = FIRST_WAIT_MS;
    /** @type {EventSource|null} */
    this.source = null;
    /** @type {Map<string, any[]>} differences that came while a layer was being fetched */
    this.fetching = new Map();
    this.held = false;
    this.lastId = "";
    this.timer = 0;
    this.watch = window.setInterval(() => this.check(), 1000);
    this.connect();
  }

  stop() {
    window.clearInterval(this.watch);
    window.clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  /** @param {boolean} held true: the history is being looked at, the picture stays */
  hold(held) {
    if (this.held === held) return;
    this.held = held;
    if (!held) for (const layer of this.layers) this.fetchLayer(layer);
  }

  connect() {
    this.timer = 0;
    const query = new URLSearchParams({ layers: this.layers.join(",") || "none" });
    if (this.lastId) query.set("last", this.lastId);
    const source = new EventSource(`${this.base}/api/live?${query}`);
    this.source = source;
    this.heardAt = Date.now();
    source.onerror = () => {
      if (this.source === source) this.again();
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (message) => {
        if (this.source === source) this.hear(kind, /** @type {MessageEvent} */ (message));
      });
    }
  }

  /** Close and come back later; jitter, so that not all screens come at once. */
  again() {
    this.source?.close();
    this.source = null;
    this.become("lost");
    if (this.timer) return;
    this.timer = window.setTimeout(() => this.connect(), this.wait * (0.7 + Math.random() * 0.6));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  check() {
    if (this.source && Date.now() - this.heardAt > DEAF_AFTER_MS) this.again();
  }

  /** @param {LineState} state */
  become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, heardAt: this.heardAt } }));
  }

  /** @param {string} kind @param {MessageEvent} message */
  hear(kind, message) {
    this.heardAt = Date.now();
    if (message.lastEventId) this.lastId = message.lastEventId;
    const data = JSON.parse(message.data);
    if (kind === "resync") {
      this.lastId = "";
      this.again();
      return;
    }
    if (kind === "hello") this.greet(data);
    else if (kind === "diff") this.differ(data);
    else if (kind === "trouble") this.become("trouble");
    this.dispatchEvent(new CustomEvent(kind, { detail: data }));
  }

  /** @param {any} hello */
  greet(hello) {
    this.wait = FIRST_WAIT_MS;
    const restarted = this.instance !== "" && this.instance !== hello.server_instance;
    this.instance = hello.server_instance;
    this.become("live");
    if (restarted) this.dispatchEvent(new CustomEvent("restarted", { detail: hello }));
    if (!hello.resumed && !this.held) for (const layer of this.layers) this.fetchLayer(layer);
  }

  /** @param {any} diff */
  differ(diff) {
    if (this.held || !this.layers.includes(diff.layer)) return;
    const waiting = this.fetching.get(diff.layer);
    if (waiting) {
      waiting.push(diff);
      return;
    }
    if (this.store.apply(diff) === "gap") this.fetchLayer(diff.layer);
  }

  /** @param {string} layer @returns {Promise<void>} */
  async fetchLayer(layer) {
    if (this.fetching.has(layer)) return;
    this.fetching.set(layer, []);
    let fetched = false;
    try {
      const response = await fetch(`${this.base}/api/layers/${encodeURIComponent(layer)}.geojson`, { cache: "no-cache" });
      if (response.status === 401 || response.status === 403) this.dispatchEvent(new CustomEvent("refused"));
      if (!response.ok) throw new Error(`${layer}: ${response.status}`);
      const collection = await response.json();
      if (!this.held) this.store.replace(layer, collection);
      fetched = true;
    } catch {
      // The server is not there or cannot read: the picture stays, and we ask again.
      window.setTimeout(() => this.fetchLayer(layer), 3000 + Math.random() * 2000);
    }
    const waiting = this.fetching.get(layer) ?? [];
    this.fetching.delete(layer);
    if (fetched && waiting.some((diff) => this.store.apply(diff) === "gap")) this.fetchLayer(layer);
  }
}

/**
 * The desk: puts the live map under dash-leaflet's hands, keeps table, drawer and address together,
 * listens to keys and buttons. Words, ids and settings come from the page (settings.js).
 */
import "../map/index.js";
import { Live } from "../map/live.js";
import { Store } from "../map/store.js";
import * as clock from "./clock.js";
import { takeFiles } from "./drop.js";
import { csrfToken, element, idOf, language, shell, shellId, situation, sources, tell, word } from "./settings.js";
import * as table from "./table.js";
import * as timeline from "./timeline.js";

const hinomi = /** @type {any} */ (window).hinomi;
/** @type {{layer: string, id: string}|null} */
let chosen = null;
/** @type {Live|null} the line of pages without a map */
let ownLine = null;
let count = 0;
/** @type {string[]|null} */
let visible = null;
/** The disaster as last heard, as JSON; the top line is read again when it changes. @type {string|null} */
let incident = null;

/** @param {EventTarget} line what speaks to us, on whichever page */
function listen(line) {
  const on = (/** @type {string} */ kind, /** @type {(detail: any) => void} */ act) =>
    line.addEventListener(kind, (event) => act(/** @type {CustomEvent} */ (event).detail));
  on("hello", (hello) => clock.setWorld(hello.world));
  on("clock", (world) => clock.setWorld(world));
  on("sources", (news) => {
    clock.setSources(news);
    if (sources()) tell(shellId("live"), { data: { n: (count += 1) } });
  });
  on("summary", (summary) => {
    const told = JSON.stringify(summary.incident ?? null);
    if (told !== incident) tell(shellId("incident_news"), { data: (count += 1) });
    incident = told;
  });
  on("state", ({ state }) => shell()?.classList.toggle("line-lost", state === "lost" || state === "trouble"));
  on("refused", () => window.location.assign("/login"));
}

/** Every page hears of sources and the clock; a page with a map hears it on the map's line. */
function keepLine() {
  if (!shell() || situation()) {
    ownLine?.stop();
    ownLine = null;
  } else if (!ownLine) {
    ownLine = new Live(new Store(), { layers: [] });
    listen(ownLine);
  }
}

/** @param {any} map just made by dash-leaflet */
function takeMap(map) {
  const page = situation();
  if (!page || !page.contains(map.getContainer()) || map.hinomi) return;
  const layers = JSON.parse(page.dataset.layers ?? "[]");
  map.attributionControl?.setPrefix("Leaflet");
  const own = hinomi.map.attach(map, {
    layers, visible: visible ?? layers, language: language(), wall: false,
    dark: page.dataset.scheme === "dark", baseMap: page.dataset.base,
    legend: element(idOf(page, "legend")), onSelect: (/** @type {any} */ what) => choose(what),
  });
  listen(own.live);
  keepFitting(map, own);
  own.store.addEventListener("change", (/** @type {any} */ event) => {
    const { layer, ids } = event.detail;
    table.changed(layer, ids);
    if (chosen?.layer === layer && (!ids.length || ids.includes(chosen.id))) {
      tell(idOf(situation(), "changed"), { data: (count += 1) });
    }
  });
  keepLine();
}

/** The first view: what the address points at, else all data, until every layer came or a hand moved the map. */
function keepFitting(/** @type {any} */ map, /** @type {any} */ own) {
  const end = () => own.store.removeEventListener("change", fit);
  function fit() {
    if (chosen && own.store.layer(chosen.layer).items.has(chosen.id)) {
      own.select(chosen.layer, chosen.id);
      end();
      return;
    }
    const extent = own.extent();
    if (extent) map.fitBounds(extent, { padding: [24, 24], animate: false });
    if (!chosen && own.scene.order.every((/** @type {string} */ id) => own.store.layer(id).version !== null)) end();
  }
  own.store.addEventListener("change", fit);
  for (const hand of ["pointerdown", "wheel"]) map.getContainer().addEventListener(hand, end, { once: true, passive: true });
}

/** @param {{layer: string, id: string}|null} what */
function choose(what) {
  tell(idOf(situation(), "selection"), { data: what });
}

/** The address that opens the page with what is chosen. */
function address() {
  const url = new URL(window.location.href);
  if (chosen) url.searchParams.set("see", `${chosen.layer}:${chosen.id}`);
  else url.searchParams.delete("see");
  return url;
}

/** What the Dash callbacks in clientside.js ask for. */
const desk = {
  ...table.formats,
  /** @param {string[]} ids @param {string} base */
  show(ids, base) {
    visible = ids;
    hinomi.map.setVisible(ids);
    const page = situation();
    if (page) page.dataset.baseShown = base;
  },
  table: table.showLayer,
  age: clock.age,
  /** @param {{layer: string, id: string}|null} what */
  chosen(what) {
    chosen = what ?? null;
    hinomi.map.select(chosen?.layer ?? null, chosen?.id);
    table.mark(chosen?.layer, chosen?.id);
    if (situation()) window.history.replaceState(window.history.state, "", address());
    window.setTimeout(() => hinomi.map.current?.map.invalidateSize(), 220);
  },
};

/** @param {string} name of a class that folds a part away */
function fold(name) {
  situation()?.classList.toggle(name);
  window.setTimeout(() => hinomi.map.current?.map.invalidateSize(), 220);
}

/** @param {HTMLElement} button */
function goTo(button) {
  const { see, lon, lat } = button.dataset;
  if (see) {
    const [layer, ...rest] = see.split(":");
    choose({ layer, id: rest.join(":") });
  }
  if (lon && lat) hinomi.map.current?.map.setView([Number(lat), Number(lon)], 13);
  const field = /** @type {HTMLInputElement|null} */ (element(idOf(situation(), "search")));
  if (button.classList.contains("hit") && field) {
    tell(field.id, { value: "" });
    tell(idOf(situation(), "hits"), { children: [] });
    field.blur();
  }
}

/** @param {HTMLElement} button */
async function copyLink(button) {
  await navigator.clipboard.writeText(address().href);
  const label = button.querySelector("span:last-child");
  if (label) label.textContent = word("copied");
}

/** @param {HTMLElement} button that asks the sources page for something */
function ask(button) {
  const { ask: what, source, on, rows } = button.dataset;
  tell(idOf(sources(), "asked"), { data: { do: what, source, on: Boolean(on), rows, n: (count += 1) } });
}

/** What a button of the disaster's dialog asks for, with what its fields hold. @param {string} what @param {HTMLElement} [button] */
function askIncident(what, button) {
  const dialog = button?.closest(".mantine-Modal-body");
  const inputs = /** @type {HTMLInputElement[]} */ ([...(dialog?.querySelectorAll("input[name]") ?? [])]);
  const fields = Object.fromEntries(inputs.map((input) => [input.name, input.value]));
  tell(shellId("incident_asked"), { data: { do: what, incident: button?.dataset.number ?? "", fields, n: (count += 1) } });
}

async function signOut() {
  await fetch("/logout", { method: "POST", headers: { "X-CSRF-Token": csrfToken() }, redirect: "manual" });
  window.location.assign("/login");
}

/** What a click does, by what was clicked; the first that fits. @type {[string, (button: HTMLElement) => void][]} */
const CLICKS = [
  [".fold-layers", () => fold("layers-folded")],
  [".fold-table", () => fold("table-folded")],
  [".close-drawer", () => choose(null)],
  [".copy-link", copyLink],
  [".zoom-to, .hit", goTo],
  [".sign-out", signOut],
  [".timeline .square", () => timeline.play()],
  [".back-to-live", () => timeline.live()],
  [".incident-name", () => askIncident("look")],
  ["[data-incident]", (button) => askIncident(button.dataset.incident ?? "", button)],
  ["[data-ask]", ask],
];

document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  for (const [selector, act] of CLICKS) {
    const button = /** @type {HTMLElement|null} */ (target.closest(selector));
    if (button) {
      act(button);
      return;
    }
  }
});

/** @param {KeyboardEvent} event */
function escape(event) {
  if (/** @type {HTMLElement} */ (event.target).matches("input")) /** @type {HTMLElement} */ (event.target).blur();
  tell(idOf(situation(), "hits"), { children: [] });
  if (chosen) choose(null);
  if (sources()) tell(idOf(sources(), "asked"), { data: { do: "shut", n: (count += 1) } });
}

/** @type {Record<string, (event: KeyboardEvent) => void>} */
const KEYS = {
  "/": (event) => {
    event.preventDefault();
    situation()?.classList.remove("layers-folded");
    element(idOf(situation(), "search"))?.focus();
  },
  l: () => fold("layers-folded"),
  t: () => fold("table-folded"),
  " ": () => timeline.play(),
};

document.addEventListener("keydown", (event) => {
  const field = /** @type {HTMLElement} */ (event.target).matches("input, textarea, select, button, [contenteditable]");
  if (event.key === "Escape") escape(event);
  else if (!field && !event.ctrlKey && !event.metaKey && !event.altKey) KEYS[event.key.toLowerCase()]?.(event);
});

window.addEventListener("hinomi:map-made", () => window.setTimeout(takeMaps));

function takeMaps() {
  for (const map of hinomi.maps.splice(0)) takeMap(map);
}

takeFiles();
hinomi.desk = desk;
for (const [name, values] of hinomi.waiting.splice(0)) /** @type {any} */ (desk)[name](...values);
document.documentElement.lang = language();
window.setTimeout(takeMaps);
window.setInterval(() => {
  clock.tick();
  keepLine();
}, 1000);
window.setInterval(() => {
  document.documentElement.lang = language();
  clock.age();
  table.age();
  timeline.marks();
}, 5000);

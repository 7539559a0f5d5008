/** World time in the top line, and every age on the page kept current. */
import { ageText, STATE_SIGNS, tokyo } from "../map/age.js";
import { element, language, shell, shellId, word } from "./settings.js";

/** @type {{at: number, speed: number, heard: number}|null} */
let anchor = null;
/** @type {Map<string, any>} newest status by source */
const statuses = new Map();

/** @param {{at: string, speed?: number}|undefined} world */
export function setWorld(world) {
  if (world?.at) anchor = { at: Date.parse(world.at), speed: world.speed ?? 1, heard: Date.now() };
}

/** @returns {number} world time in milliseconds */
export function now() {
  if (!anchor) {
    setWorld(JSON.parse(shell()?.dataset.world ?? "null") ?? undefined);
    if (!anchor) return Date.now();
  }
  return anchor.at + (Date.now() - anchor.heard) * anchor.speed;
}

/** @param {any} news of the live line: the list, or an object that holds it */
export function setSources(news) {
  for (const status of Array.isArray(news) ? news : (news.sources ?? [])) statuses.set(status.source, status);
  age();
}

const RANK = ["ok", "late", "never", "silent", "failing"];

/** @param {string[]} names @returns {any} the worst source of a layer that is switched on */
function worst(names) {
  const known = names.map((name) => statuses.get(name)).filter((status) => status && status.state !== "off");
  return known.sort((a, b) => RANK.indexOf(b.state) - RANK.indexOf(a.state))[0] ?? null;
}

/** @param {HTMLElement} badge @param {string} state @param {string|null} at */
function write(badge, state, at) {
  const text = ageText(state, at ? (now() - Date.parse(at)) / 1000 : null, language());
  const sign = ["late", "silent", "failing"].includes(state) ? `${STATE_SIGNS[state]} ` : "";
  if (badge.textContent !== sign + text) badge.textContent = sign + text;
  const name = `age age-${state}`;
  if (badge.className !== name) badge.className = name;
}

function layerAges() {
  for (const badge of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-sources]"))) {
    const status = worst((badge.dataset.sources ?? "").split(" "));
    if (status) write(badge, status.state, status.last_success_at);
    else if (badge.textContent) badge.textContent = "";
  }
}

function trouble() {
  const badge = element(shellId("trouble"));
  if (!badge || statuses.size === 0) return;
  const bad = [...statuses.values()].filter((status) => !["ok", "off"].includes(status.state));
  const text = bad.length ? word("trouble", { count: bad.length }) : word("trouble_none");
  if (badge.textContent !== text) badge.textContent = text;
  badge.classList.toggle("trouble-some", bad.length > 0);
  badge.title = bad.map((status) => `${status.title}: ${word(`state_${status.state}`)}`).join("\n");
}

/** Rewrite every age on the page; nothing is touched that reads the same. */
export function age() {
  for (const badge of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-at]"))) {
    write(badge, badge.dataset.state ?? "ok", badge.dataset.at ?? null);
  }
  layerAges();
  trouble();
}

export function tick() {
  const clock = element(shellId("clock"));
  if (!clock) return;
  const parts = tokyo(now());
  const text = `${parts.hour}:${parts.minute}:${parts.second}`;
  if (clock.textContent !== text) clock.textContent = text;
}

/** Files dropped on (or chosen in) the import dialog, sent one by one; results go to the page. */
import { csrfToken, idOf, sources, tell, word } from "./settings.js";

/** @typedef {{source: string, name: string, counts?: Record<string, number>, error?: string}} Result */

/** @param {Response} answer @returns {Promise<Partial<Result>>} */
async function read(answer) {
  const told = await answer.json().catch(() => ({}));
  return answer.ok ? { counts: told.counts } : { error: told.detail ?? told.title ?? String(answer.status) };
}

/** @param {File} file @param {string} source @param {number} most megabytes @returns {Promise<Result>} */
async function send(file, source, most) {
  const about = { source, name: file.name };
  if (file.size > most * 1_000_000) return { ...about, error: word("import_too_large", { most }) };
  const query = new URLSearchParams(about);
  try {
    const answer = await fetch(`/app/import?${query}`, {
      method: "POST", body: file,
      headers: { "X-CSRF-Token": csrfToken(), "Content-Type": "application/octet-stream" },
    });
    return { ...about, ...(await read(answer)) };
  } catch {
    return { ...about, error: word("import_lost") };
  }
}

/** @param {HTMLElement} zone @param {File[]} files */
async function sendAll(zone, files) {
  const { source = "", most = "0" } = zone.dataset;
  const label = zone.querySelector("b");
  /** @type {Result[]} */
  const results = [];
  zone.classList.add("busy");
  for (const file of files) {
    if (label) label.textContent = word("import_busy", { name: file.name });
    results.push(await send(file, source, Number(most)));
    tell(idOf(sources(), "imported"), { data: [...results] });
  }
  zone.classList.remove("busy");
  if (label) label.textContent = word("import_drop");
}

/** @param {HTMLElement} zone */
function choose(zone) {
  const field = document.createElement("input");
  field.type = "file";
  field.multiple = true;
  field.addEventListener("change", () => sendAll(zone, [...(field.files ?? [])]));
  field.click();
}

/** @param {Event} event @returns {HTMLElement|null} the zone meant, unless it is at work */
function zoneOf(event) {
  return /** @type {HTMLElement} */ (event.target).closest?.(".dropzone:not(.busy)") ?? null;
}

export function takeFiles() {
  document.addEventListener("click", (event) => {
    const zone = zoneOf(event);
    if (zone) choose(zone);
  });
  document.addEventListener("dragover", (event) => {
    if (!sources()) return;
    // Beside the zone a dropped file must not replace the page.
    event.preventDefault();
    zoneOf(event)?.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!sources()) return;
    event.preventDefault();
    const zone = zoneOf(event);
    zone?.classList.remove("over");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (zone && files.length) sendAll(zone, files);
  });
}

/** What the server wrote into the page for the scripts: ids, words, language. */

/** @param {string} id @returns {HTMLElement|null} */
export function element(id) {
  return document.getElementById(id);
}

/** The frame; there from the first layout on. @returns {HTMLElement|null} */
export function shell() {
  return document.querySelector(".shell");
}

/** The situation page, when it is the one shown. @returns {HTMLElement|null} */
export function situation() {
  return document.querySelector(".situation");
}

/** The sources page, when it is the one shown. @returns {HTMLElement|null} */
export function sources() {
  return document.querySelector(".sources");
}

/** @param {HTMLElement|null} page @param {string} name @returns {string} the id a page gave a part of itself */
export function idOf(page, name) {
  return JSON.parse(page?.dataset.ids ?? "{}")[name] ?? "";
}

/** @param {string} name @returns {string} */
export function shellId(name) {
  return JSON.parse(shell()?.dataset.shellIds ?? "{}")[name] ?? "";
}

/** @param {string} key @param {Record<string, string|number>} [values] @returns {string} */
export function word(key, values = {}) {
  const pattern = JSON.parse(shell()?.dataset.words ?? "{}")[key] ?? key;
  return pattern.replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => String(values[name] ?? ""));
}

/** @returns {"ja"|"en"} */
export function language() {
  return shell()?.dataset.language === "en" ? "en" : "ja";
}

/** Write a property of a Dash component, as a callback would. @param {string} id @param {Record<string, any>} properties */
export function tell(id, properties) {
  if (id) /** @type {any} */ (window).dash_clientside.set_props(id, properties);
}

/** What a request that changes something must carry. @returns {string} */
export function csrfToken() {
  const kept = document.cookie.split("; ").find((one) => one.startsWith("hinomi_csrf="));
  return decodeURIComponent(kept?.slice("hinomi_csrf=".length) ?? "");
}

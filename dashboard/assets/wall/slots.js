/** Pieces of the page that are made once and then only change their text: memory stays flat. */

/**
 * @param {string} name of the element
 * @param {string} className
 * @param {(Node|string)[]} children
 * @returns {HTMLElement}
 */
export function make(name, className, ...children) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...children);
  return element;
}

/** @param {HTMLElement} element @param {string} text @returns {boolean} whether it changed */
export function say(element, text) {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}

/** @param {HTMLElement} element @param {boolean} shown */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/**
 * A fixed number of elements, the unused ones hidden.
 * @param {HTMLElement} parent @param {number} size @param {() => HTMLElement} build
 * @returns {HTMLElement[]}
 */
export function slots(parent, size, build) {
  const made = Array.from({ length: size }, build);
  for (const element of made) element.hidden = true;
  parent.append(...made);
  return made;
}

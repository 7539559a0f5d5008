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

/**
 * Whole items only: as many as there is room for, then how many more there are.
 * @param {HTMLElement} element of one line
 * @param {string[]} items @param {(left: number) => string} rest
 */
export function fit(element, items, rest) {
  const mark = `${items.join("\u3000")} ${element.clientWidth}`;
  if (element.dataset.fitted === mark) return;
  element.dataset.fitted = mark;
  for (let number = items.length; number >= Math.min(1, items.length); number -= 1) {
    const left = items.length - number;
    say(element, [...items.slice(0, number), ...(left ? [rest(left)] : [])].join("\u3000"));
    if (element.scrollWidth <= element.clientWidth || number === 0) return;
  }
}

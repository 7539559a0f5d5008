/** The slider over the last 72 hours: live at its right end, the past left of it. */
import { timeText } from "../map/age.js";
import { now } from "./clock.js";
import { element, idOf, language, situation, tell, word } from "./settings.js";

const STEP_MS = 10 * 60_000;
const PLAY_EVERY_MS = 700;
const PLAY_STEP_MINUTES = 30;

/** Past moment looked at, milliseconds; null: live. @type {number|null} */
let past = null;
let playing = 0;

/** @returns {HTMLInputElement|null} */
function slider() {
  return /** @type {HTMLInputElement|null} */ (element(idOf(situation(), "slider")));
}

/** @param {number} minutes 0 or negative */
function show(minutes) {
  const page = situation();
  if (!page) return;
  past = minutes < 0 ? Math.round((now() + minutes * 60_000) / STEP_MS) * STEP_MS : null;
  const iso = past === null ? null : new Date(past).toISOString();
  page.classList.toggle("in-the-past", past !== null);
  const moment = element(idOf(page, "moment"));
  if (moment) moment.textContent = past === null ? word("live") : word("past", { time: timeText(past, now(), language()) });
  tell(idOf(page, "time"), { data: iso });
  /** @type {any} */ (window).hinomi.map?.setTime(iso);
}

/** @param {number} minutes */
function move(minutes) {
  const input = slider();
  if (!input) return;
  input.value = String(minutes);
  input.style.setProperty("--filled", `${(100 * (minutes - Number(input.min))) / -Number(input.min)}%`);
  show(minutes);
}

export function stopPlaying() {
  window.clearInterval(playing);
  playing = 0;
  situation()?.classList.remove("playing");
}

export function play() {
  if (playing) {
    stopPlaying();
    return;
  }
  const input = slider();
  if (!input) return;
  if (Number(input.value) === 0) move(Number(input.min));
  situation()?.classList.add("playing");
  playing = window.setInterval(() => {
    const next = Number(slider()?.value ?? 0) + PLAY_STEP_MINUTES;
    move(Math.min(0, next));
    if (next >= 0) stopPlaying();
  }, PLAY_EVERY_MS);
}

export function live() {
  stopPlaying();
  move(0);
}

/** Marks below the slider, every twelve hours, in Japan time. */
export function marks() {
  const box = document.querySelector(".ticks");
  const input = slider();
  if (!box || !input) return;
  const span = -Number(input.min);
  const texts = [0, 1, 2, 3, 4, 5].map((index) => {
    const minutes = -span + (span / 6) * index;
    return timeText(now() + minutes * 60_000, now(), language());
  });
  if (box.textContent === texts.join("") + word("time_now")) return;
  box.replaceChildren(...[...texts, word("time_now")].map((text) => Object.assign(document.createElement("span"), { textContent: text })));
}

/** The moment looked at, milliseconds of world time. @returns {number} */
export function moment() {
  return past ?? now();
}

/** @returns {boolean} */
export function isPast() {
  return past !== null;
}

let waiting = 0;
document.addEventListener("input", (event) => {
  const input = slider();
  if (event.target !== input || !input) return;
  stopPlaying();
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => move(Number(input.value)), 150);
});

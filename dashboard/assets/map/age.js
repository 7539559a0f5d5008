/**
 * How old a thing is, in words; always Japan time.
 * @typedef {import("./words.js").Language} Language
 */
import { word } from "./words.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/**
 * A length of time: 40秒, 3分, 2時間10分, 3日.
 * @param {number} seconds
 * @param {Language} language
 * @returns {string}
 */
export function span(seconds, language) {
  const s = Math.max(0, Math.floor(seconds));
  const en = language === "en";
  if (s < MINUTE) return en ? `${s} s` : `${s}秒`;
  if (s < HOUR) return en ? `${Math.floor(s / MINUTE)} min` : `${Math.floor(s / MINUTE)}分`;
  if (s < DAY) {
    const hours = Math.floor(s / HOUR);
    const minutes = Math.floor((s % HOUR) / MINUTE);
    if (en) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
    return minutes ? `${hours}時間${minutes}分` : `${hours}時間`;
  }
  return en ? `${Math.floor(s / DAY)} d` : `${Math.floor(s / DAY)}日`;
}

/**
 * Age with its state: `3分前`, `27分前` (a clock sign goes before it), `途絶 2時間10分`, `報告なし`.
 * @param {string} state live, late, silent, never (or ok, failing, off of a source)
 * @param {number|null} seconds null: never heard of
 * @param {Language} language
 * @returns {string}
 */
export function ageText(state, seconds, language) {
  if (state === "off") return language === "en" ? "off" : "停止中";
  if (seconds === null || state === "never") return word("never", language);
  if (state === "silent") return `${word("silent", language)} ${span(seconds, language)}`;
  if (state === "failing") {
    return language === "en" ? `failing ${span(seconds, language)}` : `失敗 ${span(seconds, language)}`;
  }
  return language === "en" ? `${span(seconds, language)} ago` : `${span(seconds, language)}前`;
}

/** The sign that goes before an age, so that colour is never alone. @type {Record<string, string>} */
export const STATE_SIGNS = {
  ok: "●", live: "●", late: "◔", silent: "◌", failing: "✕", off: "－", never: "？",
};

const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Tokyo", year: "numeric", month: "numeric", day: "numeric",
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

/**
 * @param {number|string|Date} moment
 * @returns {{year: string, month: string, day: string, hour: string, minute: string, second: string}}
 *   of Japan time
 */
export function tokyo(moment) {
  /** @type {any} */
  const parts = {};
  for (const part of PARTS.formatToParts(new Date(moment))) parts[part.type] = part.value;
  // Some browsers pad the month and day of this locale although told not to.
  return { ...parts, month: String(Number(parts.month)), day: String(Number(parts.day)) };
}

/**
 * `14:05`, with the date when it is not today's.
 * @param {number|string|Date} moment
 * @param {number} now milliseconds, world time
 * @param {Language} language
 * @returns {string}
 */
export function timeText(moment, now, language) {
  const then = tokyo(moment);
  const today = tokyo(now);
  const time = `${then.hour}:${then.minute}`;
  if (then.day === today.day && then.month === today.month && then.year === today.year) return time;
  return language === "en" ? `${then.day}/${then.month} ${time}` : `${then.month}/${then.day} ${time}`;
}

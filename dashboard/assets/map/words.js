/**
 * Words of the map in both languages. Short, concrete, the field's own.
 * @typedef {"ja"|"en"} Language
 */

/** @type {Record<string, [string, string]>} Japanese, English */
const WORDS = {
  late: ["遅れ", "late"],
  silent: ["途絶", "silent"],
  never: ["報告なし", "no report"],
  unknown: ["不明", "unknown"],
  full: ["満", "FULL"],
  households: ["戸", "homes"],
  level: ["レベル", "Level "],
  no_value: ["欠測", "no value"],
  rain: ["雨量 mm/時", "Rain mm/h"],
  rivers: ["水位（数字は相当レベル）", "River (number: level)"],
  river_normal: ["水位 平常", "River, normal"],
  closed: ["通行止め", "Road closed"],
  restricted: ["通行規制", "Restricted"],
  unconfirmed: ["未確認", "Unconfirmed"],
  shelter_open: ["避難所（棒は混雑）", "Shelter (bars: crowding)"],
  shelter_full: ["満員", "Full"],
  shelter_shut: ["開設していない避難所", "Shelter, not open"],
  outage: ["停電（戸数）", "Outage (homes)"],
  warning: ["警戒レベル", "Alert level"],
  stale: ["途絶（最後の値）", "Silent (last value)"],
  // On a wall a legend is one row.
  warning_short: ["警戒レベル", "Alert level"],
  outage_short: ["停電", "Outage"],
  closed_short: ["通行止め", "Closed"],
  restricted_short: ["規制", "Restricted"],
  unconfirmed_short: ["未確認", "Unconfirmed"],
  rivers_short: ["水位(レベル)", "River level"],
  river_normal_short: ["水位 平常", "River, normal"],
  rain_short: ["雨 mm/時", "Rain mm/h"],
  shelter_open_short: ["避難所", "Shelter"],
  shelter_full_short: ["満員", "Full"],
  shelter_shut_short: ["未開設", "Not open"],
  stale_short: ["途絶", "Silent"],
  cluster: ["重なり（最悪の状態と数）", "Several (worst shown)"],
  builtin_base: ["内蔵地図", "Built-in map"],
  gsi: ["地理院タイル", "GSI tiles"],
  about: ["約", "about "],
  under: ["未満", " or fewer"],
};

/**
 * @param {string} key
 * @param {Language} language
 * @returns {string} the word; the key itself where there is none
 */
export function word(key, language) {
  const pair = WORDS[key];
  return pair ? pair[language === "en" ? 1 : 0] : key;
}

/**
 * @param {number} value
 * @returns {string} with thousands separated
 */
export function count(value) {
  return Math.round(value).toLocaleString("ja-JP");
}

/**
 * Households as the source said them: 約, 未満 are kept.
 * @param {number|null|undefined} households
 * @param {string|undefined} qualifier exact, about or under
 * @param {Language} language
 * @returns {string}
 */
export function households(households, qualifier, language) {
  if (households === null || households === undefined) return word("unknown", language);
  const number = count(households);
  const english = language === "en";
  if (qualifier === "about") return word("about", language) + number + (english ? "" : "戸");
  if (qualifier === "under") return english ? `under ${number}` : `${number}戸未満`;
  return number + (english ? "" : "戸");
}

/**
 * A gauge by river and place; many names hold the river already.
 * @param {{river?: string|null, name?: string|null}} gauge
 * @returns {string}
 */
export function gaugeName({ river, name }) {
  if (!river || (name ?? "").startsWith(river)) return name ?? "";
  return river.includes("(") || river.includes("（") ? river : `${river} ${name ?? ""}`.trim();
}

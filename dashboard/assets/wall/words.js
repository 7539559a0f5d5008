/**
 * Words of the wall in both languages.
 * @typedef {"ja"|"en"} Language
 */

/** @type {Record<string, [string, string]>} */
const WORDS = {
  levels: ["警戒レベル", "Alert level"],
  shelters: ["避難所", "Shelters"],
  roads: ["道路", "Roads"],
  rivers: ["河川", "Rivers"],
  power: ["停電", "Power cuts"],
  rain: ["雨", "Rain"],
  level: ["レベル", "Level "],
  towns: ["市町村", "towns"],
  no_level: ["発表なし", "none issued"],
  action5: ["直ちに安全確保", "Seek safety now"],
  action4: ["危険な場所から全員避難", "All evacuate danger areas"],
  action3: ["高齢者等は避難", "Elderly evacuate"],
  action2: ["避難行動を確認", "Check your plan"],
  places: ["か所", "open"],
  people: ["人", "people"],
  empty: ["空き", "room"], slightly: ["やや混雑", "some room"], crowded: ["混雑", "crowded"], full: ["満", "full"],
  unknown: ["不明", "unknown"],
  room: ["受入れ余地", "room for"],
  closed_unit: ["か所 通行止め", "closed"],
  restricted: ["規制", "restricted"],
  unconfirmed: ["未確認", "unconfirmed"],
  last_hour: ["1時間", "1 h"],
  gauges: ["地点 危険水位超え", "above danger"],
  over: ["超え", "over"],
  flood: ["氾濫", "flood"], danger: ["危険", "danger"], evacuation: ["避難判断", "evacuation"], caution: ["注意", "caution"],
  standby: ["待機", "standby"],
  silent: ["途絶", "silent"],
  homes: ["戸", "homes"],
  about: ["約", "~"], under: ["未満", " or fewer"],
  outage_places: ["市町村", "towns"],
  mm: ["mm/時", "mm/h"],
  heavy: ["30mm以上", "30 mm+"],
  none: ["なし", "none"],
  overview: ["全域", "Whole area"],
  overview_why: ["悪い順に巡回します", "Touring, worst first"],
  overview_calm: ["全域を表示しています", "Showing the whole area"],
  updated: ["最新の受信", "last received"],
  no_receipt: ["受信なし", "nothing received"],
  lost: ["接続が切れています", "Connection lost"],
  trouble: ["データベースに接続できません", "Database not reachable"],
  as_of: ["時点", ""],
  waiting: ["サーバーに接続しています", "Connecting to the server"],
  waiting_next: ["つながりしだい自動で表示します", "Will appear by itself"],
  trouble_next: ["復旧しだい自動で表示します", "Will appear by itself once it is back"],
  refused: ["この端末は表示を許可されていません", "This screen is not permitted"],
  refused_next: ["管理者に端末トークンを確認してください", "Ask the administrator for a device token"],
  worker_dead: ["取込みが止まっています。画面の値は更新されません", "Ingestion has stopped. Values are not being updated"],
  worker_never: ["取込みが動いていません。画面の値は更新されません", "Ingestion is not running. Values are not being updated"],
  worker: ["取込み", "Ingest"],
  no_events: ["記録された動きはありません", "No events yet"],
  no_sources: ["情報源がありません", "No sources"],
  events: ["動き", "Events"],
  sources: ["受信", "Sources"],
  received: ["受信", "Received"],
  incident_none: ["平常時", "No incident"],
  of: ["より", " limit"],
  since: ["から", " since"],
  new_event: ["新しい動き", "Just now"],
  more: ["ほか", "+"],
  beyond: ["超過", "over"],
  households_out: ["停電", "power cut"],
  closed: ["通行止め", "closed"],
  full_shelter: ["避難所 満員", "Shelter full"],
  off: ["停止中", "off"],
  never: ["報告なし", "no report"],
  off_why: ["情報源を止めています", "Source is switched off"],
  never_why: ["一度も受信していません", "Nothing received yet"],
  heads_unknown: ["人数 不明", "heads unknown"],
  plus_unknown: ["＋不明", " + unknown in "],
  places_short: ["か所", ""],
  set: ["設置", "set up"],
};

/**
 * @param {string} key
 * @param {Language} language
 * @returns {string}
 */
export function word(key, language) {
  const pair = WORDS[key];
  return pair ? pair[language === "en" ? 1 : 0] : key;
}

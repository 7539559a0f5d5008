"""Every word of the screens in Japanese and English, resolved when a layout is built."""

from collections.abc import Callable
from typing import TypeAlias

from dashboard.stores import Language
from dashboard.words_detail import DETAIL_WORDS
from dashboard.words_incident import IMPORT_WORDS, INCIDENT_WORDS
from dashboard.words_pages import PAGE_WORDS

Words: TypeAlias = Callable[..., str]
"""`words("key", name=value)` in one language."""

SHELL_WORDS: dict[str, tuple[str, str]] = {
    "product": ("火の見", "Hinomi"),
    "drill": ("訓練", "DRILL"),
    "drill_long": ("これは訓練です", "This is a drill"),
    "page_situation": ("状況", "Situation"),
    "page_sources": ("情報源", "Sources"),
    "page_wall": ("大画面", "Wall"),
    "skip": ("本文へ移動", "Skip to content"),
    "sign_out": ("ログアウト", "Sign out"),
    "signed_in_as": ("{name}（{role}）", "{name} ({role})"),
    "dark": ("暗い画面にする", "Dark screen"),
    "light": ("明るい画面にする", "Light screen"),
    "other_language": ("English", "日本語"),
    "since": ("{time} 設置", "since {time}"),
    "clock": ("現在時刻（日本時間）", "Time (Japan)"),
    "speed": ("×{speed}", "×{speed}"),
    "trouble": ("受信に異常 {count}", "{count} not reporting"),
    "trouble_none": ("受信 正常", "All reporting"),
    "disconnected": ("接続が切れています。最後の内容を表示しています。",
                     "Connection lost. Showing what was last received."),
    "signed_out": ("ログインの期限が切れました。", "Your session has ended."),
    "sign_in": ("ログインする", "Sign in"),
    "not_found": ("この画面はありません。", "There is no such page."),
    "to_situation": ("状況の画面へ", "Go to the situation page"),
    "refused_title": ("実行できません", "Not done"),
    "unavailable_title": ("いまは取得できません", "Not available now"),
    "ago": ("{span}前", "{span} ago"),
    "silent_for": ("途絶 {span}", "silent {span}"),
    "failing_for": ("失敗 {span}", "failing {span}"),
    "span_seconds": ("{n}秒", "{n} s"),
    "span_minutes": ("{n}分", "{n} min"),
    "span_hours": ("{h}時間", "{h} h"),
    "span_hours_minutes": ("{h}時間{m}分", "{h} h {m} min"),
    "span_days": ("{d}日", "{d} d"),
    "never": ("報告なし", "no report"),
    "unknown": ("不明", "unknown"),
    "none": ("なし", "none"),
    "state_ok": ("正常", "OK"),
    "state_live": ("正常", "OK"),
    "state_late": ("遅れ", "late"),
    "state_silent": ("途絶", "silent"),
    "state_failing": ("取得失敗", "failing"),
    "state_off": ("停止中", "off"),
    "state_never": ("報告なし", "no report"),
    "close": ("閉じる", "Close"),
    "cancel": ("やめる", "Cancel"),
}  # fmt: skip

WORDS: dict[str, tuple[str, str]] = {
    **SHELL_WORDS, **INCIDENT_WORDS, **PAGE_WORDS, **IMPORT_WORDS, **DETAIL_WORDS,
}  # fmt: skip

BROWSER_KEYS = (
    "live", "past", "play", "pause", "disconnected", "copied", "drill",
    "import_drop", "import_busy", "import_too_large", "import_lost",
    *(key for key in WORDS if key.startswith(("state_", "trouble", "time_"))),
)  # fmt: skip
"""Words the browser scripts need, handed over with the layout."""


def words(language: Language) -> Words:
    """Return the dictionary of one language as a function."""
    column = 1 if language == "en" else 0

    def word(key: str, **values: object) -> str:
        return WORDS[key][column].format(**values)

    return word


def browser_words(language: Language) -> dict[str, str]:
    """Return the patterns the browser scripts fill in themselves."""
    column = 1 if language == "en" else 0
    return {key: WORDS[key][column] for key in BROWSER_KEYS}

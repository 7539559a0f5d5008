"""Official colours, their classes and the text colour that stays readable on them.

An official colour means only its official thing; numbers and words go with it
(reference/C-levels-colours-tiles.md C1 to C4, contrast rules reference/G-ui-accessibility.md G3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BLACK, WHITE = "#000000", "#FFFFFF"
NO_VALUE = "#C8C8CB"
"""欠測, reference/C C2."""
AA_SMALL_TEXT = 4.5
"""WCAG 2.2 AA ratio of text below 18 pt."""


@dataclass(frozen=True, slots=True)
class LegendClass:
    """One class of a legend: from `lower` (inclusive) up to the next class above it."""

    colour: str
    label: str
    label_en: str
    lower: float | None = None
    """In the unit of the scale; None where the class is not a range."""
    key: str | None = None
    """The property value it stands for where the class is a word."""

    @property
    def text(self) -> str:
        """Return the colour of text on it."""
        return text_colour(self.colour)


# Highest first. reference/C C3 (JMA, 配色の設定指針).
RAIN: tuple[LegendClass, ...] = (
    LegendClass("#B40068", "80以上 猛烈な雨", "80+ extreme", 80),
    LegendClass("#FF2800", "50–80 非常に激しい雨", "50–80 very heavy", 50),
    LegendClass("#FF9900", "30–50 激しい雨", "30–50 heavy", 30),
    LegendClass("#FAF500", "20–30 強い雨", "20–30 strong", 20),
    LegendClass("#0041FF", "10–20 やや強い雨", "10–20 rather strong", 10),
    LegendClass("#218CFF", "5–10", "5–10", 5),
    LegendClass("#A0D2FF", "1–5", "1–5", 1),
    LegendClass("#F2F2FF", "1未満", "below 1", 0.1),
)

# reference/C C1 (内閣府 R2.5.29).
ALERT: tuple[LegendClass, ...] = (
    LegendClass("#0C000C", "レベル5 緊急安全確保", "Level 5", 5),
    LegendClass("#AA00AA", "レベル4 避難指示", "Level 4", 4),
    LegendClass("#FF2800", "レベル3 高齢者等避難", "Level 3", 3),
    LegendClass("#F2E700", "レベル2 注意報", "Level 2", 2),
    LegendClass("#FFFFFF", "レベル1 早期注意情報", "Level 1", 1),
)

# reference/C C2 (kawabou colours).
RIVER: tuple[LegendClass, ...] = (
    LegendClass("#140014", "氾濫開始相当水位 以上", "flooding", 5),
    LegendClass("#AA00AA", "氾濫危険水位 以上", "danger level", 4),
    LegendClass("#FF2800", "避難判断水位 以上", "evacuation level", 3),
    LegendClass("#F2E700", "氾濫注意水位 以上", "caution level", 2),
    LegendClass("#35A86B", "水防団待機水位 以上", "standby level", 1),
    LegendClass("#66CCFF", "平常", "normal", 0),
)

# Metres; reference/C C4, the six standard ranks.
DEPTH: tuple[LegendClass, ...] = (
    LegendClass("#DC7ADC", "20m以上", "20 m and more", 20),
    LegendClass("#F285C9", "10–20m", "10–20 m", 10),
    LegendClass("#FF9191", "5–10m", "5–10 m", 5),
    LegendClass("#FFB7B7", "3–5m", "3–5 m", 3),
    LegendClass("#FFD8C0", "0.5–3m", "0.5–3 m", 0.5),
    LegendClass("#F7F5A9", "0.5m未満", "below 0.5 m", 0),
)

SCALES: Mapping[str, tuple[LegendClass, ...]] = {
    "rain": RAIN, "alert": ALERT, "river": RIVER, "depth": DEPTH,
}  # fmt: skip

# Threshold names of a gauge by the level they open, highest first (reference/C C2).
RIVER_LEVELS: tuple[tuple[str, int], ...] = (
    ("flood", 5), ("danger", 4), ("evacuation", 3), ("caution", 2), ("standby", 1),
)  # fmt: skip


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio (1 to 21) of two `#RRGGBB` colours."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_colour(background: str) -> str:
    """Return white where small white text reaches AA, else black (reference/G G3)."""
    return WHITE if contrast(background, WHITE) >= AA_SMALL_TEXT else BLACK


def class_of(value: float | None, scale: Sequence[LegendClass]) -> LegendClass | None:
    """Return the class a value lies in; None for no value (欠測) and below the lowest class."""
    if value is None:
        return None
    return next((c for c in scale if c.lower is not None and value >= c.lower), None)


def river_level(value: float | None, thresholds: Mapping[str, float | None]) -> int | None:
    """Return the level 0 to 5 of a water level in metres, None without a value.

    `observation_start` opens no level: it only says that a gauge is watching.
    """
    if value is None:
        return None
    for name, level in RIVER_LEVELS:
        threshold = thresholds.get(name)
        if threshold is not None and value >= threshold:
            return level
    return 0


def watching(value: float | None, thresholds: Mapping[str, float | None]) -> bool:
    """Tell whether a gauge has passed the level from which it measures continuously."""
    start = thresholds.get("observation_start")
    return value is not None and start is not None and value >= start

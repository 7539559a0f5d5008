"""Telegram kinds, kind codes and the alert levels they stand for.

reference/D-formats.md D2, D3.1, D3.2; reference/C-levels-colours-tiles.md C1, C2.
"""

import re
import unicodedata
from dataclasses import dataclass

# What stands in the last brackets of the titles of the system of 2026-05-28.
_R06 = {
    "大雨": "VPWW55",
    "土砂": "VPWW56",
    "高潮": "VPWW57",
    "暴風": "VPWW58",
    "波浪": "VPWW59",
    "大雪": "VPWW60",
    "その他注意報": "VPWW61",
}
_TITLES = {
    "気象警報・注意報": "VPWW50",
    "気象特別警報・警報・注意報": "VPWW53",
    "気象警報・注意報(H27)": "VPWW54",
    "指定河川洪水予報": "VXKO",
    "水位周知河川に関する情報": "VXSU",
    "土砂災害警戒情報": "VXWW50",
}
_R06_TITLE = re.compile(r"気象警報・注意報\(R06\)\(([^()]+)")

PHENOMENON_OF_KIND = {
    "VPWW55": "heavy_rain",
    "VPWW56": "landslide",
    "VPWW57": "storm_surge",
    "VPWW58": "storm",
    "VPWW59": "wave",
    "VPWW60": "heavy_snow",
    "VPWW61": "other",
}
"""The one phenomenon of each telegram of the system of 2026-05-28."""

LEVELLED = frozenset({"heavy_rain", "landslide", "storm_surge", "river_flood"})
"""Phenomena whose warnings carry an alert level."""

FORMER_PHENOMENA = (
    "heavy_rain", "river_flood", "storm_surge", "storm", "wave", "heavy_snow", "other",
)  # fmt: skip
"""What one telegram of the former system states, all at once."""


@dataclass(frozen=True, slots=True)
class Warned:
    """What a kind code means."""

    phenomenon: str
    severity: str
    """`special`, `danger`, `warning` or `advisory`."""
    level: int | None
    former_level: int | None = None
    """The level it stood for in the former system; there, only equivalents existed (C1)."""


# Codes of D2. Former levels (C1, until 2026-05-27): heavy-rain advisory 2, warning 3, special 5;
# flood advisory 2, warning 3; storm-surge advisory 2, warning and special warning 4.
CODES = {
    "10": Warned("heavy_rain", "advisory", 2, 2), "03": Warned("heavy_rain", "warning", 3, 3),
    "43": Warned("heavy_rain", "danger", 4, 4), "33": Warned("heavy_rain", "special", 5, 5),
    "29": Warned("landslide", "advisory", 2, 2), "09": Warned("landslide", "warning", 3, 3),
    "49": Warned("landslide", "danger", 4, 4), "39": Warned("landslide", "special", 5, 5),
    "19": Warned("storm_surge", "advisory", 2, 2), "08": Warned("storm_surge", "warning", 3, 4),
    "48": Warned("storm_surge", "danger", 4, 4), "38": Warned("storm_surge", "special", 5, 4),
    "18": Warned("river_flood", "advisory", None, 2),
    "04": Warned("river_flood", "warning", None, 3),
    "02": Warned("storm", "warning", None), "05": Warned("storm", "warning", None),
    "13": Warned("storm", "advisory", None), "15": Warned("storm", "advisory", None),
    "32": Warned("storm", "special", None), "35": Warned("storm", "special", None),
    "06": Warned("heavy_snow", "warning", None), "12": Warned("heavy_snow", "advisory", None),
    "36": Warned("heavy_snow", "special", None),
    "07": Warned("wave", "warning", None), "16": Warned("wave", "advisory", None),
    "37": Warned("wave", "special", None),
}  # fmt: skip
OTHER = Warned("other", "advisory", None)
"""Thunder, melting snow, fog, drought, avalanche, cold, frost, icing and what is not listed."""

SEVERITIES = ("advisory", "warning", "danger", "special")
"""From the mildest."""

_NO_WARNING = {"解除", "なし", "発表警報・注意報はなし"}
_LEVEL_IN_NAME = re.compile(r"レベル([2-5])")


def kind_of_title(title: str) -> str | None:
    """Return the telegram kind of a title (Control/Title, a feed's entry); None: not read here.

    The kind stands in the title alone: a telegram does not carry its code.
    """
    plain = unicodedata.normalize("NFKC", title).strip()
    found = _R06_TITLE.match(plain)
    if found is None:
        return _TITLES.get(plain)
    for word, kind in _R06.items():
        if found[1].startswith(word):
            return kind
    return None


def means_nothing_issued(code: str | None, status: str | None) -> bool:
    """Tell whether a kind says that nothing is issued, or no longer."""
    return code in {None, "", "00"} or status in _NO_WARNING


def level_of(code: str, name: str, *, former: bool) -> int | None:
    """Return the alert level (2 to 5) of a weather warning, None where it carries none.

    The name says it where it says it (レベル３大雨警報); the code otherwise.
    """
    found = _LEVEL_IN_NAME.search(unicodedata.normalize("NFKC", name))
    if found is not None:
        return int(found[1])
    warned = CODES.get(code, OTHER)
    return warned.former_level if former else warned.level


def flood_level_of(code: str) -> int | None:
    """Return the level of a river flood forecast: 2 to 5, 0 lifted, None for a code not known.

    D2: 10 lifted; 20 to 22 level 2; 30, 31 level 3; 40, 41 level 4; 51 to 53 level 5.
    """
    if code in {"10", "00"}:
        return 0
    return int(code[0]) if re.fullmatch(r"[2-5]\d", code) else None

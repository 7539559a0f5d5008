"""The words of road managers, with their variants and slips, in Hinomi's terms."""

import re
import unicodedata

from ingest.reading import folded
from ingest.records import RestrictionKind

# In this order: 片側交互通行止め is no closure though it contains the word for one.
_KINDS: tuple[tuple[str, RestrictionKind], ...] = (
    (r"片側交互|片側通行|交互通行|片交", RestrictionKind.ALTERNATING),
    (r"対面通行", RestrictionKind.TWO_WAY),
    (r"チェーン|冬用?タイヤ|滑り止め", RestrictionKind.CHAINS),
    (r"大型|t車|t以上|トン|マイクロバス", RestrictionKind.CLOSED_LARGE),
    (r"通行止|通行禁止|通行不可|交通止|全面規制|緊急車両のみ|閉鎖", RestrictionKind.CLOSED),
    (r"車線|路肩|幅員", RestrictionKind.LANE),
    (r"その他|規制", RestrictionKind.OTHER),
)
_VEHICLE_WORDS = re.compile(r"t車|t以上|大型|トン")
_LIFTED = re.compile(r"解除(?!見込|予定|時期|は未)")
_CLASSES: tuple[tuple[str, str], ...] = (
    (r"高速|自動車道|有料", "expressway"),
    (r"国道|直轄", "national"),
    (r"都道府県道|^県道\d|^[都道府]道\d|主要地方道|一般県道|^県道", "prefectural"),
    (r"市区町村道|^[市区町村]道|農道|林道", "municipal"),
)


def kind_of(content: str | None, detail: str | None = None) -> RestrictionKind:
    """Return what is forbidden, from the words for the restriction and a finer remark.

    The remark decides only where the words leave it open (その他, 車両通行止め).
    """
    words = folded(content).lower()
    kind = _kind_in(words)
    finer = _kind_in(folded(detail).lower())
    if kind in {RestrictionKind.OTHER, RestrictionKind.UNKNOWN}:
        return kind if finer is RestrictionKind.UNKNOWN else finer
    if "車両通行止" in words and finer is RestrictionKind.CLOSED_LARGE:
        return finer
    return kind


def _kind_in(words: str) -> RestrictionKind:
    if not words:
        return RestrictionKind.UNKNOWN
    for pattern, kind in _KINDS:
        if re.search(pattern, words):
            return kind
    return RestrictionKind.UNKNOWN


def says_lifted(content: str | None) -> bool:
    """Tell whether the words say that the restriction has ended (解除), not that it will."""
    return _LIFTED.search(folded(content)) is not None


def emergency_only(content: str | None) -> bool:
    """Tell whether only emergency vehicles pass (緊急車両のみ通行可): closed for everybody else."""
    return "緊急車両のみ" in folded(content)


def road_class_of(*words: str | None) -> str | None:
    """Return expressway, national, prefectural or municipal from the first words that tell."""
    for word in words:
        text = folded(word)
        if "・" in text:  # 県道・市区町村道 tells nothing
            continue
        for pattern, name in _CLASSES:
            if re.search(pattern, text):
                return name
    return None


def route_of(road_name: str | None, road_class: str | None = None) -> str:
    """Return a road's name so that its spellings fall together.

    `国道445号`, `445号` → `R445`; `県道152号稲生野甲佐線` → `P152`; `市道 駄原目線` → `駄原目線`.
    """
    text = folded(road_name)
    number = re.search(r"(県道|国道|[都道府]道)?(?:第)?(\d{1,4})号(?!線)", text)
    if number is not None:
        national = number[1] == "国道" or (number[1] is None and road_class != "prefectural")
        return f"{'R' if national else 'P'}{number[2]}"
    text = re.sub(r"^E\d+A?", "", text)
    text = re.sub(r"[(（][^()（）]*[)）]", "", text)
    text = re.sub(r"^(主要地方道|一般県道|都道府県道|県道|[市区町村]道)", "", text)
    return text.replace("太", "大").replace("-", "")


def place_of(address: str | None) -> str:
    """Return a place without prefecture, county and 大字, so that its spellings fall together."""
    text = folded(address)
    text = re.sub(r"^(北海道|東京都|大阪府|京都府|[^0-9]{2,3}県)", "", text)
    text = re.sub(r"^[^0-9市区町村]{1,4}郡", "", text)
    return unicodedata.normalize("NFKC", text.replace("大字", "").replace("字", ""))

"""The words and codes of shelter reports in Hinomi's terms."""

from ingest.reading import folded
from ingest.records import ShelterOpening

# Codes 1, 2, 3, 9 of prefectural portals (平常, やや混雑, 混雑, 不明); words of towns and of SIP4D
# crowdstts (reference/D-formats.md D8).
_CROWDING = {
    "1": "empty", "平常": "empty", "空き": "empty", "空いています": "empty", "余裕あり": "empty",
    "2": "slightly", "やや混雑": "slightly", "やや混んでいます": "slightly",
    "3": "crowded", "混雑": "crowded", "混んでいます": "crowded",
    "4": "full", "満員": "full", "定員一杯": "full", "定員いっぱい": "full", "満": "full",
}  # fmt: skip
_OPENING = {
    "開設": ShelterOpening.OPEN, "開設中": ShelterOpening.OPEN, "開設済": ShelterOpening.OPEN,
    "開設済み": ShelterOpening.OPEN, "開": ShelterOpening.OPEN, "open": ShelterOpening.OPEN,
    "true": ShelterOpening.OPEN,
    "未開設": ShelterOpening.NOT_OPEN, "準備中": ShelterOpening.NOT_OPEN,
    "開設準備中": ShelterOpening.NOT_OPEN, "notopen": ShelterOpening.NOT_OPEN,
    "閉鎖": ShelterOpening.CLOSED, "閉鎖済": ShelterOpening.CLOSED,
    "閉鎖済み": ShelterOpening.CLOSED, "閉所": ShelterOpening.CLOSED,
    "閉": ShelterOpening.CLOSED, "close": ShelterOpening.CLOSED, "closed": ShelterOpening.CLOSED,
    "常設": ShelterOpening.PERMANENT, "permanent": ShelterOpening.PERMANENT,
}  # fmt: skip


def crowding_of(value: object) -> str | None:
    """Return empty, slightly, crowded or full; None where it is not said or not known."""
    return _CROWDING.get(folded(value))


def opening_of(value: object) -> ShelterOpening:
    """Return the opening that a word says; unknown for any other."""
    return _OPENING.get(folded(value).lower(), ShelterOpening.UNKNOWN)

"""What a change means to people."""

from typing import Any

import pytest

from ingest.happenings import MANY, Scene, happenings
from ingest.staging import Change
from tests.town import NOON

SCENE = Scene("x", NOON)
CLOSURE = {"kind": "closed", "road_name": "国道1号", "place": "架空町", "reason": "崩土",
           "lifted": False, "started_at": None}  # fmt: skip
OUTAGE = {"area_name": "架空町", "municipality_name": "架空市", "households": 60,
          "qualifier": "about", "restored": False}  # fmt: skip
WARNING = {"phenomenon": "heavy_rain", "area_name": "架空市", "municipality_code": "99201",
           "name": "大雨警報", "level": 3, "active": True}  # fmt: skip
SHELTER = {"name": "架空小", "municipality_name": "架空市", "opening": "open",
           "crowding": None, "headcount": None}  # fmt: skip


def told(label: str, old: dict[str, Any] | None, new: dict[str, Any]) -> tuple[str, int] | None:
    found = happenings(label, [Change("k", old, new)], SCENE)
    assert len(found) <= 1
    return (found[0].text_ja, found[0].severity) if found else None


@pytest.mark.parametrize(
    ("label", "old", "new", "line"),
    [
        ("closure", None, CLOSURE, ("国道1号 架空町 通行止め（崩土）", 2)),
        ("closure", CLOSURE, CLOSURE | {"reason": "冠水"}, None),
        ("closure", CLOSURE, CLOSURE | {"lifted": True}, ("国道1号 架空町 通行止めを解除", 1)),
        ("closure", None, CLOSURE | {"lifted": True}, None),
        ("closure", CLOSURE | {"lifted": True}, CLOSURE, ("国道1号 架空町 通行止め（崩土）", 2)),
        ("closure", CLOSURE, CLOSURE | {"kind": "lane", "reason": None, "place": None},
         ("国道1号 車線規制", 1)),
        ("outage", None, OUTAGE, ("架空市架空町 停電 約60戸", 1)),
        ("outage", None, OUTAGE | {"qualifier": "under", "households": 10},
         ("架空市架空町 停電 10戸未満", 1)),
        ("outage", None, OUTAGE | {"households": None}, ("架空市架空町 停電 戸数不明", 1)),
        ("outage", OUTAGE, OUTAGE | {"households": 30}, None),
        ("outage", OUTAGE, OUTAGE | {"restored": True}, ("架空市架空町 停電復旧", 0)),
        ("outage", None, OUTAGE | {"restored": True}, None),
        ("warning", None, WARNING, ("架空市 大雨警報", 1)),
        ("warning", WARNING, WARNING | {"level": 5, "name": "大雨特別警報"},
         ("架空市 大雨特別警報", 3)),
        ("warning", WARNING, WARNING, None),
        ("warning", WARNING, WARNING | {"active": False}, ("架空市 大雨警報 解除", 1)),
        ("warning", None, WARNING | {"level": 2}, None),
        ("warning", WARNING | {"level": 2}, WARNING | {"active": False}, None),
        ("shelter_status", None, SHELTER, ("架空市 架空小 避難所を開設", 1)),
        ("shelter_status", SHELTER, SHELTER | {"crowding": "full"},
         ("架空市 架空小 避難所が満員", 2)),
        ("shelter_status", SHELTER, SHELTER | {"opening": "closed"},
         ("架空市 架空小 避難所を閉鎖", 1)),
        ("shelter_status", None, SHELTER | {"opening": "closed"}, None),
        ("boundary", None, {"name": "架空市"}, None),
    ],
)  # fmt: skip
def test_lines(
    label: str, old: dict[str, Any] | None, new: dict[str, Any], line: tuple[str, int] | None
) -> None:
    assert told(label, old, new) == line


def test_many_at_once_are_one_line() -> None:
    changes = [Change(str(i), None, CLOSURE) for i in range(MANY + 1)]
    (line,) = happenings("closure", changes, SCENE)
    assert line.text_ja == f"道路規制 {MANY + 1}件が変わりました"
    assert len(happenings("closure", changes[:-1], SCENE)) == MANY


def test_every_line_says_it_in_english_too_and_has_a_key_of_its_own() -> None:
    changes = [Change(str(i), None, CLOSURE) for i in range(MANY)]
    found = happenings("closure", changes, SCENE)
    assert len({line.dedup for line in found}) == MANY
    assert all(line.text_en.isascii() or "国道" in line.text_en for line in found)

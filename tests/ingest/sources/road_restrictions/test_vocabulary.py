"""The words of road managers."""

import time

import pytest

from ingest.records import RestrictionKind
from ingest.sources.road_restrictions.vocabulary import (
    emergency_only,
    kind_of,
    place_of,
    road_class_of,
    route_of,
    says_lifted,
)


@pytest.mark.parametrize(
    ("content", "detail", "kind"),
    [
        ("全面通行止め", None, "closed"),
        ("全面通行止", None, "closed"),
        ("前面通行止め", None, "closed"),
        ("全面通行止め（緊急車両のみ通行可）", None, "closed"),
        ("片側交互通行止め", None, "alternating"),
        ("片側交互通行規制", None, "alternating"),
        ("対面通行", None, "two_way"),
        ("大型通行止め", None, "closed_large"),
        ("車両通行止め", "２ｔ車まで通行可能", "closed_large"),
        ("車両通行止め", None, "closed"),
        ("その他", "4t車以上通行止\n", "closed_large"),
        ("その他", "車線規制", "lane"),
        ("その他", "道路損壊", "other"),
        ("全面通行止め", "4t車以上通行止", "closed"),
        ("チェーン規制", None, "chains"),
        (None, None, "unknown"),
        ("調査中", None, "unknown"),
    ],
)
def test_kinds(content: str | None, detail: str | None, kind: str) -> None:
    assert kind_of(content, detail) is RestrictionKind(kind)


def test_only_what_has_ended_is_lifted() -> None:
    assert says_lifted("通行止め解除")
    assert says_lifted("規制解除")
    assert not says_lifted("全面通行止め（解除見込み 8/14）")
    assert not says_lifted(None)


def test_emergency_vehicles_only() -> None:
    assert emergency_only("緊急車両のみ通行可")
    assert not emergency_only("全面通行止め")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("高速道路", None), "expressway"),
        (("直轄国道", "３号"), "national"),
        (("補助国道", None), "national"),
        (("都道府県道", None), "prefectural"),
        (("県道・市区町村道", "市道駄原目線"), "municipal"),
        ((None, "県道152号稲生野甲佐線"), "prefectural"),
        ((None, "九州自動車道"), "expressway"),
        ((None, "どこかの道"), None),
    ],
)
def test_classes(words: tuple[str | None, ...], name: str | None) -> None:
    assert road_class_of(*words) == name


def test_spellings_of_a_road_fall_together() -> None:
    assert route_of("国道４４５号") == route_of("445号", "national") == "R445"
    assert route_of("県道152号稲生野甲佐線") == "P152"
    assert route_of("152号", "prefectural") == "P152"
    assert route_of("５７号（北側復旧道路）") == "R57"
    assert route_of("町道金地大多良線") == route_of("金地太多良線")
    assert route_of("E3南九州自動車道（西回り）") == "南九州自動車道"
    assert route_of("市道 宮地第8号線") == "宮地第8号線"
    assert route_of(None) == ""


def test_spellings_of_a_place_fall_together() -> None:
    assert place_of("熊本県八代郡氷川町宮原５４７−３") == place_of("氷川町宮原547-3")
    assert place_of("高千穂町大字向山秋元") == place_of("宮崎県西臼杵郡高千穂町向山秋元")


@pytest.mark.parametrize("piece", ["(", "(a", "第", "県道", "1"])
def test_a_hostile_name_costs_no_more_than_its_length(piece: str) -> None:
    began = time.process_time()
    route_of(piece * 50_000)
    # Processor time, and far from both: linear takes milliseconds, the former way took minutes.
    assert time.process_time() - began < 5.0

"""Reports find their shelter, or make one."""

import pytest

from evac.shelters.matching import Index, Place, distance_m, normal_name

SCHOOL = Place("市立三島小学校", 130.700, 32.800, "三島市")


@pytest.fixture
def index() -> Index:
    made = Index()
    made.add(1, SCHOOL)
    made.add(2, Place("中央公民館", 130.720, 32.810, "三島市"))
    made.add(3, Place("中央公民館", 130.900, 32.900, "別町"))
    return made


def test_names_are_compared_without_width_and_prefix() -> None:
    assert normal_name("　三島 小学校（体育館）") == normal_name("市立三島小学校(体育館)")


def test_distance_is_in_metres() -> None:
    other = Place("x", 130.700, 32.801)
    assert distance_m(SCHOOL, other) == pytest.approx(111.3, abs=0.5)
    assert distance_m(SCHOOL, Place("x", None, None)) is None


def test_the_same_name_nearby_is_the_same_shelter(index: Index) -> None:
    found = index.find(Place("三島小学校", 130.705, 32.802))
    assert found is not None
    assert (found.shelter_id, found.method) == (1, "name_and_place")


def test_the_same_name_far_away_is_another(index: Index) -> None:
    assert index.find(Place("三島小学校", 131.2, 33.2)) is None


def test_a_name_alone_counts_only_when_it_is_unambiguous(index: Index) -> None:
    assert index.find(Place("中央公民館", None, None)) is None
    found = index.find(Place("中央公民館", None, None, "別町"))
    assert found is not None
    assert found.shelter_id == 3


def test_the_same_place_with_a_kindred_name_is_the_same(index: Index) -> None:
    found = index.find(Place("三島小学校体育館", 130.7002, 32.8001))
    assert found is not None
    assert found.method == "place"
    assert index.find(Place("港湾倉庫", 130.7002, 32.8001)) is None

"""Shelters a person should look at."""

from typing import Any

from ingest.records import ShelterRegister
from ingest.sources.shelter_register.doubts import flagged


def shelter(name: str, lon: float | None, lat: float | None, **fields: Any) -> ShelterRegister:
    given = {"key": name, "name": name, "kind": "shelter", "municipality_code": "43202"} | fields
    return ShelterRegister(lon=lon, lat=lat, **given)


TOWN = [shelter(f"{n}", 130.5 + n / 100, 32.5) for n in range(5)]


def flags(*more: ShelterRegister) -> list[tuple[str, ...]]:
    return [item.flags for item in flagged([*TOWN, *more])][len(TOWN) :]


def test_one_that_lies_alone_is_outside_its_town() -> None:
    # 0.2 degrees of longitude are 18.8 km here, 0.1 are 9.4 km.
    assert flags(shelter("far", 130.74, 32.5), shelter("near", 130.44, 32.6)) == [
        ("outside_area",), (),
    ]  # fmt: skip


def test_two_far_together_are_an_island_and_another_town_does_not_count() -> None:
    island = [shelter("a", 131.5, 32.5), shelter("b", 131.51, 32.5)]
    assert flags(*island) == [(), ()]
    other = shelter("c", 131.5, 32.5, municipality_code="43203")
    assert flags(other, shelter("d", 131.5, 32.5)) == [(), ("outside_area",)]


def test_few_shelters_tell_nothing() -> None:
    pair = [shelter("a", 130, 32), shelter("b", 135, 35)]
    assert [item.flags for item in flagged(pair)] == [(), ()]
    assert flagged([]) == []


def test_capacity_and_position() -> None:
    assert flags(
        shelter("x", None, None, capacity=94_250), shelter("y", 130.5, 32.5, capacity=20_000)
    ) == [("implausible_capacity", "no_position"), ()]

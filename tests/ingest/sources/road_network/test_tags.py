"""OpenStreetMap tags in Hinomi's terms."""

import pytest

from ingest.sources.road_network.tags import (
    is_road,
    length_m,
    link_fields,
    oneway_of,
    speed_kmh,
    stands,
    whole,
)


def test_what_is_a_road() -> None:
    assert is_road({"highway": "residential"})
    assert is_road({"highway": "steps"})
    for highway in ("proposed", "construction", "platform", "bus_stop"):
        assert not is_road({"highway": highway})
    for tags in ({"highway": "pedestrian", "area": "yes"}, {}):
        assert not is_road(tags)


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"oneway": "yes"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "reverse"}, -1),
        ({"oneway": "no", "highway": "motorway"}, 0),
        ({"oneway": "reversible"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway_link"}, 0),
        ({"highway": "trunk"}, 0),
    ],
)
def test_directions(tags: dict[str, str], direction: int) -> None:
    assert oneway_of(tags) == direction


@pytest.mark.parametrize(
    ("text", "metres"),
    [("3", 3.0), ("3.5 m", 3.5), ("3,5", 3.5), ("３ｍ", 3.0), ("350 cm", 3.5), ("10 ft", 3.048),
     ("10'6\"", 3.2004), ("wide", None), ("0", None), ("5000", None), ("2;3", None), (None, None)],
)  # fmt: skip
def test_widths(text: str | None, metres: float | None) -> None:
    assert length_m(text) == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    ("text", "speed"),
    [("50", 50.0), ("30 mph", 48.28), ("50 km/h", 50.0), ("JP:urban", 60.0), ("50;40", 40.0),
     ("JP:motorway", 100.0), ("none", None), ("999", None), ("", None), (None, None)],
)  # fmt: skip
def test_speeds(text: str | None, speed: float | None) -> None:
    assert speed_kmh(text) == (None if speed is None else pytest.approx(speed, abs=0.01))


def test_whole_numbers_and_flags() -> None:
    assert [whole(text, 9) for text in ("2", "3;2", "-1", "1.5", "99", "x", None)] == [
        2, 2, -1, None, None, None, None,
    ]  # fmt: skip
    assert stands("yes")
    assert stands("viaduct")
    assert not stands("no")
    assert not stands(None)


def test_the_fields_of_a_link() -> None:
    tags = {"highway": "primary", "name": "Main", "name:ja": "本通り", "ref": "57", "lanes": "0",
            "bridge": "yes", "layer": "1", "foot": "no", "surface": "asphalt",
            "note": "x"}  # fmt: skip
    fields = link_fields(tags)
    assert (fields["road_class"], fields["name"], fields["ref"]) == ("primary", "本通り", "57")
    assert (fields["bridge"], fields["tunnel"], fields["level"]) == (True, False, 1)
    assert fields["lanes"] is None
    assert fields["attributes"] == {"foot": "no", "surface": "asphalt"}

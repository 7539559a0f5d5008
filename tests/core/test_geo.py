"""Zones, meshes, lengths, check digits."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon

from core import geo
from core.errors import InvalidError

# Digits of a mesh code by level; height in minutes of latitude: reference/F F1.
DIGITS = {1: 4, 2: 6, 3: 8, 4: 9, 5: 10, 6: 11}
HEIGHTS = {1: 40.0, 2: 5.0, 3: 0.5, 4: 0.25, 5: 0.125, 6: 0.0625}
TOKYO_STATION = (139.767125, 35.681236)
LON, LAT = st.floats(122, 154), st.floats(20, 46)


def test_tokyo_station_has_its_published_code() -> None:
    assert geo.mesh_code(*TOKYO_STATION, level=4) == "533946113"


@given(lon=LON, lat=LAT, level=st.sampled_from(sorted(DIGITS)))
def test_a_mesh_holds_the_places_it_is_the_code_of(lon: float, lat: float, level: int) -> None:
    code = geo.mesh_code(lon, lat, level)
    assert len(code) == DIGITS[level]
    west, south, east, north = geo.mesh_bounds(code)
    # Codes are made in milliarcseconds: half of one is the rounding.
    slack = 0.5001 / 3_600_000
    assert west - slack <= lon < east + slack
    assert south - slack <= lat < north + slack
    assert (north - south) * 60 == pytest.approx(HEIGHTS[level])
    assert (east - west) == pytest.approx((north - south) * 1.5)


@given(lon=LON, lat=LAT)
def test_a_finer_mesh_lies_in_the_coarser(lon: float, lat: float) -> None:
    codes = [geo.mesh_code(lon, lat, level) for level in DIGITS]
    assert all(fine.startswith(coarse) for coarse, fine in itertools.pairwise(codes))


@given(lon=LON, lat=LAT, level=st.sampled_from(sorted(DIGITS)))
def test_the_middle_of_a_mesh_has_its_code(lon: float, lat: float, level: int) -> None:
    code = geo.mesh_code(lon, lat, level)
    west, south, east, north = geo.mesh_bounds(code)
    assert geo.mesh_code((west + east) / 2, (south + north) / 2, level) == code


@pytest.mark.parametrize(
    "code",
    ["", "533", "53394", "5339461", "533946115", "533946110", "533986", "533948", "5339461111111",
     "53-9", "5339４6", "²³39", "5339\n", "533946113444"],
)  # fmt: skip
def test_what_is_no_mesh_code(code: str) -> None:
    with pytest.raises(InvalidError, match="メッシュコード"):
        geo.mesh_bounds(code)


@pytest.mark.parametrize(
    ("lon", "lat", "level"),
    [(139, -1, 3), (99, 35, 3), (139, 35, 0), (139, 35, 7), (math.nan, 35, 3), (139, math.inf, 3)],
)
def test_no_mesh_code_outside(lon: float, lat: float, level: int) -> None:
    with pytest.raises(geo.OutsideJapanError):
        geo.mesh_code(lon, lat, level)


@pytest.mark.parametrize(
    ("lon", "lat", "zone"),
    [(130.7417, 32.8031, 2), (139.6917, 35.6895, 9), (141.3469, 43.0646, 12),
     (127.6809, 26.2124, 15),
     (136.6256, 36.5947, 7), (135.5023, 34.6937, 6), (133.9350, 34.6617, 5)],
)  # fmt: skip
def test_the_zone_of_a_place(lon: float, lat: float, zone: int) -> None:
    assert geo.plane_zone_at(lon, lat) == zone


@given(lon=LON, lat=LAT)
def test_every_place_in_japan_has_a_zone(lon: float, lat: float) -> None:
    assert geo.in_japan(lon, lat)
    assert 6669 <= geo.zone_epsg(geo.plane_zone_at(lon, lat)) <= 6687


def test_no_zone_outside_japan() -> None:
    with pytest.raises(geo.OutsideJapanError, match="日本の範囲"):
        geo.plane_zone_at(-0.1276, 51.5072)
    with pytest.raises(InvalidError, match="20 系"):
        geo.zone_epsg(20)


def test_every_prefecture_has_a_zone_that_exists() -> None:
    assert sorted(geo.PREFECTURE_ZONES) == [f"{number:02d}" for number in range(1, 48)]
    assert set(geo.PREFECTURE_ZONES.values()) <= set(geo.ZONE_ORIGINS)


@given(lon=st.floats(128, 148), lat=st.floats(24, 46))
def test_there_and_back_again(lon: float, lat: float) -> None:
    target = f"EPSG:{geo.zone_epsg(geo.plane_zone_at(lon, lat))}"
    there = geo.reproject(Point(lon, lat), geo.WGS84, target)
    back = geo.reproject(there, target, geo.WGS84)
    assert back.distance(Point(lon, lat)) < 1e-7


def test_the_axes_are_east_then_north() -> None:
    origin = geo.reproject(Point(131.0, 33.1), geo.WGS84, "EPSG:6670")
    assert abs(origin.x) < 1
    assert origin.y == pytest.approx(11_092, abs=5)


def test_lengths_and_areas_are_metric() -> None:
    # A minute of latitude near 35 degrees is 1,849 m.
    assert geo.length_m(LineString([(139, 35), (139, 35 + 1 / 60)])) == pytest.approx(1849, abs=1)
    west, south, east, north = geo.mesh_bounds("53394611")
    square = Polygon([(west, south), (east, south), (east, north), (west, north)])
    assert 1.0e6 < geo.area_m2(square) < 1.1e6
    assert geo.area_m2(square.reverse()) == pytest.approx(geo.area_m2(square))


@pytest.mark.parametrize(("code", "digit"), [("01100", "2"), ("13101", "6"), ("43100", "1")])
def test_check_digits(code: str, digit: str) -> None:
    assert geo.check_digit(code) == digit


@pytest.mark.parametrize("code", ["", "1310", "131016", "1310x", "１３１０１", "²³100"])
def test_no_check_digit_of_what_is_no_code(code: str) -> None:
    with pytest.raises(InvalidError):
        geo.check_digit(code)


def test_bounds_of_many() -> None:
    points = np.array([Point(130, 32), Point(131, 33.5)])
    assert geo.bounds_of(points) == (130.0, 32.0, 131.0, 33.5)

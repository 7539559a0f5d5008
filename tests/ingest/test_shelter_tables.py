"""Shelter tables in their dialects."""

import json
from typing import Any

import pytest

from ingest.shelter_tables import Row, key_of, municipality_of, rows_of, said
from ingest.source import UnreadableError


def rows(content: bytes) -> list[Row]:
    found = list(rows_of(content))
    assert all(isinstance(row, Row) for row in found)
    return [row for row in found if isinstance(row, Row)]


def test_a_name_stands_under_many_headings() -> None:
    for heading in ("名称", "施設・場所名", "shelter_name", "P20_002"):
        assert said({heading: " 集会所 "}, "name") == "集会所"
    assert said({}, "name") is None


def test_csv_in_cp932_with_wide_digits() -> None:
    (row,) = rows("ID,名称,緯度,経度\nA1,集会所,３２．５,１３０．５\n".encode("cp932"))
    assert row.locator == "row 2"
    assert row.position == (130.5, 32.5)
    assert row.whole


def test_only_a_short_last_row_is_cut_off() -> None:
    found = rows("ID,名称,住所\n1,甲,a\n2,乙\n3,丙,c\n4,丁".encode())
    assert [row.whole for row in found] == [True, True, True, False]


def test_rows_of_a_portal_and_what_is_no_row() -> None:
    found = list(rows_of(json.dumps({"items": [{"name": "甲", "latitude": "32"}, 5]}).encode()))
    assert isinstance(found[0], Row)
    assert found[0].position is None
    assert found[1] == "items[1]"


def feature(properties: dict[str, Any], coordinates: list[Any]) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": point}


def test_points_in_degrees_and_in_a_plane_zone() -> None:
    plain = {"type": "FeatureCollection", "features": [feature({"名称": "甲"}, [130.5, 32.5])]}
    assert rows(json.dumps(plain).encode())[0].position == (130.5, 32.5)
    # The origin of zone VII is 36 N, 137°10' E: reference/F-meshes-crs-addresses.md F2.
    zone = plain | {
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6675"}},
        "features": [feature({"名称": "甲"}, [0.0, 0.0]), feature({"名称": "乙"}, ["x", None])],
    }
    first, second = rows(json.dumps(zone).encode())
    assert first.position is not None
    assert first.position == pytest.approx((137 + 1 / 6, 36.0), abs=1e-9)
    assert second.position is None


def test_files_without_any_shelter() -> None:
    assert rows(b'{"type":"unavailable"}') == []
    for other in (b"a,b\n1,2\n", b"{}", b"", b"\xff\xfe\xff"):
        with pytest.raises(UnreadableError):
            list(rows_of(other))


def test_municipality_by_code_name_or_common_id() -> None:
    assert municipality_of({"municipalityCd": "431001", "municipalityName": "甲市"}) == (
        "43100",
        "甲市",
    )
    assert municipality_of({"都道府県名及び市町村名": "石川県七尾市"}) == (None, "七尾市")
    assert municipality_of({"共通ID": "E4320400025111"}) == ("43204", None)
    assert municipality_of({}) == (None, None)


def test_keys_are_the_same_in_register_and_report() -> None:
    assert key_of({"共通ID": "E4320400025111", "NO": "7"}) == "E4320400025111"
    assert key_of({"facilityId": "35"}) == key_of({"portal_shelter_id": "35"}) == "portal:35"
    assert key_of({"ID": "C1", "所在地_市区町村": "甲市"}) == "甲市:C1"
    unnumbered = key_of({"名称": "集会所", "住所": "一丁目１", "市区町村名": "甲市"})
    assert unnumbered == key_of({"名称": "集会所　", "住所": "一丁目1", "市区町村名": "甲市"})
    assert key_of({"住所": "一丁目"}) is None

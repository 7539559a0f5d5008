"""One row of a register at a time."""

from typing import Any

import pytest

from ingest.reading import Position
from ingest.shelter_tables import Row
from ingest.sources.shelter_register.register import hazards_of, kind_of, marked, shelter_of


@pytest.mark.parametrize("value", ["1", "1.0", 1, True, "○", "◯", "有", "TRUE"])
def test_flags_that_are_set(value: object) -> None:
    assert marked(value)


@pytest.mark.parametrize("value", ["0", "", None, 0, False, "×", "無", "-"])
def test_flags_that_are_not(value: object) -> None:
    assert not marked(value)


def test_hazards_of_the_columns_there_are() -> None:
    assert hazards_of({"洪水": "1", "津波": "", "大規模な火事": None}) == {
        "flood": True, "tsunami": False, "fire": False,
    }  # fmt: skip
    assert hazards_of({"名称": "甲"}) == {}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"designatedEvacShFlg": "1", "edesignatedEvacShFlg": "1"}, "both"),
        ({"designatedEvacShFlg": "1", "edesignatedEvacShFlg": "0"}, "shelter"),
        ({"designatedEvacShFlg": "0", "edesignatedEvacShFlg": "1"}, "evacuation_site"),
        ({"designatedEvacShFlg": "0", "edesignatedEvacShFlg": "0"}, "other"),
        ({"受入対象者": "", "指定緊急避難場所との住所同一": ""}, "shelter"),
        ({"受入対象者": "", "指定緊急避難場所との住所同一": "1"}, "both"),
        ({"洪水": "1"}, "evacuation_site"),
        ({"洪水": "1", "指定避難所との住所同一": "1"}, "both"),
        ({"P20_004": "指定避難所", "P20_009": 1}, "shelter"),
        ({"POIコード": "1"}, "other"),
    ],
)
def test_kinds(cells: dict[str, Any], kind: str) -> None:
    assert kind_of(cells, hazards_of(cells)) == kind


def test_a_row_of_the_municipal_standard() -> None:
    cells = {
        "ID": "C1", "名称": "甲集会所", "名称_カナ": "コウ",
        "所在地_全国地方公共団体コード": "172022",
        "所在地_連結表記": "乙市一丁目", "所在地_市区町村": "乙市", "標高": "2.7",
        "災害種別_洪水": "1.0", "想定収容人数": "屋内30人／屋外0人", "備考": "鍵は区長",
    }  # fmt: skip
    found = shelter_of(Row("row 2", cells, Position(136.9, 37.0)))
    assert found is not None
    assert (found.key, found.name, found.kana) == ("乙市:C1", "甲集会所", "コウ")
    assert (found.lon, found.lat, found.municipality_code) == (136.9, 37.0, "17202")
    assert (found.capacity, found.capacity_text) == (30, "屋内30人／屋外0人")
    assert found.hazards == {"flood": True}
    assert found.attributes == {
        "標高": "2.7", "備考": "鍵は区長", "capacity_indoors": 30, "capacity_outdoors": 0,
    }  # fmt: skip


def test_a_position_outside_japan_is_kept_as_a_remark() -> None:
    found = shelter_of(Row("row 2", {"名称": "甲", "緯度": "999", "経度": "130"}, None))
    assert found is not None
    assert (found.lon, found.lat) == (None, None)
    assert found.attributes == {"position_given": "999, 130"}


def test_a_row_without_a_name() -> None:
    assert shelter_of(Row("row 2", {"ID": "C1"}, None)) is None

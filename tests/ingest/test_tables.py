"""Each kind of record becomes a row of its table, column by column."""

from datetime import timedelta

import pytest
from shapely import LineString, Polygon
from shapely.geometry import MultiPolygon

from core.db.base import Base
from ingest.records import (
    Boundary,
    RoadLink,
    ShelterOpening,
    ShelterRegister,
    ShelterStatus,
    WarningReport,
)
from ingest.tables import FORMS, Told
from tests.town import NOON

TOLD = Told("x", NOON, NOON + timedelta(seconds=1), 7)
LINE = LineString([(140, 30, 5), (140, 30.01, 6)])


@pytest.mark.parametrize("label", FORMS)
def test_columns_exist(label: str) -> None:
    form = FORMS[label]
    known = set(Base.metadata.tables[form.table.name].columns.keys())
    assert set(form.table.all_columns) <= known
    assert set(form.watched) <= set(form.table.columns)
    assert set(form.ended or {}) <= set(form.table.columns)


def test_a_register_and_a_status_of_one_key_are_two_rows() -> None:
    register = FORMS["shelter"].row(
        ShelterRegister(key="1", name="架空小", kind="both", lon=None, lat=30.0,
                        flags=("no_position",)), TOLD
    )  # fmt: skip
    status = FORMS["shelter_status"].row(
        ShelterStatus(key="1", name="架空小", opening=ShelterOpening.OPEN, observed_at=NOON,
                      lon=140.0, lat=30.0), TOLD
    )  # fmt: skip
    assert (register["key"], status["key"]) == ("register:1", "status:1")
    assert register["geom"] is None
    assert register["flags"] == {"no_position": True}
    assert status["geom"].x == 140.0
    for row in (register, status):
        assert set(row) == set(FORMS["shelter"].table.all_columns)


@pytest.mark.parametrize(
    ("active", "info_type", "wanted"),
    [(True, "発表", True), (True, "取消", False), (False, "発表", False)],
)
def test_a_withdrawn_warning_warns_of_nothing(active: bool, info_type: str, wanted: bool) -> None:
    report = WarningReport(
        key="w", telegram="VPWW55", phenomenon="heavy_rain", area_code="9920100",
        area_name="架空市", municipality_code="99201", code="03", name="大雨警報", level=3,
        active=active, issued_at=NOON, status="通常", info_type=info_type, attributes={"a": 1},
    )  # fmt: skip
    row = FORMS["warning"].row(report, TOLD)
    assert row["active"] is wanted
    assert row["attributes"] == {
        "a": 1, "status": "通常", "info_type": info_type, "event_id": None}  # fmt: skip


def test_a_boundary_is_always_of_many_polygons() -> None:
    square = Polygon([(140, 30), (141, 30), (141, 31), (140, 30)])
    for shape in (square, MultiPolygon([square])):
        told = Boundary(key="99201", name="架空市", prefecture="架空県", geometry=shape)
        assert FORMS["boundary"].row(told, TOLD)["geom"].geom_type == "MultiPolygon"


def test_a_link_is_flat_and_measured() -> None:
    row = FORMS["road_link"].row(RoadLink(key="a", geometry=LINE), TOLD)
    assert not row["geom"].has_z
    assert row["length_m"] == pytest.approx(1108.6, abs=0.5)
    assert row["observed_at"] == NOON, "without a time of its own: when it was told"
    passed = RoadLink(key="a", geometry=LINE, passed_at=NOON - timedelta(hours=1))
    assert FORMS["road_link"].row(passed, TOLD)["observed_at"] == NOON - timedelta(hours=1)

"""GeoDataFrames for analysis."""

from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy.orm import Session

from layers import frames


def test_roads(session: Session, scene: Any) -> None:
    scene.road("a", "152 30, 152.1 30.1", lanes=2, passed_at=scene.ago(10))
    scene.road("b", "152 31, 152.1 31.1")
    found = frames.roads(session)
    assert list(found["key"]) == ["a", "b"]
    assert found.crs.to_epsg() == 4326
    assert found.geometry.iloc[0].coords[0] == (152.0, 30.0)
    assert found["lanes"].tolist() == [2, pd.NA]
    assert str(found["passed_at"].dt.tz) == "UTC"
    assert pd.isna(found["passed_at"].iloc[1])


def test_shelters_keep_unknown_apart_from_zero(session: Session, scene: Any) -> None:
    scene.shelter("小学校", capacity=200, state={"headcount": 0})
    scene.shelter("集会所", geom=None)
    found = frames.shelters(session)
    assert found["headcount"].tolist() == [0, pd.NA]
    assert found["opening"].iloc[0] == "open"
    assert found.geometry.iloc[1] is None


def test_restrictions_at_a_time(session: Session, scene: Any, now: datetime) -> None:
    scene.restriction("stands", started_at=scene.ago(90))
    scene.restriction("ended", started_at=scene.ago(90), ended_at=scene.ago(30))
    scene.restriction("lifted", lifted=True)
    assert list(frames.restrictions(session, now)["key"]) == ["stands"]
    assert set(frames.restrictions(session, scene.ago(60))["key"]) == {"stands", "ended"}


@pytest.mark.parametrize("make", [frames.roads, frames.shelters])
def test_an_empty_frame_has_its_columns(session: Session, make: Any) -> None:
    found = make(session)
    assert len(found) == 0
    assert {"id", "geometry"} <= set(found.columns)

"""Road restrictions."""

from datetime import timedelta

import orjson
import pytest

from drill.feeds.restrictions import SHOWN_LIFTED, RestrictionFeed
from drill.island.build import Island
from drill.island.timeline import START, STEP, STEPS, time_of


def listed(island: Island, step: int) -> list[dict[str, str]]:
    answer = RestrictionFeed(island).answer("dourokisei.geojson", time_of(step), "")
    return [feature["properties"] for feature in orjson.loads(answer.content)["features"]]


def test_nothing_before_the_storm(island: Island) -> None:
    assert listed(island, 0) == []


def test_a_closure_appears_eases_is_lifted_and_goes(island: Island) -> None:
    closures = island.closures
    index = next(i for i in range(len(closures.edge)) if closures.partly[i] < STEPS - 1)
    place = str(closures.place_from[index])

    def row(step: int) -> dict[str, str] | None:
        return next((r for r in listed(island, step) if r["始点住所"].endswith(place)), None)

    assert row(int(closures.start[index]) - 1) is None
    closed = row(int(closures.start[index]))
    assert closed is not None
    assert closed["規制開始_内容"] == "全面通行止"
    assert closed["備考"] == "訓練"
    eased = row(int(closures.partly[index]))
    assert eased is not None
    assert eased["規制変更_内容"] == "片側交互通行"


def test_lifted_closures_stay_a_while_in_grey(island: Island) -> None:
    closures = island.closures
    index = next(i for i in range(len(closures.edge)) if closures.end[i] + SHOWN_LIFTED < STEPS)
    end, place = int(closures.end[index]), str(closures.place_from[index])
    lifted = [r for r in listed(island, end) if r["始点住所"].endswith(place)]
    assert lifted[0]["規制変更_内容"] == "通行止め解除"
    assert lifted[0]["_color"] == "#999999"
    gone = listed(island, end + SHOWN_LIFTED)
    assert all(not r["始点住所"].endswith(place) for r in gone)


@pytest.mark.parametrize("path", ["latest.zip", "", "dourokisei.geojson/"])
def test_other_paths(island: Island, path: str) -> None:
    assert RestrictionFeed(island).answer(path, START, "").status == 404


def test_the_list_is_dated_to_the_ten_minutes(island: Island) -> None:
    at = START + timedelta(hours=14, minutes=7)
    answer = RestrictionFeed(island).answer("dourokisei.geojson", at, "")
    assert answer.last_modified == at.replace(minute=0)
    assert timedelta(minutes=10) == STEP

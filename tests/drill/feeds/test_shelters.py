"""Shelter registers and status."""

import csv
import io

import numpy as np
import orjson

from drill.feeds.shelters import ShelterRegisterFeed, ShelterStatusFeed
from drill.island.build import Island
from drill.island.timeline import START, time_of


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_registers_list_the_same_shelters(island: Island) -> None:
    feed = ShelterRegisterFeed(island)
    shelters, sites, town = (
        rows(feed.answer(path, START, "").content)
        for path in ("mergeFromCity_1.csv", "mergeFromCity_2.csv", "shelters.csv")
    )
    names = island.refuges.name.tolist()
    assert [row["施設・場所名"] for row in shelters] == names
    assert [row["施設・場所名"] for row in sites] == names
    assert [row["名称"] for row in town] == names
    assert [row["緯度"] for row in town] == [row["緯度"] for row in sites]
    assert sum(row["想定収容人数"] != "" for row in town) == (island.refuges.capacity > 0).sum()
    assert all(row["備考"] == "訓練" for row in shelters)
    assert feed.answer("mergeFromCity_3.csv", START, "").status == 404


def test_the_portal_follows_openings_and_crowding(island: Island) -> None:
    feed, refuges = ShelterStatusFeed(island), island.refuges
    shelter = int(np.flatnonzero((refuges.opened >= 0) & (refuges.capacity > 0))[0])

    def item(step: int) -> dict[str, object]:
        content = orjson.loads(feed.answer("shelter.json", time_of(step), "").content)
        assert content["total"] == len(refuges.name)
        found: dict[str, object] = content["items"][shelter]
        return found

    opened, closed = int(refuges.opened[shelter]), int(refuges.closed[shelter])
    assert item(opened - 1)["shelterStartTimestamp"] == ""
    assert item(opened)["shelterStartTimestamp"] == f"{time_of(opened):%Y-%m-%d %H:%M:%S}"
    assert item(opened)["crowdedStatus"] in {"1", "2", "3"}
    if closed < len(refuges.heads):
        assert item(closed)["shelterEndTimestamp"] != ""
        assert item(closed)["crowdedStatus"] is None


def test_an_unknown_capacity_has_unknown_crowding(island: Island) -> None:
    refuges = island.refuges
    unknown = np.flatnonzero((refuges.capacity == 0) & (refuges.opened >= 0))
    feed = ShelterStatusFeed(island)
    for shelter in unknown:
        at = time_of(int(refuges.opened[shelter]))
        items = orjson.loads(feed.answer("shelter.json", at, "").content)["items"]
        assert items[shelter]["crowdedStatus"] == "9"
    assert feed.answer("elsewhere.csv", START, "").status == 404

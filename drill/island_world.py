"""The island as a world that can be played: its feeds under one door."""

from datetime import datetime, timedelta
from typing import Protocol

from drill.answer import DrillIncident, FeedAnswer, not_found
from drill.feeds.amedas import AmedasFeed
from drill.feeds.boundaries import BoundaryFeed
from drill.feeds.power import PowerFeed
from drill.feeds.restrictions import RestrictionFeed
from drill.feeds.rivers import RiverFeed
from drill.feeds.roads import RoadNetworkFeed
from drill.feeds.shelters import ShelterRegisterFeed, ShelterStatusFeed
from drill.feeds.warnings import WarningFeed
from drill.island.build import Island
from drill.island.timeline import START


class Feed(Protocol):
    """Answers of one source."""

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return what the source says at a world time; `base` is its own address."""


class IslandWorld:
    """The storm of July 2026 on 火見島."""

    title = "火見県 豪雨【訓練】"
    start = START
    end = START + timedelta(hours=36)

    def __init__(self, island: Island) -> None:
        self.island = island
        self._feeds: dict[str, Feed] = {
            "jma_amedas": AmedasFeed(island),
            "jma_xml": WarningFeed(island),
            "river_levels": RiverFeed(island),
            "road_restrictions": RestrictionFeed(island),
            "road_network": RoadNetworkFeed(island),
            "shelter_register": ShelterRegisterFeed(island),
            "shelter_status": ShelterStatusFeed(island),
            "boundaries": BoundaryFeed(island),
            "power_hokuriku": PowerFeed(island),
        }

    @property
    def incident(self) -> DrillIncident:
        """Return the storm."""
        return DrillIncident(
            name="令和8年7月 火見県豪雨【訓練】", kind="heavy_rain", started_at=START
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north of the island's frame in degrees."""
        return self.island.grid.bounds

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the sources the island plays."""
        return tuple(self._feeds)

    def answer(self, source: str, path: str, at: datetime, base: str = "") -> FeedAnswer:
        """Return what a source answers; 404 for what it does not publish."""
        feed = self._feeds.get(source)
        return not_found(path) if feed is None else feed.answer(path, at, base.rstrip("/"))

"""The hourly list of opened shelters, read by the real adapter."""

from datetime import timedelta

import numpy as np

from drill.feeds.opened import OpenedFeed
from drill.feeds.registered import Register
from drill.island.build import Island
from drill.island.timeline import START
from ingest.records import Complete, ShelterStatus
from ingest.source import Payload
from ingest.sources.shelter_status.parse import parse


def test_people_are_counted_at_the_full_hour(island: Island) -> None:
    at = START + timedelta(hours=18, minutes=25)
    answer = OpenedFeed(Register(island)).answer(at)
    payload = Payload(name="opened.csv", content=answer.content, fetched_at=at)
    items = list(parse(payload))
    told = [item for item in items if isinstance(item, ShelterStatus)]
    assert told
    assert len(told) == len(items) - sum(isinstance(item, Complete) for item in items)
    assert {item.observed_at for item in told} == {START + timedelta(hours=18)}
    assert sum(item.headcount or 0 for item in told) > 0
    assert any(isinstance(item, Complete) for item in items)


def test_before_anything_opens_the_list_is_empty(island: Island) -> None:
    answer = OpenedFeed(Register(island)).answer(START - timedelta(hours=20))
    assert answer.content.count(b"\r\n") == 1
    assert np.all(island.refuges.opened != 0)

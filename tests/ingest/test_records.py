"""Records between parsers and the pipeline."""

import dataclasses
from typing import get_args

import pytest

from ingest import records
from ingest.records import Item, Observation
from ingest.tables import FORMS
from tests.town import NOON


def test_every_kind_has_a_label_of_its_own() -> None:
    labels = [kind.label for kind in get_args(Item)]
    assert len(set(labels)) == len(labels)


def test_every_reported_kind_has_a_table() -> None:
    fast = {"station", "observation", "complete", "rejected"}
    assert {kind.label for kind in get_args(Item)} - fast == set(FORMS)


def test_an_observation_is_a_tuple_whose_label_is_no_field() -> None:
    told = Observation("a", "water_level", NOON, 1.5)
    assert told == ("a", "water_level", NOON, 1.5, 0)
    assert told.label == Observation.label == "observation"
    assert "label" not in told._fields


def test_records_are_frozen() -> None:
    record = records.Complete(kind="outage", observed_at=NOON)
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.kind = "closure"  # type: ignore[misc]

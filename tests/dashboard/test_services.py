"""The records pages receive cannot be changed by a page."""

from dataclasses import FrozenInstanceError, fields

import pytest

from dashboard import services
from dashboard.services import Services


def test_services_are_frozen(services: Services) -> None:
    with pytest.raises(FrozenInstanceError):
        services.drill = True  # type: ignore[misc]


def test_every_record_is_frozen_and_documented() -> None:
    records = [
        value
        for value in vars(services).values()
        if isinstance(value, type) and hasattr(value, "__dataclass_fields__")
    ]
    assert len(records) >= 10
    for record in records:
        assert record.__dataclass_params__.frozen
        assert record.__doc__
        assert fields(record)

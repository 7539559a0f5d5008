"""What all lists of shelters share."""

from drill.feeds.registered import Register
from drill.island.build import Island
from drill.island.towns import PREFECTURE


def test_every_shelter_has_an_address_in_its_town(island: Island) -> None:
    register = Register(island)
    assert len(register.address) == len(island.refuges.code)
    for town, address in zip(register.town, register.address, strict=True):
        assert address.startswith(PREFECTURE)
        assert town in address


def test_hazards_are_marks(island: Island) -> None:
    assert set(Register(island).hazards(0)) <= {"", "1"}

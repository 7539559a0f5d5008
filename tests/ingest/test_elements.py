"""Every element has one unit and a Japanese name."""

from ingest.elements import ELEMENTS


def test_elements_are_found_by_their_code() -> None:
    assert all(element.code == code for code, element in ELEMENTS.items())
    assert {"precipitation_1h", "precipitation_10m", "water_level", "temperature"} <= set(ELEMENTS)


def test_names_and_units_are_said() -> None:
    assert all(element.unit and element.name for element in ELEMENTS.values())
    names = [element.name for element in ELEMENTS.values()]
    assert len(set(names)) == len(names)
    assert ELEMENTS["water_level"].unit == "m"
    assert ELEMENTS["precipitation_1h"].unit == "mm"

"""Columns of the tables beside the map, one set per layer."""

from typing import Any

from dashboard.i18n import Words

Column = dict[str, Any]
STATES = ("live", "late", "silent", "never")


def text(word: Words, key: str, field: str, width: int = 120) -> Column:
    """Return a column of text."""
    return {"headerName": word(key), "field": field, "minWidth": width, "tooltipField": field}


def number(word: Words, key: str, field: str, digits: int) -> Column:
    """Return a right-aligned column of numbers; what is missing is said, never shown as zero."""
    return {
        "headerName": word(key),
        "field": field,
        "type": "rightAligned",
        "minWidth": 84,
        "filter": "agNumberColumnFilter",
        "valueFormatter": {"function": f"hinomiNumber(params, {digits})"},
    }


def coded(word: Words, key: str, field: str, prefix: str, codes: tuple[str, ...]) -> Column:
    """Return a column whose codes are shown as words."""
    return {
        "headerName": word(key),
        "field": field,
        "minWidth": 96,
        "refData": {code: word(f"{prefix}{code}") for code in codes},
    }


def moment(word: Words, key: str, field: str) -> Column:
    """Return a column of times in Japan time."""
    return {
        "headerName": word(key),
        "field": field,
        "minWidth": 96,
        "valueFormatter": {"function": "hinomiTime(params)"},
    }


def name(word: Words) -> Column:
    """Return the column with the name."""
    return {**text(word, "col_name", "name", 150), "pinned": "left"}


def age(word: Words) -> Column:
    """Return the column with the age of the value and the sign of its state."""
    return {
        "headerName": word("col_age"),
        "field": "observed_at",
        "minWidth": 128,
        "valueFormatter": {"function": "hinomiAge(params)"},
        "cellClass": "age",
        # As rules, not as one class: the grid takes rules back when a value changes.
        "cellClassRules": {f"age-{state}": f"hinomiIsState(params, '{state}')" for state in STATES},
    }


def level(word: Words) -> Column:
    """Return the column with the alert level in its official colour and its number."""
    return {
        **number(word, "col_level", "level", 0),
        "type": None,
        "sort": "desc",
        "minWidth": 88,
        "maxWidth": 110,
        "headerClass": "centred",
        "cellClass": "level-cell",
        "cellClassRules": {f"level-{n}": f"hinomiIsLevel(params, {n})" for n in range(1, 6)},
    }


def rain(word: Words) -> list[Column]:
    """Return the columns of rain gauges."""
    hour = {**number(word, "rain_1h", "value", 1), "sort": "desc"}
    return [name(word), hour, number(word, "col_10m", "value_10m", 1), age(word)]


def rivers(word: Words) -> list[Column]:
    """Return the columns of river gauges."""
    trend = {
        **text(word, "col_trend", "trend", 70),
        "headerClass": "centred",
        "cellClass": "centred",
        "maxWidth": 100,
        "refData": {"1": "↑", "0": "→", "-1": "↓"},
        "tooltipField": None,
    }
    return [
        name(word), text(word, "col_river", "river"), level(word),
        number(word, "water_level", "value", 2), trend, age(word),
    ]  # fmt: skip


def closures(word: Words) -> list[Column]:
    """Return the columns of closures."""
    kinds = (
        "closed",
        "closed_large",
        "chains",
        "lane",
        "alternating",
        "two_way",
        "other",
        "unknown",
    )
    return [
        {**text(word, "col_road", "road_name", 130), "pinned": "left"},
        coded(word, "col_kind", "kind", "restriction_", kinds),
        text(word, "col_place", "place", 160), text(word, "col_reason", "reason"),
        moment(word, "col_started", "started_at"), age(word),
    ]  # fmt: skip


def shelters(word: Words) -> list[Column]:
    """Return the columns of shelters."""
    opening = ("open", "permanent", "not_open", "closed", "unknown")
    crowding = ("empty", "slightly", "crowded", "full")
    return [
        name(word), text(word, "col_municipality", "municipality"),
        {**coded(word, "col_opening", "opening", "opening_", opening), "sort": "desc"},
        coded(word, "col_crowding", "crowding", "crowding_", crowding),
        number(word, "col_headcount", "headcount", 0), number(word, "col_capacity", "capacity", 0),
        age(word),
    ]  # fmt: skip


def outages(word: Words) -> list[Column]:
    """Return the columns of power cuts."""
    households = {
        **number(word, "col_households", "households", 0),
        "sort": "desc",
        "valueFormatter": {"function": "hinomiHouseholds(params)"},
    }
    return [name(word), households, number(word, "col_areas", "areas", 0), age(word)]


def warnings(word: Words) -> list[Column]:
    """Return the columns of weather warnings per municipality."""
    names = {
        **text(word, "col_warnings", "names", 220),
        "tooltipField": None,
        "valueFormatter": {"function": "hinomiList(params)"},
    }
    return [name(word), level(word), names, age(word)]


TABLE_LAYERS = {
    "rivers": rivers,
    "rain": rain,
    "closures": closures,
    "shelters": shelters,
    "outages": outages,
    "warnings": warnings,
}
"""Layers that have a table, with the function that names its columns."""


def columns(layer: str, word: Words) -> list[Column]:
    """Return the columns of a layer's table; none for a layer without one."""
    build = TABLE_LAYERS.get(layer)
    return build(word) if build else []

"""The wall's numbers, counted from the layers themselves so that map and cards never disagree.

Zero, none and unknown are three things: a count is 0, what nobody said is None, and `cards` says
of every number whether anybody who could tell it is reporting at all. A gauge that is silent keeps
its last value on the map but counts here as silent alone, never as over a threshold.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

Properties: TypeAlias = Mapping[str, Any]
Features: TypeAlias = Sequence[Mapping[str, Any]]

QUIET = frozenset({"silent", "never"})
OPEN = frozenset({"open", "permanent"})
CLOSED = frozenset({"closed", "closed_large"})
LAST_HOUR = timedelta(hours=1)
WORST = 4
"""How many of the worst are named."""
HEAVY_RAIN = 30.0
"""mm/h from which rain is 激しい (reference/C-levels-colours-tiles.md C3)."""
WORKER_SILENT_AFTER_S = 30
"""The worker beats far more often than this."""
CARDS = {
    "alerts": "warnings",
    "shelters": "shelters",
    "closures": "closures",
    "rivers": "rivers",
    "outages": "outages",
    "rain": "rain",
}
"""The layer each card counts."""
REGISTERS = frozenset({"shelter_register"})
"""Sources that say what exists, never how it is: they keep no card alive."""
FRESHEST = ("ok", "failing", "late", "silent")
"""States of a source that has told something, best first."""


def summary(layers: Mapping[str, Features], now: datetime) -> dict[str, Any]:
    """Return the numbers of the cards from the features of each layer at a world time."""
    of = {name: [f["properties"] for f in features] for name, features in layers.items()}
    return {
        "alerts": alerts(of.get("warnings", [])),
        "shelters": shelters(of.get("shelters", []), now),
        "closures": closures(of.get("closures", []), now),
        "rivers": rivers(of.get("rivers", [])),
        "outages": outages(of.get("outages", [])),
        "rain": rain(of.get("rain", [])),
    }


def cards(
    feeds: Mapping[str, Sequence[str]], sources: Iterable[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return how the sources of each card are doing: the freshest of them speaks for it.

    `feeds` names the sources of each layer, `sources` is what `freshness.reports` returns. State is
    `off` when all are switched off, `never` when none that is on ever told anything.
    """
    every = {str(one["source"]): one for one in sources}
    return {
        card: _card([every[name] for name in feeds.get(layer, ()) if name in every])
        for card, layer in CARDS.items()
    }


def _card(sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    telling = [one for one in sources if one["source"] not in REGISTERS]
    on = [one for one in telling if one["state"] != "off"]
    told = [one for one in on if one["last_success_at"] is not None]
    if not told:
        return {"state": "never" if on or not telling else "off", "last_success_at": None}
    best = min(told, key=lambda one: (FRESHEST.index(one["state"]), one["age_s"]))
    return {"state": best["state"], "last_success_at": best["last_success_at"]}


def alerts(places: Iterable[Properties]) -> list[dict[str, Any]]:
    """Return alert levels 5 to 2, each with its municipalities."""
    named: dict[int, list[str]] = {level: [] for level in (5, 4, 3, 2)}
    for place in places:
        if place.get("level") in named:
            named[place["level"]].append(str(place["name"]))
    return [
        {"level": level, "count": len(names), "names": sorted(names)}
        for level, names in named.items()
    ]


def shelters(all_shelters: Iterable[Properties], now: datetime) -> dict[str, Any]:
    """Return open shelters, people in them, crowding and the room that is known of."""
    standing = [s for s in all_shelters if s.get("opening") in OPEN]
    counted = [s for s in standing if s.get("headcount") is not None]
    room = [
        max(0, s["capacity"] - s["headcount"]) for s in counted if s.get("capacity") is not None
    ]
    crowding = Counter(s.get("crowding") or "unknown" for s in standing)
    return {
        "open": len(standing),
        "people": sum(s["headcount"] for s in counted) if counted else None,
        "people_unknown": len(standing) - len(counted),
        "room": sum(room) if room else None,
        "crowding": {
            name: crowding[name] for name in ("empty", "slightly", "crowded", "full", "unknown")
        },
        "opened_1h": sum(1 for s in standing if _within(s.get("opened_at"), now)),
    }


def closures(restrictions: Iterable[Properties], now: datetime) -> dict[str, Any]:
    """Return closed stretches, other restrictions, and what began in the last hour."""
    every = list(restrictions)
    closed = [r for r in every if r.get("kind") in CLOSED]
    newest = sorted(closed, key=lambda r: str(r.get("started_at") or ""), reverse=True)
    return {
        "count": len(closed),
        "restricted": sum(1 for r in every if r.get("kind") not in {*CLOSED, "unknown"}),
        "unknown": sum(1 for r in every if r.get("kind") == "unknown"),
        "begun_1h": sum(1 for r in closed if _within(r.get("started_at"), now)),
        "newest": [
            {name: r.get(name) for name in ("id", "road_name", "place", "reason", "started_at")}
            for r in newest[:WORST]
        ],
    }


def rivers(gauges: Iterable[Properties]) -> dict[str, Any]:
    """Return gauges by level 0 to 5 and the worst ones; silent gauges stand apart."""
    every = list(gauges)
    heard = [g for g in every if g.get("state") not in QUIET and g.get("level") is not None]
    by_level = Counter(int(g["level"]) for g in heard)
    worst = sorted(
        (g for g in heard if g["level"] >= 2),  # noqa: PLR2004 - 氾濫注意水位, C2
        key=lambda g: (g["level"], g.get("trend") or 0, g.get("value") or 0),
        reverse=True,
    )
    return {
        "levels": {str(level): by_level[level] for level in range(6)},
        "silent": sum(1 for g in every if g.get("state") in QUIET),
        "total": len(every),
        "top": [
            {k: g.get(k) for k in ("id", "name", "river", "level", "value", "trend")}
            for g in worst[:WORST]
        ],
    }


def outages(places: Iterable[Properties]) -> dict[str, Any]:
    """Return households without power; `qualifier` keeps 約 and 未満 as the sources said them."""
    every = list(places)
    known = [p for p in every if p.get("households") is not None]
    out = sorted((p for p in known if p["households"] > 0), key=lambda p: -p["households"])
    told = {str(p.get("qualifier") or "exact") for p in out}
    return {
        "households": sum(p["households"] for p in out) if known or not every else None,
        "qualifier": told.pop() if len(told) == 1 else ("about" if told else "exact"),
        "places": len(out),
        "unknown": len(every) - len(known),
        "worst": [{"name": p["name"], "households": p["households"]} for p in out[:WORST]],
    }


def rain(gauges: Iterable[Properties]) -> dict[str, Any]:
    """Return the heaviest rain now (mm/h), and how many gauges report heavy rain or nothing."""
    every = list(gauges)
    heard = [g for g in every if g.get("state") not in QUIET and g.get("value") is not None]
    top = max(heard, key=lambda g: float(g["value"]), default=None)
    return {
        "value": None if top is None else top["value"],
        "name": None if top is None else top["name"],
        "id": None if top is None else top["id"],
        "heavy": sum(1 for g in heard if g["value"] >= HEAVY_RAIN),
        "silent": sum(1 for g in every if g.get("state") in QUIET),
        "total": len(every),
    }


def worker(beat_at: datetime | None, now: datetime) -> dict[str, Any]:
    """Return whether a worker lives, from its newest heartbeat; both times real."""
    if beat_at is None:
        return {"state": "never", "age_s": None}
    age = max(0, int((now - beat_at).total_seconds()))
    return {"state": "silent" if age > WORKER_SILENT_AFTER_S else "ok", "age_s": age}


def _within(moment: str | None, now: datetime) -> bool:
    """Tell whether an ISO time lies in the last hour."""
    if not moment:
        return False
    return now - LAST_HOUR <= datetime.fromisoformat(moment) <= now

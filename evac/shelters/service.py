"""Reports become shelters: registers describe them, status reports say how they are now."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.auth.policy import Action, require
from core.clock import world
from evac.shelters import repository
from evac.shelters.crowding import crowding_of
from evac.shelters.matching import Index, Match, Place

_DESCRIBED = ("name", "kana", "address", "municipality_code", "municipality_name", "geom",
              "capacity", "capacity_text", "hazards", "flags")  # fmt: skip


def update_shelters(session: Session, actor: Actor) -> int:
    """Bring shelters and their states to what has been reported; return how many reports."""
    require(actor, Action.SEE_MAP)
    rows = repository.reports(session)
    linked = _link(session, rows)
    _describe(session, rows, linked)
    _set_states(session, rows, linked)
    return len(rows)


def _place(row: Any) -> Place:  # noqa: ANN401 - a result row
    report = row.ShelterReport
    town = report.municipality_name or report.municipality_code
    return Place(report.name, row.lon, row.lat, town)


def _link(session: Session, rows: Sequence[Any]) -> dict[tuple[str, str], int]:
    """Return shelter ids by report; reports that fit nowhere make shelters of their own."""
    linked = repository.links(session)
    index = Index()
    for known in repository.shelter_places(session):
        index.add(known.id, Place(known.name, known.lon, known.lat, known.municipality))
    # A status feed and a register of the same office use the same key.
    bare = {key.partition(":")[2]: shelter for (_, key), shelter in linked.items()}
    new: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    for row in rows:
        report = row.ShelterReport
        if (report.source, report.key) in linked:
            continue
        match = _by_key(row, bare, index) or index.find(_place(row)) or _draft(row, index, new)
        linked[report.source, report.key] = match.shelter_id
        bare.setdefault(report.key.partition(":")[2], match.shelter_id)
        added.append({"shelter_id": match.shelter_id, "source": report.source,
                      "key": report.key, "method": match.method})  # fmt: skip
    made = dict(enumerate(repository.add_shelters(session, new)))
    for link in added:
        if link["shelter_id"] < 0:
            link["shelter_id"] = made[-link["shelter_id"] - 1]
            linked[link["source"], link["key"]] = link["shelter_id"]
    repository.add_links(session, added)
    return linked


def _by_key(row: Any, bare: dict[str, int], index: Index) -> Match | None:  # noqa: ANN401
    """Return the shelter that a report's key names, if its name is the same too."""
    shelter_id = bare.get(row.ShelterReport.key.partition(":")[2])
    if shelter_id is None or shelter_id not in index.places:
        return None
    same = index.places[shelter_id].name.strip() == row.ShelterReport.name.strip()
    return Match(shelter_id, "key") if same else None


def _draft(row: Any, index: Index, new: list[dict[str, Any]]) -> Match:  # noqa: ANN401
    """Make a shelter of a report; its id is negative until all new ones are written at once."""
    report = row.ShelterReport
    kind = report.kind or ("unregistered" if report.form == "status" else "other")
    values = {name: getattr(report, name) for name in _DESCRIBED}
    new.append(values | {"kind": kind, "updated_at": world()})
    index.add(-len(new), _place(row))
    return Match(-len(new), "new")


def _describe(session: Session, rows: Sequence[Any], linked: dict[tuple[str, str], int]) -> None:
    """Let registers describe; what one of several leaves out another may say."""
    described: dict[int, dict[str, Any]] = {}
    for row in rows:
        report = row.ShelterReport
        if report.form != "register":
            continue
        shelter_id = linked[report.source, report.key]
        values = {name: getattr(report, name) for name in _DESCRIBED}
        known = described.get(shelter_id)
        if known is None:
            described[shelter_id] = values | {
                "id": shelter_id, "kind": report.kind or "other", "updated_at": world(),
            }  # fmt: skip
            continue
        known["hazards"] = {**values["hazards"], **known["hazards"]}
        if {known["kind"], report.kind} == {"shelter", "evacuation_site"}:
            known["kind"] = "both"
        for name in _DESCRIBED:
            if known[name] is None:
                known[name] = values[name]
    repository.update_shelters(session, list(described.values()))


def _set_states(session: Session, rows: Sequence[Any], linked: dict[tuple[str, str], int]) -> None:
    """Let the newest status report of each shelter say how it is."""
    capacity: dict[int, int | None] = {}
    newest: dict[int, Any] = {}
    for row in rows:
        report = row.ShelterReport
        shelter_id = linked[report.source, report.key]
        if report.form == "register":
            capacity[shelter_id] = capacity.get(shelter_id) or report.capacity
        elif shelter_id not in newest or report.observed_at >= newest[shelter_id].observed_at:
            newest[shelter_id] = report
    states = [
        {
            "shelter_id": shelter_id,
            "opening": report.opening,
            "crowding": crowding_of(report.crowding, report.headcount, capacity.get(shelter_id))
            if report.opening in {"open", "permanent"}
            else None,
            "headcount": report.headcount,
            "households": report.households,
            "opened_at": report.opened_at,
            "closed_at": report.closed_at,
            "observed_at": report.observed_at,
            "received_at": report.received_at,
            "source": report.source,
        }
        for shelter_id, report in newest.items()
    ]
    repository.set_states(session, states)

"""Reports become shelters: registers describe them, status reports say how they are now."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.auth.policy import Action, require
from core.clock import world
from evac.shelters import repository
from evac.shelters.crowding import crowding_of
from evac.shelters.matching import Index, Match, Place

# How long a head-count stands beside a newer report that has none.
BESIDE = timedelta(hours=3)
_DESCRIBED = ("name", "kana", "address", "municipality_code", "municipality_name", "geom",
              "capacity", "capacity_text", "hazards", "flags")  # fmt: skip


def update_shelters(session: Session, actor: Actor) -> int:
    """Bring shelters to what was reported since the last time; return how many reports that were.

    Only shelters of which a report changed are looked at, and all reports of those. That a report
    was used is remembered in the same transaction: a run that is cut off is done again.
    """
    require(actor, Action.SEE_MAP)
    fresh = repository.fresh_reports(session)
    if not fresh:
        return 0
    rows = repository.reports_of(session, _link(session, fresh))
    _describe(session, _newly_described(rows, fresh))
    _set_states(session, rows)
    repository.mark_used(session, fresh)
    return len(fresh)


def _place(report: Any) -> Place:  # noqa: ANN401 - a result row
    town = report.municipality_name or report.municipality_code
    return Place(report.name, report.lon, report.lat, town)


def _link(session: Session, fresh: Sequence[Any]) -> set[int]:
    """Return the shelters that reports speak of; those that fit nowhere make shelters of their own.

    A report keeps the shelter it was found to speak of.
    """
    touched = {report.shelter_id for report in fresh if report.shelter_id is not None}
    strangers = [report for report in fresh if report.shelter_id is None]
    if not strangers:
        return touched
    index = Index()
    for known in repository.shelter_places(session):
        index.add(known.id, Place(known.name, known.lon, known.lat, known.municipality))
    # A status feed and a register of the same office use the same key.
    bare = repository.known_keys(session)
    new: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    for report in strangers:
        match = (
            _by_key(report, bare, index) or index.find(_place(report)) or _draft(report, index, new)
        )
        bare.setdefault(report.key.partition(":")[2], match.shelter_id)
        added.append({"shelter_id": match.shelter_id, "source": report.source,
                      "key": report.key, "method": match.method})  # fmt: skip
    made = dict(enumerate(repository.add_shelters(session, new)))
    for link in added:
        if link["shelter_id"] < 0:
            link["shelter_id"] = made[-link["shelter_id"] - 1]
    repository.add_links(session, added)
    return touched | {link["shelter_id"] for link in added}


def _by_key(report: Any, bare: dict[str, int], index: Index) -> Match | None:  # noqa: ANN401
    """Return the shelter that a report's key names, if its name is the same too."""
    shelter_id = bare.get(report.key.partition(":")[2])
    if shelter_id is None or shelter_id not in index.places:
        return None
    same = index.places[shelter_id].name.strip() == report.name.strip()
    return Match(shelter_id, "key") if same else None


def _draft(report: Any, index: Index, new: list[dict[str, Any]]) -> Match:  # noqa: ANN401
    """Make a shelter of a report; its id is negative until all new ones are written at once."""
    kind = report.kind or ("unregistered" if report.form == "status" else "other")
    values = {name: getattr(report, name) for name in _DESCRIBED}
    new.append(values | {"kind": kind, "updated_at": world()})
    index.add(-len(new), _place(report))
    return Match(-len(new), "new")


def _newly_described(rows: Sequence[Any], fresh: Sequence[Any]) -> list[Any]:
    """Return the register reports of shelters of which one changed."""
    told = {(report.source, report.key) for report in fresh if report.form == "register"}
    chosen = {row.shelter_id for row in rows if (row.source, row.key) in told}
    return [row for row in rows if row.form == "register" and row.shelter_id in chosen]


def _describe(session: Session, rows: Sequence[Any]) -> None:
    """Let registers describe; what one of several leaves out another may say."""
    described: dict[int, dict[str, Any]] = {}
    for report in rows:
        shelter_id = report.shelter_id
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


def _set_states(session: Session, rows: Sequence[Any]) -> None:
    """Let the newest status report of each shelter say how it is."""
    capacity: dict[int, int | None] = {}
    told: dict[int, list[Any]] = {}
    for report in rows:
        shelter_id = report.shelter_id
        if report.form == "register":
            capacity[shelter_id] = capacity.get(shelter_id) or report.capacity
        else:
            told.setdefault(shelter_id, []).append(report)
    states = [_state(key, reports, capacity.get(key)) for key, reports in told.items()]
    repository.set_states(session, states)


def _state(shelter_id: int, reports: list[Any], capacity: int | None) -> dict[str, Any]:
    """Return a shelter's state: the newest report, and what a little older ones say besides.

    A portal tells crowding every ten minutes and a town's list heads every hour; neither wipes
    what the other said as long as both agree on the opening.
    """
    newest = max(reports, key=lambda report: (report.observed_at, report.id))
    agreeing = sorted(
        (r for r in reports
         if r.opening == newest.opening and newest.observed_at - r.observed_at <= BESIDE),
        key=lambda report: report.observed_at, reverse=True,
    )  # fmt: skip

    def said(name: str) -> Any:  # noqa: ANN401 - any column
        return next((v for r in agreeing if (v := getattr(r, name)) is not None), None)

    standing = newest.opening in {"open", "permanent"}
    return {
        "shelter_id": shelter_id,
        "opening": newest.opening,
        "crowding": crowding_of(said("crowding"), said("headcount"), capacity)
        if standing
        else None,
        "headcount": said("headcount") if standing else None,
        "households": said("households") if standing else None,
        "opened_at": said("opened_at"),
        "closed_at": newest.closed_at,
        "observed_at": newest.observed_at,
        "received_at": newest.received_at,
        "source": newest.source,
    }

"""`/health`: how each part is doing, and all of it; `/metrics` for Prometheus."""

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from core import clock, metrics
from core.db import migrate
from core.db.schema.system import Heartbeat
from core.db.session import Database, DatabaseGoneError
from core.events import Hub
from core.settings import Settings
from core.storage import Storage
from layers.freshness import SourceCondition, statuses
from server.scrape import Scrape

BEAT_LATE_S = 15
"""A process beats every few seconds; none for so long means that it is gone."""
BEAT_FORGOTTEN_S = 3600
ANSWER_KEPT_S = 1.0
"""Nobody, asking however often, costs the database more than one look a second."""


class Condition(StrEnum):
    """How a part, or the whole, is doing."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Health:
    """All parts at one real time."""

    at: datetime
    parts: dict[str, Part]

    @property
    def overall(self) -> Condition:
        """Return `down` without a usable database, else the worst of `ok` and `degraded`."""
        found = {part["state"] for part in self.parts.values()}
        if Condition.DOWN in {self.parts[name]["state"] for name in ("database", "schema")}:
            return Condition.DOWN
        return Condition.OK if found == {Condition.OK} else Condition.DEGRADED

    def wire(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {"status": self.overall, "at": self.at.isoformat(), "parts": self.parts}


class Examiner:
    """Looks at every part, at most once a second."""

    def __init__(self, settings: Settings, database: Database, hub: Hub) -> None:
        self._drill = settings.drill.active
        self._min_free = settings.storage.min_free_mb * 1_000_000
        self._storage = Storage(settings.storage)
        self._database = database
        self._hub = hub
        self._lock = Lock()
        self._known: tuple[float, Health] | None = None

    def look(self) -> Health:
        """Return the health now, or as it was less than a second ago."""
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > ANSWER_KEPT_S:
                self._known = (time.monotonic(), self._examine())
            return self._known[1]

    def _examine(self) -> Health:
        parts: dict[str, Part] = {"database": {"state": Condition.OK}}
        began = time.perf_counter()
        try:
            with self._database.transaction() as session:
                session.execute(text("SELECT 1"))
                parts["database"]["answer_ms"] = round((time.perf_counter() - began) * 1000, 1)
                parts["schema"] = schema_part(session)
                if parts["schema"]["state"] is Condition.OK:
                    parts |= self._inside(session)
        except (DatabaseGoneError, SQLAlchemyError):
            parts["database"] = {"state": Condition.DOWN}
            parts.setdefault("schema", {"state": Condition.DOWN})
        heard = Condition.OK if self._hub.connected else Condition.DEGRADED
        parts["events"] = {"state": heard}
        parts["storage"] = self._disk()
        return Health(clock.real(), parts)

    def _inside(self, session: Session) -> dict[str, Part]:
        now = clock.real()
        parts = {"worker": beating(session, "worker", now), "sources": sources_part(session)}
        if self._drill:
            parts["feeds"] = beating(session, "feeds", now)
        return parts

    def _disk(self) -> Part:
        try:
            free = self._storage.free_bytes()
        except OSError:
            return {"state": Condition.DEGRADED}
        state = Condition.OK if free >= self._min_free else Condition.DEGRADED
        return {"state": state, "free_mb": free // 1_000_000}


def schema_part(session: Session) -> Part:
    """Compare the database's revision with the newest the code knows."""
    known = session.execute(text("SELECT to_regclass('alembic_version') IS NOT NULL")).scalar()
    current = None
    if known:
        current = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    head = migrate.head()
    state = Condition.OK if current == head else Condition.DOWN
    return {"state": state, "current": current, "head": head}


def beating(session: Session, kind: str, now: datetime) -> Part:
    """Tell how many processes of a kind live and when the last one was heard; names no machine."""
    moments = session.scalars(select(Heartbeat.at).where(Heartbeat.kind == kind)).all()
    ages = sorted(max(0, int((now - at).total_seconds())) for at in moments)
    recent = [age for age in ages if age < BEAT_FORGOTTEN_S]
    alive = sum(age <= BEAT_LATE_S for age in recent)
    return {
        "state": Condition.OK if alive else Condition.DEGRADED,
        "alive": alive,
        "gone": len(recent) - alive,
        "heard_s_ago": ages[0] if ages else None,
    }


def sources_part(session: Session) -> Part:
    """Tell each source's state, in world time."""
    now = clock.world()
    states = {name: status.condition(now) for name, status in statuses(session).items()}
    bad = {SourceCondition.SILENT, SourceCondition.FAILING}
    state = Condition.DEGRADED if bad & set(states.values()) else Condition.OK
    return {"state": state, "states": {name: found.value for name, found in states.items()}}


def health_router(examiner: Examiner, scrape: Scrape) -> APIRouter:
    """Return the routes that tell how it is going."""
    router = APIRouter(tags=["health"])

    @router.get("/health")
    def health() -> JSONResponse:
        """Return each part's state; 503 when the whole is down."""
        found = examiner.look()
        status = 503 if found.overall is Condition.DOWN else 200
        return JSONResponse(found.wire(), status, {"Cache-Control": "no-store"})

    @router.get("/health/live")
    async def live() -> JSONResponse:
        """Return 200 for as long as this process answers at all (for a proxy's check)."""
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    @router.get("/metrics")
    def read_metrics() -> Response:
        """Return this process's metrics and the installation's in the Prometheus text format."""
        return Response(scrape.read(), media_type=metrics.CONTENT_TYPE)

    return router

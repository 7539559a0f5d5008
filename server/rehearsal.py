"""Preparing a drill: a database, an archive and accounts of its own, made anew at every start."""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core.auth.accounts import NewAccount, create_account
from core.auth.actor import ROLE_NAMES, SYSTEM, Role
from core.clock import WORLD, Anchor, real
from core.clock_store import write_anchor
from core.db import cluster as private
from core.db import migrate
from core.db.cluster import Cluster
from core.db.session import Database
from core.errors import ConflictError
from core.settings import DatabaseSettings, DrillSettings
from drill.answer import World
from drill.island.build import cache_path
from drill.island.relief import write_relief
from drill.island_world import IslandWorld
from drill.world import ISLAND
from ingest import registry, service

ISLAND_HEAD_START = timedelta(hours=8)
"""The island's storm needs the morning to come near; a demo begins when rain falls everywhere."""
DEMO_PASSWORD = "hinomi-drill-only"  # noqa: S105 - shown on the console, for a drill's database
LOGINS = {
    Role.VIEWER: "viewer", Role.OPERATOR: "operator", Role.INSPECTOR: "inspector",
    Role.CERTIFICATE_OFFICER: "officer", Role.MUNICIPAL_ADMIN: "town",
    Role.PREFECTURE_ADMIN: "prefecture",
}  # fmt: skip


class DrillRunsAlreadyError(ConflictError):
    """The same drill is being played already."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One world to be played, and where its things lie."""

    kind: str
    """`island` or the name of a recording."""
    folder: Path
    seed: int
    scale: float

    @property
    def database(self) -> str:
        """Return the name of its own database."""
        name = "hinomi_drill_" + re.sub(r"[^a-z0-9]+", "_", self.kind.lower())[:30]
        if self.folder.resolve() == DrillSettings.model_fields["folder"].default:
            return name
        # Two folders are two drills, and must not take each other's database away.
        return f"{name}_{hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:6]}"

    @property
    def storage(self) -> Path:
        """Return the folder of its archive."""
        return self.folder / self.database / "storage"

    @property
    def relief(self) -> Path | None:
        """Return the file of the built-in base map; a recording has none."""
        if self.kind != ISLAND:
            return None
        return cache_path(self.folder, self.seed, self.scale).with_suffix(".relief.tif")

    @property
    def generated(self) -> bool:
        """Tell whether the world lies ready; an island that does not takes some ten seconds."""
        return self.kind != ISLAND or cache_path(self.folder, self.seed, self.scale).is_file()

    @property
    def controls(self) -> Path:
        """Return the file that tells `hinomi drill` where the feeds listen."""
        return self.folder / self.database / "controls.json"

    def begin(self, world: World) -> datetime:
        """Return the world time at which a demo of it begins."""
        return world.start + (ISLAND_HEAD_START if self.kind == ISLAND else timedelta(0))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep a second demo of the same world from taking the database away from the first.

        Raises
        ------
        DrillRunsAlreadyError
            When another process holds it.
        """
        lock = self.folder / f"{self.database}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("a+", encoding="ascii") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                handle.seek(0)
                message = (
                    f"同じ訓練がすでに動いています（PID {handle.read().strip() or '不明'}）。"
                    "そちらを Ctrl-C で止めるか、別の訓練（RECORDING=…）を選んでください"
                )
                raise DrillRunsAlreadyError(message) from error
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield


def fresh_database(cluster: Cluster, rehearsal: Rehearsal) -> str:
    """Drop what an earlier run left, migrate a new database, return its address for the app."""
    private.drop_database(cluster, rehearsal.database)
    shutil.rmtree(rehearsal.storage, ignore_errors=True)
    private.create_database(cluster, rehearsal.database)
    migrate.upgrade(cluster.url(rehearsal.database, private.OWNER))
    return cluster.url(rehearsal.database)


def set_scene(url: str, rehearsal: Rehearsal, world: World) -> None:
    """Write clock, sources, incident and accounts into a fresh drill database."""
    database = Database(url, DatabaseSettings())
    begin = rehearsal.begin(world)
    anchor = Anchor(real(), begin, 1.0)
    WORLD.set(anchor)
    try:
        with database.transaction() as session:
            write_anchor(session, anchor, world.title)
            service.register_sources(session)
        with database.transaction() as session:
            for name in registry.sources():
                service.switch_source(session, SYSTEM, name, enabled=name in world.sources)
            incident = world.incident
            service.open_incident(session, SYSTEM, {
                "name": incident.name, "kind": incident.kind, "began_at": incident.started_at,
                "is_drill": True,
            })  # fmt: skip
            for wanted in accounts(world):
                create_account(session, SYSTEM, wanted)
    finally:
        database.close()


def town_of(world: World) -> str | None:
    """Return the code of the town whose administrator a drill has, None where none is known."""
    return str(world.island.municipalities.code[0]) if isinstance(world, IslandWorld) else None


def accounts(world: World) -> list[NewAccount]:
    """Return one account for each role; a town's administrator needs a town that is known."""
    town = town_of(world)
    made = []
    for role, login in LOGINS.items():
        scope = town if role is Role.MUNICIPAL_ADMIN else None
        if role is Role.MUNICIPAL_ADMIN and town is None:
            continue
        made.append(NewAccount(login, f"訓練 {ROLE_NAMES[role][0]}", role, DEMO_PASSWORD, scope))
    return made


def ensure_relief(rehearsal: Rehearsal, world: World) -> Path | None:
    """Return the base map's file, made first where it is missing."""
    path = rehearsal.relief
    if path is None or not isinstance(world, IslandWorld):
        return None
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft.tif")
        write_relief(world.island, draft)
        draft.replace(path)
    return path

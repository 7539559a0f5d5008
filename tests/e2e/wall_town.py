"""A constructed county in the open Pacific, written straight into the tables, and a server on it.

Everything is invented. Positions are longitude, latitude (EPSG:4326) around 150 °E, 30 °N.
"""

import math
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from geoalchemy2.elements import WKTElement
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import delete
from sqlalchemy.orm import Session

from core import events
from core.clock import real
from core.db.schema import reported
from core.db.schema.incident import Incident
from core.db.schema.observed import Latest, Series, Station
from core.db.schema.reported import Boundary, Event, Outage, Restriction
from core.db.schema.roads import RoadLink
from core.db.schema.shelters import Shelter, ShelterState
from core.db.schema.system import SourceState

ROOT = Path(__file__).resolve().parent.parent.parent
WEST, SOUTH, STEP = 150.0, 30.0, 0.12
COLUMNS, ROWS = 6, 4
TOWNS = tuple(
    "朝霧市 大潮町 小滝村 東浦町 鐘ヶ岬村 三島町 北岬町 上の谷村 白浜市 星見村 長尾町 港南市"  # noqa: SIM905
    " 雲居村 緑丘市 磯部町 七草村 南郷町 高瀬村 青葉市 木戸町 奥滝村 西浜町 丸山市 夕凪町".split()
)
LIMITS = {"standby": 2.0, "caution": 3.0, "evacuation": 4.0, "danger": 4.6, "flood": 5.6}
CHROMIUM_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
READY_WITHIN_S = 30.0


def point(lon: float, lat: float) -> WKTElement:
    """Return a position as the tables take it."""
    return WKTElement(f"POINT({lon} {lat})", srid=4326)


def settle(session: Session, now: datetime | None = None) -> None:
    """Fill every table the wall shows, as if a storm were over the county at `now`."""
    at = now or real()
    dice = random.Random(7)  # noqa: S311 - a county, not a secret
    _sources(session, at)
    _areas(session, at, dice)
    _gauges(session, at, dice)
    _people(session, at, dice)
    _roads(session, at, dice)
    session.add(
        Incident(
            name="火見島 豪雨", kind="flood", began_at=at - timedelta(hours=9),
            headquarters_name="災害対策本部", headquarters_level="第2配備",
            headquarters_since=at - timedelta(hours=8), is_drill=False,
        )
    )  # fmt: skip
    for number, (minutes, severity, text) in enumerate((
        (25, 1, "停電 4,120戸 東部。復旧見込み 未定"),
        (9, 2, "第二小学校 避難所 満員。次の候補 総合体育館（余地 240人）"),
        (1, 3, "国道3号 港町 冠水 通行止め（県道路課）"),
    )):  # fmt: skip
        session.add(event(number, at - timedelta(minutes=minutes), severity, text))
    events.beat(session, "worker:test:1", "worker", {})


def event(number: int, at: datetime, severity: int, text: str) -> Event:
    """Return a line of the event log at a place of its own."""
    return Event(
        at=at, kind="closure", severity=severity, text_ja=text, text_en=f"Event {number}",
        layer=None, feature=None, geom=point(WEST + 0.2, SOUTH + 0.2), dedup=f"test:{number}",
    )  # fmt: skip


SOURCES = (
    ("jma_amedas", "雨量", 40, True), ("jma_xml", "警報", 20, True),
    ("river_levels", "水位", 60, True), ("power_hokuriku", "停電", 27 * 60, True),
    ("road_restrictions", "道路規制", 130 * 60, True), ("shelter_status", "避難所", 35, True),
    ("shelter_register", "施設台帳", 3000, True), ("road_network", "道路網", 0, False),
)  # fmt: skip
"""Name, short title, age in seconds, switched on."""


def calm_down(session: Session) -> None:
    """Undo what a story did to the county; sources and worker are as `settle` left them, now."""
    at = real()
    for name, _, age, enabled in SOURCES:
        state = session.get_one(SourceState, name)
        state.enabled = enabled
        state.last_success_at = at - timedelta(seconds=age) if enabled else None
    session.execute(delete(Restriction).where(Restriction.key.in_(ADDED_CLOSURES)))
    session.execute(delete(Event).where(Event.dedup.in_(ADDED_EVENTS)))
    events.beat(session, "worker:test:1", "worker", {})


ADDED_CLOSURES = ("c100", "c104")
ADDED_EVENTS = ("test:50", "test:60")
"""What stories add to the county."""


def _sources(session: Session, at: datetime) -> None:
    for name, short, age, enabled in SOURCES:
        slow = name == "shelter_register"
        session.add(
            SourceState(
                source=name, title=short, title_en=name.replace("_", " "), short=short, credit="",
                interval_s=60, late_after_s=90_000 if slow else 600,
                silent_after_s=180_000 if slow else 3600, station_silent_after_s=None,
                enabled=enabled, since=at, failures=0,
                last_success_at=at - timedelta(seconds=age) if enabled else None,
            )
        )  # fmt: skip


def _areas(session: Session, at: datetime, dice: random.Random) -> None:
    wobble = {
        (c, r): (dice.uniform(-0.03, 0.03), dice.uniform(-0.03, 0.03))
        for c in range(COLUMNS + 1)
        for r in range(ROWS + 1)
    }
    severe = {5: 4, 6: 4, 7: 4, 0: 3, 1: 3, 8: 3, 11: 3, 13: 2, 14: 2, 18: 2, 23: 3, 19: 2}
    for number, name in enumerate(TOWNS):
        column, row = number % COLUMNS, number // COLUMNS
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        ring = [
            (WEST + c * STEP + wobble[c, r][0], SOUTH + r * STEP + wobble[c, r][1])
            for c, r in [*corners, corners[0]]
        ]
        text = ", ".join(f"{lon} {lat}" for lon, lat in ring)
        code = f"99{number + 1:03d}"
        shown = {"source": "boundaries", "observed_at": at, "received_at": at}
        session.add(
            Boundary(
                key=code, name=name, prefecture="火見県", **shown,
                geom=WKTElement(f"MULTIPOLYGON((({text})))", srid=4326),
            )
        )  # fmt: skip
        if number in severe:
            session.add(_warning(code, name, severe[number], at))
        if number in {4, 9, 10}:
            session.add(
                Outage(
                    source="power_hokuriku", key=code, utility="試験電力", area_name=name,
                    municipality_name=name, municipality_code=code, households=4120 // (number - 3),
                    qualifier="about", restored=False, observed_at=at - timedelta(minutes=27),
                    received_at=at,
                )
            )  # fmt: skip


def _warning(code: str, name: str, level: int, at: datetime) -> reported.Warning:
    return reported.Warning(
        source="jma_xml", key=code, telegram="VPWW55", phenomenon="heavy_rain", area_code=code,
        area_name=name, municipality_code=code, code="03", name=f"レベル{level}大雨警報",
        level=level, active=True, observed_at=at - timedelta(minutes=12), received_at=at,
    )  # fmt: skip


def gauge(session: Session, number: int, value: float | None, at: datetime) -> None:
    """Add a river gauge with its newest value."""
    lon, lat = WEST + 0.72 * ((number * 0.37) % 1), SOUTH + 0.48 * ((number * 0.61) % 1)
    station = Station(
        source="river_levels", key=f"r{number}", name=f"{TOWNS[number % 24][:2]}橋", kind="river",
        geom=point(lon, lat), thresholds=LIMITS, updated_at=at,
        attributes={"river": ("三島川", "東川", "滝川")[number % 3]},
    )  # fmt: skip
    session.add(station)
    session.flush()
    _latest(session, station.id, "water_level", value, at)


def _latest(
    session: Session, station: int, element: str, value: float | None, at: datetime
) -> None:
    series = Series(station_id=station, element=element)
    session.add(series)
    session.flush()
    before = None if value is None else value - 0.12
    session.add(
        Latest(
            series_id=series.id, observed_at=at, received_at=at, value=value, quality=0,
            previous_value=before, previous_at=at - timedelta(minutes=10),
        )
    )  # fmt: skip


def _gauges(session: Session, at: datetime, dice: random.Random) -> None:
    for number in range(40):
        value = dice.choice([0.8, 1.2, 1.5, 1.9, 2.2, 3.3, 3.6, 4.2, 4.9])
        old = number % 11 == 3
        gauge(session, number, value, at - timedelta(hours=5 if old else 0, minutes=3))
    for number in range(60):
        lon, lat = WEST + dice.uniform(0, 0.72), SOUTH + dice.uniform(0, 0.48)
        near = math.hypot(lon - 150.2, lat - 30.3)
        station = Station(
            source="jma_amedas", key=f"w{number}", name=f"{TOWNS[number % 24][:2]}雨量",
            kind="weather", geom=point(lon, lat), updated_at=at,
        )  # fmt: skip
        session.add(station)
        session.flush()
        rain = round(max(0.0, 62 - near * 190 + dice.uniform(-4, 4)), 1)
        _latest(session, station.id, "precipitation_1h", rain, at - timedelta(minutes=4))


def _people(session: Session, at: datetime, dice: random.Random) -> None:
    for number in range(70):
        lon, lat = WEST + dice.uniform(0, 0.72), SOUTH + dice.uniform(0, 0.48)
        shelter = Shelter(
            name=f"{TOWNS[number % 24][:-1]}{['小学校', '公民館', '体育館'][number % 3]}",
            kind="shelter", geom=point(lon, lat), capacity=300, updated_at=at,
            municipality_name=TOWNS[number % 24],
        )  # fmt: skip
        session.add(shelter)
        session.flush()
        opened = number % 3 != 0
        crowding = dice.choice(["empty", "empty", "slightly", "slightly", "crowded", "full", None])
        people = {"empty": 60, "slightly": 160, "crowded": 250, "full": 300, None: None}[crowding]
        session.add(
            ShelterState(
                shelter_id=shelter.id, opening="open" if opened else "not_open",
                crowding=crowding if opened else None, headcount=people if opened else None,
                opened_at=at - timedelta(minutes=40 + number * 9) if opened else None,
                observed_at=at, received_at=at, source="shelter_status",
            )
        )  # fmt: skip


def _roads(session: Session, at: datetime, dice: random.Random) -> None:
    for number in range(60):
        lon, lat = WEST + 0.72 * dice.random(), SOUTH + 0.48 * dice.random()
        bend = [(lon, lat)]
        for _ in range(12):
            lon, lat = lon + dice.uniform(-0.004, 0.02), lat + dice.uniform(-0.012, 0.012)
            bend.append((lon, lat))
        text = ", ".join(f"{x} {y}" for x, y in bend)
        road_class = ("trunk", "primary", "secondary", "tertiary")[number % 4]
        session.add(
            RoadLink(
                source="road_network", key=f"l{number}", length_m=9000.0, road_class=road_class,
                geom=WKTElement(f"LINESTRING({text})", srid=4326), oneway=0, bridge=False,
                tunnel=False, level=0, observed_at=at,
            )
        )  # fmt: skip
        if number % 6 == 0:
            session.add(closure(number, bend[3:6], at))


def closure(number: int, line: list[tuple[float, float]], at: datetime) -> Restriction:
    """Return a closed stretch of road."""
    text = ", ".join(f"{x} {y}" for x, y in line)
    return Restriction(
        source="road_restrictions", key=f"c{number}",
        kind=("closed", "closed", "lane", "unknown")[number % 4],
        geom=WKTElement(f"LINESTRING({text})", srid=4326), road_name=f"県道{number + 11}号",
        place=f"{TOWNS[number % 24]}地内", reason=("土砂崩れ", "冠水", "落石")[number % 3],
        started_at=at - timedelta(minutes=20 + number * 7), lifted=False, observed_at=at,
        received_at=at,
    )  # fmt: skip


def free_port() -> int:
    """Return a port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def web_server(database_url: str, port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the wall's doors as a process of its own until the block ends."""
    environment = {
        **os.environ, "HINOMI_DATABASE_URL": database_url, "HINOMI_WEB_PORT": str(port),
        "HINOMI_WEB_WALL_NETWORKS": '["127.0.0.0/8"]', "HINOMI_MAP_BASE": "builtin", **settings,
    }  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-m", "tests.e2e.wall_server", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        _until_ready(process, port)
        yield process
    finally:
        process.kill()
        process.wait(10)


def _until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/wall", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    message = f"the web server did not start (exit {process.poll()})"
    raise RuntimeError(message)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the system's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        message = "chromium is not installed"
        raise RuntimeError(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


def open_wall(browser: Browser, port: int, query: str = "", **size: Any) -> Page:
    """Open the wall at 1920 × 1080 (or another size) and wait for its first numbers."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080, **size})
    page.goto(f"http://127.0.0.1:{port}/wall{query}")
    page.wait_for_selector("body[data-ready=true]", timeout=20_000)
    return page

"""Weather warnings and flood forecasts as they are sent: which telegram when, saying what."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from drill.island.build import Island
from drill.island.grid import Ints
from drill.island.timeline import JST, time_of

OFFICE = "990000"


@dataclass(frozen=True, slots=True)
class Kind:
    """A telegram of the system of 2026-05-28 (reference/D-formats.md D2, D3.1)."""

    code: str
    title: str
    """Control/Title."""
    head: str
    """Words of Head/Title after the prefecture."""
    danger: str
    """Type of the significancy."""
    names: dict[int, tuple[str, str]]
    """Level → code and name."""


HEAVY_RAIN = Kind(
    "VPWW55", "気象警報・注意報（Ｒ０６）（大雨）", "大雨警報・注意報", "大雨浸水危険度",
    {2: ("10", "レベル２大雨注意報"), 3: ("03", "レベル３大雨警報"),
     4: ("43", "レベル４大雨危険警報"), 5: ("33", "レベル５大雨特別警報")},
)  # fmt: skip
LANDSLIDE = Kind(
    "VPWW56", "気象警報・注意報（Ｒ０６）（土砂）", "土砂災害警報・注意報", "土砂災害危険度",
    {2: ("29", "レベル２土砂災害注意報"), 3: ("09", "レベル３土砂災害警報"),
     4: ("49", "レベル４土砂災害危険警報"), 5: ("39", "レベル５土砂災害特別警報")},
)  # fmt: skip
THUNDER = Kind(
    "VPWW61", "気象警報・注意報（Ｒ０６）（その他注意報）", "雷注意報", "雷危険度",
    {2: ("14", "雷注意報")},
)  # fmt: skip
FLOOD_NAMES = {
    0: ("10", "氾濫注意報解除"), 2: ("20", "レベル２氾濫注意報"), 3: ("30", "レベル３氾濫警報"),
    4: ("41", "レベル４氾濫危険警報"), 5: ("53", "レベル５氾濫特別警報"),
}  # fmt: skip
FLOOD_TITLE = "指定河川洪水予報"


@dataclass(frozen=True, slots=True)
class Telegram:
    """One telegram: what it says and what the one before said."""

    name: str
    """File name, unique for ever."""
    kind: Kind | None
    """None for a flood forecast."""
    issued_at: datetime
    levels: Ints
    """Per municipality; for a flood forecast the one level of its river."""
    before: Ints
    river: int = -1
    """Index of the forecast river."""
    serial: int = 0

    @property
    def title(self) -> str:
        """Return Control/Title."""
        return self.kind.title if self.kind else FLOOD_TITLE


def telegrams_of(island: Island) -> list[Telegram]:
    """Return every telegram of the storm, oldest first."""
    alerts = island.alerts
    found = []
    for kind, levels in (
        (HEAVY_RAIN, alerts.heavy_rain), (LANDSLIDE, alerts.landslide), (THUNDER, alerts.thunder),
    ):  # fmt: skip
        for step in _changes(levels):
            at = time_of(int(step))
            name = f"{at.astimezone(UTC):%Y%m%d%H%M}{_second(kind):02d}_0_{kind.code}_{OFFICE}.xml"
            found.append(Telegram(name, kind, at, levels[step], levels[step - 1]))
    for river in range(alerts.flood.shape[1]):
        column = alerts.flood[:, river : river + 1]
        for serial, step in enumerate(_changes(column), 1):
            at = time_of(int(step))
            name = (
                f"{at.astimezone(UTC):%Y%m%d%H%M}{40 + river:02d}_0_VXKO{50 + river}_{OFFICE}.xml"
            )
            found.append(Telegram(name, None, at, column[step], column[step - 1], river, serial))
    return sorted(found, key=lambda telegram: (telegram.issued_at, telegram.name))


def _changes(levels: Ints) -> Ints:
    """Return the steps at which any level differs from the step before."""
    return np.flatnonzero((levels[1:] != levels[:-1]).any(axis=1)) + 1


def _second(kind: Kind) -> int:
    """Return a second of the minute, so that no two names are the same."""
    return int(kind.code[-2:]) - 50


def local(at: datetime) -> str:
    """Return a time as telegrams write it, in Japan time."""
    return at.astimezone(JST).isoformat()

"""The list of areas without power: CSV without a header, as Hokuriku's utility publishes it."""

from datetime import datetime

import numpy as np

from drill.answer import CSV, FeedAnswer, found, not_found
from drill.island.build import Island
from drill.island.timeline import STEPS_PER_HOUR, floor_time, step_at, time_of
from drill.island.towns import PREFECTURE

FEW = 10
CAUSE, OUTLOOK = "調査中", "被害把握中のため復旧未定"


class PowerFeed:
    """Answers `current.csv`: one row per area that has no power now."""

    def __init__(self, island: Island) -> None:
        self._island = island
        members = island.settlements.municipality
        order = np.argsort(members, kind="stable")
        first = np.searchsorted(members[order], np.arange(len(island.municipalities.code)))
        self._number = np.empty(len(members), dtype=np.int64)
        self._number[order] = np.arange(len(members)) - first[members[order]] + 1

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return the list at a world time; an empty list is one empty line."""
        del base
        if path != "current.csv":
            return not_found(path)
        outages = self._island.outages
        step = step_at(at)
        out = np.flatnonzero((outages.start <= step) & (step < outages.end))
        rows = "".join(f"{self._row(int(index), step)}\n" for index in out)
        return found((rows or "\n").encode(), CSV, floor_time(at))

    def _row(self, index: int, step: int) -> str:
        island, outages = self._island, self._island.outages
        home = int(outages.settlement[index])
        town = int(island.settlements.municipality[home])
        known = step >= outages.crew[index]
        began = time_of(int(outages.start[index]))
        outlook = f"{began:%Y/%m/%d} {OUTLOOK}"
        if known:
            end = -(-int(outages.end[index]) // STEPS_PER_HOUR) * STEPS_PER_HOUR
            outlook = f"{time_of(end):%Y/%m/%d %H:%M} 復旧見込み"
        return ",".join(
            (
                f"{began:%Y/%m/%d %H:%M}",
                f"{island.municipalities.code[town]}{self._number[home]:04d}",
                PREFECTURE,
                str(island.municipalities.name[town]),
                str(island.settlements.name[home]),
                _households(int(outages.households[index])),
                str(outages.cause[index]) if known else CAUSE,
                f"【訓練】{outlook}",
                "復旧作業中" if known else "現場確認中",
            )
        )


def _households(count: int) -> str:
    """Return the utility's words: 10 戸未満, 約 60 戸."""
    return "10 戸未満" if count < FEW else f"約 {round(count, -1)} 戸"

"""Shelter registers (GSI and municipal standard CSV, D11.1 and D11.2) and the portal's status."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np

from drill.answer import CSV, FeedAnswer, found, found_json, not_found
from drill.feeds.opened import OpenedFeed
from drill.feeds.registered import DRILL, Register
from drill.island.build import Island
from drill.island.names import katakana
from drill.island.timeline import START, floor_time, step_at, time_of
from drill.island.towns import PREFECTURE

AGE = timedelta(days=200)
SHELTER_COLUMNS = (
    "NO", "共通ID", "都道府県名及び市町村名", "施設・場所名", "住所",
    "指定緊急避難場所との住所同一", "その他市町村長が必要と認める事項", "受入対象者",
    "緯度", "経度", "備考",
)  # fmt: skip
SITE_COLUMNS = (
    "NO", "共通ID", "都道府県名及び市町村名", "施設・場所名", "住所", "洪水",
    "崖崩れ、土石流及び地滑り", "高潮", "地震", "津波", "大規模な火事", "内水氾濫", "火山現象",
    "指定避難所との住所同一", "緯度", "経度", "備考",
)  # fmt: skip
TOWN_COLUMNS = (
    "全国地方公共団体コード", "ID", "名称", "名称_カナ", "所在地_全国地方公共団体コード",
    "所在地_連結表記", "所在地_都道府県", "所在地_市区町村", "所在地_町字", "緯度", "経度",
    "災害種別_洪水", "災害種別_崖崩れ、土石流及び地滑り", "災害種別_高潮", "災害種別_地震",
    "災害種別_津波", "災害種別_大規模な火事", "災害種別_内水氾濫", "災害種別_火山現象",
    "指定避難所との重複", "想定収容人数", "対象となる町会・自治会", "備考",
)  # fmt: skip
CALM, BUSY = 0.5, 0.8
"""Occupancy below which the portal says 平常 and やや混雑."""


class ShelterRegisterFeed:
    """Answers the register files; they do not change during a drill."""

    def __init__(self, island: Island) -> None:
        register = Register(island)
        changed = START - AGE
        self._answers = {
            "mergeFromCity_1.csv": found(_csv(SHELTER_COLUMNS, _shelters(register)), CSV, changed),
            "mergeFromCity_2.csv": found(_csv(SITE_COLUMNS, _sites(register)), CSV, changed),
            "shelters.csv": found(_csv(TOWN_COLUMNS, _town_rows(register)), CSV, changed),
        }

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return a register file."""
        del at, base
        return self._answers.get(path) or not_found(path)


def _shelters(register: Register) -> Iterable[Sequence[object]]:
    for n, code in enumerate(register.refuges.code):
        name, town = register.refuges.name[n], f"{PREFECTURE}{register.town[n]}"
        yield (n + 1, code, town, name, register.address[n], "1", "", "",
               register.lat[n], register.lon[n], DRILL)  # fmt: skip


def _sites(register: Register) -> Iterable[Sequence[object]]:
    for n, code in enumerate(register.refuges.code):
        name, town = register.refuges.name[n], f"{PREFECTURE}{register.town[n]}"
        yield (n + 1, code, town, name, register.address[n], *register.hazards(n), "1",
               register.lat[n], register.lon[n], DRILL)  # fmt: skip


def _town_rows(register: Register) -> Iterable[Sequence[object]]:
    for n, name in enumerate(register.refuges.name):
        code = register.code[n]
        yield (
            code, f"CC{n + 1:010d}", name, katakana(str(register.refuges.kana[n])), code,
            register.address[n], PREFECTURE, register.town[n], register.place[n],
            register.lat[n], register.lon[n], *register.hazards(n), "1", register.capacity[n],
            f"{register.place[n]}自治会", DRILL,
        )  # fmt: skip


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV in UTF-8 with a byte order mark, as GSI publishes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


class ShelterStatusFeed:
    """Answers `shelter.json`, every shelter with crowding, and `opened.csv` with head-counts."""

    def __init__(self, island: Island) -> None:
        self._register = Register(island)
        self._opened = OpenedFeed(self._register)
        self._fixed = [self._fixed_part(n) for n in range(len(island.refuges.code))]

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return the portal's list at a world time."""
        del base
        if path == "opened.csv":
            return self._opened.answer(at)
        if path != "shelter.json":
            return not_found(path)
        step = step_at(at)
        items = [{**fixed, **self._state(n, step)} for n, fixed in enumerate(self._fixed)]
        return found_json({"items": items, "total": len(items)}, floor_time(at))

    def _fixed_part(self, n: int) -> dict[str, object]:
        register = self._register
        flags = [mark or "0" for mark in register.hazards(n)]
        return {
            "facilityId": f"99{n + 1:06d}",
            "name": str(register.refuges.name[n]),
            "capacity": int(register.refuges.capacity[n]),
            "address": register.address[n],
            "latitude": register.lat[n],
            "longitude": register.lon[n],
            "availableFlg": "1",
            "publicFlg": "1",
            "floodShFlg": flags[0],
            "sedimentDisasterShFlg": flags[1],
            "stormSurgeShFlg": flags[2],
            "earthquakeShFlg": flags[3],
            "tsunamiShFlg": flags[4],
            "landsideWaterShFlg": flags[6],
            "edesignatedEvacShFlg": "1",
            "designatedEvacShFlg": "1",
            "welfareEvacShFlg": "0",
            "temporaryEvacShFlg": "0",
            "municipalityCd": register.code[n],
            "municipalityName": register.town[n],
            "remarks": DRILL,
        }

    def _state(self, n: int, step: int) -> dict[str, object]:
        refuges = self._register.refuges
        opened, closed = int(refuges.opened[n]), int(refuges.closed[n])
        if opened < 0 or step < opened:
            return {
                "shelterId": None, "shelterAdmId": "", "shelterIndex": n + 1,
                "shelterStartTimestamp": "", "shelterEndTimestamp": "", "crowdedStatus": None,
            }  # fmt: skip
        return {
            "shelterId": 99_000 + n,
            "shelterAdmId": f"{n + 1:07d}",
            "shelterIndex": n + 1,
            "shelterStartTimestamp": f"{time_of(opened):%Y-%m-%d %H:%M:%S}",
            "shelterEndTimestamp": f"{time_of(closed):%Y-%m-%d %H:%M:%S}" if step >= closed else "",
            "crowdedStatus": None if step >= closed else self._crowding(n, step),
        }

    def _crowding(self, n: int, step: int) -> str:
        """Return 1 平常, 2 やや混雑, 3 混雑, 9 不明."""
        refuges = self._register.refuges
        if not refuges.capacity[n]:
            return "9"
        share = float(refuges.heads[step, n]) / float(refuges.capacity[n])
        return str(1 + int(np.searchsorted([CALM, BUSY], share, side="right")))

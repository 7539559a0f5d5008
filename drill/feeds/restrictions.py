"""Road restrictions as in the member `dourokisei.geojson` of the passable-road map."""

from datetime import datetime

import numpy as np

from drill.answer import GEOJSON, FeedAnswer, found_json, not_found
from drill.island.build import Island
from drill.island.grid import Floats
from drill.island.timeline import STEPS_PER_HOUR, floor_time, step_at, time_of
from drill.island.towns import PREFECTURE

CLASS_WORDS = {
    "trunk": "補助国道", "primary": "都道府県道", "secondary": "都道府県道",
    "tertiary": "都道府県道", "unclassified": "市区町村道", "residential": "市区町村道",
}  # fmt: skip
CLOSED, PASSABLE = "#990000", "#999999"
SHOWN_LIFTED = 6 * STEPS_PER_HOUR
"""A lifted closure stays listed, in grey, for so many steps."""


class RestrictionFeed:
    """Answers `dourokisei.geojson`: what is closed, partly open, or lifted a while ago."""

    def __init__(self, island: Island) -> None:
        self._island = island

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return the list at a world time."""
        del base
        if path != "dourokisei.geojson":
            return not_found(path)
        closures = self._island.closures
        step = step_at(at)
        shown = np.flatnonzero((closures.start <= step) & (step < closures.end + SHOWN_LIFTED))
        features = [self._feature(int(index), step) for index in shown]
        name = "道路規制【訓練】火見県"
        content = {"type": "FeatureCollection", "name": name, "features": features}
        return found_json(content, floor_time(at), GEOJSON)

    def _feature(self, index: int, step: int) -> dict[str, object]:
        island, closures = self._island, self._island.closures
        edge = int(closures.edge[index])
        town = int(closures.municipality[index])
        towns = island.municipalities
        where = f"{PREFECTURE}{towns.county[town]}{towns.name[town]}"
        line = np.round(closures.lines.line(index), 6)
        changed = self._change(index, step)
        precaution = str(closures.reason[index]).startswith("異常気象")
        row: dict[str, object] = {
            "地整番号": "99",
            "整備局名": "訓練",
            "県番号": "99",
            "県名": PREFECTURE,
            "市町村名": str(towns.name[town]),
            "道路種別": CLASS_WORDS[str(island.roads.road_class[edge])],
            "路線名": self._road(edge),
            "始点住所": f"{where}{closures.place_from[index]}",
            "終点住所": f"{where}{closures.place_to[index]}",
            "規制種別": "事前通行規制" if precaution else "災害",
            "規制理由": str(closures.reason[index]),
            "規制開始_日時": _said(int(closures.start[index])),
            "規制開始_内容": "全面通行止",
            "延長_Km": f"{_length_km(island.grid.xy(line)):.2f}",
            **changed,
            "迂回路_有無": "無"
            if CLASS_WORDS[str(island.roads.road_class[edge])][0] == "市"
            else "有",
            "始点緯度経度": f"{line[0, 1]:.6f},{line[0, 0]:.6f}",
            "終点緯度経度": f"{line[-1, 1]:.6f},{line[-1, 0]:.6f}",
            "備考": "訓練",
            "_color": PASSABLE if changed else CLOSED,
            "_opacity": 0.9,
            "_weight": 10,
        }
        geometry = {"type": "LineString", "coordinates": line.tolist()}
        return {"type": "Feature", "properties": row, "geometry": geometry}

    def _road(self, edge: int) -> str:
        """Return the road's own name, also where the edge is a bridge with a name of its own."""
        roads = self._island.roads
        name = str(roads.name[edge])
        if roads.bridge[edge] and roads.ref[edge]:
            national = roads.road_class[edge] == "trunk"
            return f"{'国道' if national else '県道'}{roads.ref[edge]}号"
        return name or "市町村道"

    def _change(self, index: int, step: int) -> dict[str, str]:
        """Return the words for a closure that was eased or lifted, nothing while it is full."""
        closures = self._island.closures
        if step >= closures.end[index]:
            return {
                "規制変更_日時": _said(int(closures.end[index])),
                "規制変更_内容": "通行止め解除",
            }
        if step >= closures.partly[index]:
            return {
                "規制変更_日時": _said(int(closures.partly[index])),
                "規制変更_内容": "片側交互通行",
            }
        return {}


def _said(step: int) -> str:
    at = time_of(step)
    return f"{at.year}/{at.month}/{at.day} {at:%H:%M}"


def _length_km(xy: Floats) -> float:
    return float(np.hypot(*np.diff(xy, axis=0).T).sum()) / 1000

"""Municipal boundaries in the attributes of the national land numerical information (N03)."""

from datetime import datetime, timedelta

import shapely

from drill.answer import GEOJSON, FeedAnswer, found_json, not_found
from drill.island.build import Island
from drill.island.timeline import START
from drill.island.towns import PREFECTURE


class BoundaryFeed:
    """Answers `N03.geojson`: one feature per municipality and piece of land."""

    def __init__(self, island: Island) -> None:
        towns = island.municipalities
        features = []
        for index, town in enumerate(island.areas.municipality):
            polygon = shapely.set_precision(island.areas.polygon(index), 1e-6)
            county = str(towns.county[town]) or None
            features.append(
                {
                    "type": "Feature",
                    "geometry": shapely.geometry.mapping(polygon),
                    "properties": {
                        "N03_001": PREFECTURE,
                        "N03_002": None,
                        "N03_003": county,
                        "N03_004": str(towns.name[town]),
                        "N03_007": str(towns.code[town]),
                    },
                }
            )
        self._answer = found_json(
            {"type": "FeatureCollection", "name": "N03 訓練 火見県", "features": features},
            START - timedelta(days=180),
            GEOJSON,
        )

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return the same file at any time."""
        del at, base
        return self._answer if path == "N03.geojson" else not_found(path)

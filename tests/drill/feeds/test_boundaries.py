"""N03."""

import orjson

from drill.feeds.boundaries import BoundaryFeed
from drill.island.build import Island
from drill.island.timeline import START


def test_features_have_the_attributes_of_n03(island: Island) -> None:
    feed = BoundaryFeed(island)
    document = orjson.loads(feed.answer("N03.geojson", START, "").content)
    codes = {feature["properties"]["N03_007"] for feature in document["features"]}
    assert codes == set(island.municipalities.code.tolist())
    assert {f["properties"]["N03_001"] for f in document["features"]} == {"火見県"}
    assert "訓練" in document["name"]
    assert feed.answer("N03.shp", START, "").status == 404

"""Ways split where roads meet: one link from junction to junction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shapely.geometry import LineString

from ingest.reading import rejected
from ingest.records import Item, RoadLink
from ingest.sources.road_network.tags import link_fields

LON, LAT = 180.0, 90.0


@dataclass(frozen=True, slots=True)
class Way:
    """A road of OpenStreetMap: the nodes it runs through, None where the extract lacks one."""

    number: int
    nodes: tuple[int, ...]
    places: tuple[tuple[float, float] | None, ...]
    """Longitude, latitude of each node."""
    tags: Mapping[str, str]


def on_earth(lon: float, lat: float) -> tuple[float, float] | None:
    """Return a position, None when it is none."""
    return (lon, lat) if -LON <= lon <= LON and -LAT <= lat <= LAT else None


def links(ways: Iterable[Way]) -> Iterator[Item]:
    """Yield a link for each piece of each way between junctions, or why a way has none.

    A junction is a node that two ways share, that one way passes twice, or where a way ends. A way
    whose nodes are partly missing (the edge of an extract) is cut there.
    """
    held = list(ways)
    uses: Counter[int] = Counter(node for way in held for node in way.nodes)
    for way in held:
        taken: Counter[tuple[int, int]] = Counter()
        fields = link_fields(way.tags)
        for piece in _pieces(way, uses):
            ends = (way.nodes[piece[0]], way.nodes[piece[-1]])
            taken[ends] += 1
            again = f"/{taken[ends]}" if taken[ends] > 1 else ""
            yield RoadLink(
                key=f"w{way.number}:{ends[0]}-{ends[1]}{again}",
                geometry=LineString([place for index in piece if (place := way.places[index])]),
                **fields,
            )
        if not taken:
            message = "節点の位置がない道路です（抽出範囲の外）。"
            row = {"way": way.number, "nodes": way.nodes[:100], "tags": dict(way.tags)}
            yield rejected("no_nodes", message, f"way {way.number}", row)


def _pieces(way: Way, uses: Counter[int]) -> Iterator[list[int]]:
    piece: list[int] = []
    for index, node in enumerate(way.nodes):
        if way.places[index] is None:
            if len(piece) > 1:
                yield piece
            piece = []
            continue
        if piece and way.nodes[piece[-1]] == node:
            continue
        piece.append(index)
        if len(piece) > 1 and uses[node] > 1:
            yield piece
            piece = [index]
    if len(piece) > 1:
        yield piece

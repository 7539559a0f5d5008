"""TopoJSON → GeoJSON geometries: shared arcs, delta-coded when a transform stands in the file."""

from collections.abc import Iterator
from typing import Any

from ingest.source import UnreadableError

DEEPEST = 4
MOST_POINTS = 20_000_000
Ring = list[list[float]]


class Arcs:
    """The arcs of a file, handed out until too many points were asked for.

    A small file may name one long arc a million times.
    """

    def __init__(self, arcs: list[Ring]) -> None:
        self._arcs = arcs
        self._left = MOST_POINTS

    def line(self, number: int) -> Ring:
        """Return arc n, or arc ~n backwards for a negative number."""
        arc = self._arcs[number] if number >= 0 else self._arcs[~number][::-1]
        self._left -= len(arc)
        if self._left < 0:
            message = "座標が多すぎます"
            raise ValueError(message)
        return arc


def features(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a GeoJSON feature for each geometry of each object.

    Raises
    ------
    UnreadableError
        When the arcs or a reference to one is broken.
    """
    try:
        arcs = Arcs(_arcs(document))
        for collection in document["objects"].values():
            for geometry in collection.get("geometries", [collection]):
                yield {
                    "type": "Feature",
                    "properties": geometry.get("properties"),
                    "geometry": {
                        "type": geometry["type"],
                        "coordinates": _joined(geometry["arcs"], arcs, 0),
                    }
                    if geometry.get("arcs")
                    else None,
                }
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        message = f"TopoJSON として読めません: {str(error)[:120]}"
        raise UnreadableError(message) from error


def _arcs(document: dict[str, Any]) -> list[Ring]:
    transform = document.get("transform")
    if transform is None:
        return [[[float(x), float(y)] for x, y, *_ in arc] for arc in document["arcs"]]
    (wide, high), (west, south) = transform["scale"], transform["translate"]
    arcs = []
    for arc in document["arcs"]:
        x = y = 0
        line = []
        for dx, dy, *_ in arc:
            x, y = x + dx, y + dy
            line.append([x * wide + west, y * high + south])
        arcs.append(line)
    return arcs


def _joined(references: list[Any], arcs: Arcs, depth: int) -> list[Any]:
    """Return one ring or line of arc numbers, or a list of such, nested."""
    if depth > DEEPEST:
        message = "入れ子が深すぎます"
        raise ValueError(message)
    if references and isinstance(references[0], list):
        return [_joined(part, arcs, depth + 1) for part in references]
    line: list[Any] = []
    for number in references:
        arc = arcs.line(number)
        line.extend(arc[1:] if line else arc)
    return line

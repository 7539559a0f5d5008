"""N03 as GeoJSON or TopoJSON, bare or in its zip → one boundary per municipality.

A municipality lies in as many polygons as it has islands; they become one MultiPolygon. Wards of a
designated city carry codes of their own and are boundaries of their own. Land that belongs to no
municipality yet (所属未定地) is told as rejected.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from ingest.geojson import BadGeometryError, features_of, geometry_of, properties_of
from ingest.reading import json_of, municipality_code_of, rejected, trimmed
from ingest.records import Boundary, Item
from ingest.source import Payload, UnreadableError
from ingest.sources.boundaries import topology
from ingest.zips import zip_members

UNSETTLED = "所属未定地"


def parse(payload: Payload) -> Iterator[Item]:
    """Yield boundaries, after the rows that are none.

    Raises
    ------
    UnreadableError
        When it is neither GeoJSON nor TopoJSON nor a zip of one.
    """
    if payload.content.startswith(b"PK"):
        wanted = (".geojson", ".json", ".topojson")
        found = [
            feature
            for member in zip_members(payload.content, lambda name: name.endswith(wanted))
            for feature in _features(member.content)
        ]
        if not found:
            message = "zip の中に GeoJSON がありません"
            raise UnreadableError(message)
    else:
        found = _features(payload.content)
    yield from _boundaries(found)


def _features(content: bytes) -> list[Any]:
    document = json_of(content)
    if isinstance(document, dict) and document.get("type") == "Topology":
        return list(topology.features(document))
    return features_of(document)


def _boundaries(found: list[Any]) -> Iterator[Item]:
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    rows: dict[str, dict[str, Any]] = {}
    for index, feature in enumerate(found):
        locator = f"feature {index}"
        row = properties_of(feature)
        if row is None:
            yield rejected("not_a_feature", "GeoJSON の地物ではありません。", locator, feature)
            continue
        code = municipality_code_of(row.get("N03_007"))
        if code is None or code.endswith("000") or UNSETTLED in str(row.get("N03_004")):
            name = trimmed(row.get("N03_004")) or "名前のない区域"
            message = f"{name}：市区町村コードがないため、区域として使えません。"
            yield rejected("no_municipality", message, locator, row)
            continue
        try:
            area = _polygons(feature.get("geometry"))
        except BadGeometryError as error:
            yield rejected("bad_geometry", f"{error}。", locator, row)
            continue
        parts[code].append(area)
        rows.setdefault(code, row)
    for code, areas in parts.items():
        yield _boundary(code, rows[code], areas)


def _polygons(value: object) -> BaseGeometry:
    try:
        geometry = shapely.make_valid(geometry_of(value))
    except ShapelyError as error:
        message = "面の形が壊れています"
        raise BadGeometryError(message) from error
    areas = _areas(geometry)
    if not areas:
        message = "面ではない図形です"
        raise BadGeometryError(message)
    return MultiPolygon(areas)


def _areas(geometry: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def _boundary(code: str, row: dict[str, Any], areas: list[BaseGeometry]) -> Boundary:
    # Before 2024 a ward stands in N03_004 below its city in N03_003, since then in N03_005.
    above, name, ward = (trimmed(row.get(f"N03_00{n}")) for n in (3, 4, 5))
    city = above if above and above.endswith("市") else ""
    merged = MultiPolygon(_areas(shapely.union_all(areas)))
    return Boundary(
        key=code,
        name=f"{city}{name or ''}{ward or ''}" or code,
        prefecture=trimmed(row.get("N03_001")) or "",
        geometry=merged,
        attributes={
            kind: text
            for kind, text in (("branch", trimmed(row.get("N03_002"))), ("district", above))
            if text
        },
    )

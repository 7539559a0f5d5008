"""Coordinate systems, the plane-rectangular zone of a place, mesh codes, metric length and area.

Geographic coordinates are EPSG:4326, longitude before latitude, unless a name says otherwise.
JGD2011 (6668) is treated as equal to WGS 84 for display (reference/F, F2).
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from core.errors import InvalidError

WGS84 = "EPSG:4326"
WEB_MERCATOR = "EPSG:3857"

# Japan with its outlying islands and its waters; reference/D-formats.md D11 importer rule.
JAPAN_LON = (122.0, 154.0)
JAPAN_LAT = (20.0, 46.0)

# Plane-rectangular zones of JGD2011: EPSG 6669 (I) … 6687 (XIX) with origin latitude, longitude.
# reference/F-meshes-crs-addresses.md F2.
ZONE_ORIGINS: dict[int, tuple[float, float]] = {
    1: (33, 129.5), 2: (33, 131), 3: (36, 132 + 1 / 6), 4: (33, 133.5), 5: (36, 134 + 1 / 3),
    6: (36, 136), 7: (36, 137 + 1 / 6), 8: (36, 138.5), 9: (36, 139 + 5 / 6),
    10: (40, 140 + 5 / 6), 11: (44, 140.25), 12: (44, 142.25), 13: (44, 144.25), 14: (26, 142),
    15: (26, 127.5), 16: (26, 124), 17: (26, 131), 18: (20, 136), 19: (26, 154),
}  # fmt: skip

# Zone by prefecture (JIS X 0401). Hokkaido, Tokyo, Kagoshima and Okinawa have parts in other
# zones; there the place decides (plane_zone_at).
PREFECTURE_ZONES: dict[str, int] = {
    **dict.fromkeys(("42",), 1), **dict.fromkeys(("40", "41", "43", "44", "45", "46"), 2),
    **dict.fromkeys(("35", "32", "34"), 3), **dict.fromkeys(("37", "38", "36", "39"), 4),
    **dict.fromkeys(("28", "31", "33"), 5),
    **dict.fromkeys(("26", "27", "18", "25", "24", "29", "30"), 6),
    **dict.fromkeys(("17", "16", "21", "23"), 7), **dict.fromkeys(("15", "20", "19", "22"), 8),
    **dict.fromkeys(("13", "07", "09", "08", "11", "10", "12", "14"), 9),
    **dict.fromkeys(("02", "05", "06", "03", "04"), 10), "01": 12, "47": 15,
}  # fmt: skip


class OutsideJapanError(InvalidError):
    """The position lies outside Japan."""


def in_japan(lon: float, lat: float) -> bool:
    """Tell whether a position (degrees) can lie in Japan or its waters."""
    return JAPAN_LON[0] <= lon <= JAPAN_LON[1] and JAPAN_LAT[0] <= lat <= JAPAN_LAT[1]


def plane_zone_at(lon: float, lat: float) -> int:
    """Return the plane-rectangular zone (1 to 19) whose origin is nearest to a position.

    A prefecture's own zone is the legal one; use `PREFECTURE_ZONES` when the prefecture is known.
    Nearness is measured with longitude weighted by the cosine of the latitude and the origin
    latitude held within 4 degrees, so that the columns of zones are compared by longitude first.

    Raises
    ------
    OutsideJapanError
        For a position outside 20–46 °N, 122–154 °E.
    """
    if not in_japan(lon, lat):
        message = f"{lon:.4f}, {lat:.4f} は日本の範囲の外です"
        raise OutsideJapanError(message)
    cosine = float(np.cos(np.radians(lat)))

    def distance(zone: int) -> float:
        origin_lat, origin_lon = ZONE_ORIGINS[zone]
        north = max(0.0, abs(lat - origin_lat) - 2.0)
        return float(np.hypot((lon - origin_lon) * cosine, north))

    return min(ZONE_ORIGINS, key=distance)


def zone_epsg(zone: int) -> int:
    """Return the EPSG code of a JGD2011 plane-rectangular zone (1 to 19)."""
    if zone not in ZONE_ORIGINS:
        message = f"平面直角座標系 {zone} 系はありません"
        raise InvalidError(message)
    return 6668 + zone


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def reproject(geometry: BaseGeometry, source: str, target: str) -> BaseGeometry:
    """Return a geometry in another CRS; both in x, y (longitude, latitude / east, north) order."""
    transformer = _transformer(source, target)

    def convert(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])

    result: BaseGeometry = shapely.transform(geometry, convert)
    return result


@lru_cache(maxsize=1)
def _geod() -> pyproj.Geod:
    return pyproj.Geod(ellps="GRS80")


def length_m(geometry: BaseGeometry) -> float:
    """Return the length in metres on the ellipsoid of a geometry in EPSG:4326 (lon, lat)."""
    return float(_geod().geometry_length(geometry))


def area_m2(geometry: BaseGeometry) -> float:
    """Return the area in square metres on the ellipsoid of a geometry in EPSG:4326 (lon, lat)."""
    return abs(float(_geod().geometry_area_perimeter(geometry)[0]))


# Height and width of a cell in milliarcseconds at levels 1 to 6; how many rows and columns of them
# one cell of the level above has (level 1 has none above: two digits each).
# reference/F-meshes-crs-addresses.md F1.
_CELLS = (
    (2_400_000, 3_600_000), (300_000, 450_000), (30_000, 45_000),
    (15_000, 22_500), (7_500, 11_250), (3_750, 5_625),
)  # fmt: skip
_MAS = 3_600_000
_WEST = 100 * _MAS
_MESH = re.compile(r"(\d\d)(\d\d)(?:([0-7])([0-7])(?:(\d)(\d)([1-4]{0,3}))?)?", re.ASCII)


def mesh_code(lon: float, lat: float, level: int = 3) -> str:
    """Return the JIS X 0410 mesh code of a position (degrees), level 1 to 6 (80 km to 125 m).

    Worked in integer milliarcseconds so that borders fall on the right side: Tokyo Station at
    level 4 is 533946113.

    Raises
    ------
    OutsideJapanError
        Outside 0–66 °N, 100–199 °E, or for a level that does not exist.
    """
    if not (0 <= lat < 66 and 100 <= lon < 199 and 1 <= level <= len(_CELLS)):  # noqa: PLR2004
        raise OutsideJapanError
    north, east = round(lat * _MAS), round(lon * _MAS) - _WEST
    code = ""
    for step, (height, width) in enumerate(_CELLS[:level]):
        row, north = divmod(north, height)
        column, east = divmod(east, width)
        if step == 0:
            code = f"{row:02d}{column:02d}"
        elif step < 3:  # noqa: PLR2004 - levels 2 and 3 count rows and columns
            code += f"{row}{column}"
        else:
            code += str(1 + column + 2 * row)
    return code


def mesh_bounds(code: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of a JIS X 0410 mesh code.

    A code has 4, 6, 8, 9, 10 or 11 digits (80 km, 10 km, 1 km, 500 m, 250 m, 125 m).

    Raises
    ------
    InvalidError
        When the code is not one.
    """
    found = _MESH.fullmatch(code)
    if found is None:
        message = f"メッシュコード {code!r} を読めません"
        raise InvalidError(message)
    *pairs, quarters = found.groups(default="")
    steps = [(int(pairs[i]), int(pairs[i + 1])) for i in (0, 2, 4) if pairs[i]]
    steps += [divmod(int(digit) - 1, 2) for digit in quarters]
    south = sum(row * height for (row, _), (height, _) in zip(steps, _CELLS, strict=False))
    west = sum(column * width for (_, column), (_, width) in zip(steps, _CELLS, strict=False))
    height, width = _CELLS[len(steps) - 1]
    west += _WEST
    return west / _MAS, south / _MAS, (west + width) / _MAS, (south + height) / _MAS


def check_digit(municipality_code: str) -> str:
    """Return the sixth digit of a municipality code of five digits.

    reference/D-formats.md D12: (11 − (6a+5b+4c+3d+2e) mod 11) mod 10.
    """
    if re.fullmatch(r"[0-9]{5}", municipality_code) is None:
        message = f"市区町村コード {municipality_code!r} は5桁の数字ではありません"
        raise InvalidError(message)
    total = sum(int(d) * w for d, w in zip(municipality_code, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


def bounds_of(geometries: Sequence[BaseGeometry]) -> tuple[float, float, float, float]:
    """Return west, south, east, north over an array of geometries."""
    west, south, east, north = shapely.total_bounds(geometries)
    return float(west), float(south), float(east), float(north)

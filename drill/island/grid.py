"""The island's raster frame: cells of 100 m laid on longitude and latitude, row 0 in the south."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

CENTRE = (149.75, 30.5)
"""Longitude and latitude of the middle: open Pacific, 800 km from the nearest land."""
METRES_PER_LAT = 110_850.0
METRES_PER_LON = 95_970.0
"""Metres per degree at 30.5 °N on GRS 80."""
CELL_M = 100.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A raster of `rows` × `columns` square cells centred on `CENTRE`.

    x is east and y north, in metres from the south-western corner.
    """

    rows: int
    columns: int
    cell_m: float = CELL_M

    @property
    def shape(self) -> tuple[int, int]:
        """Return rows, columns."""
        return self.rows, self.columns

    @property
    def west(self) -> float:
        """Return the longitude of the western edge in degrees."""
        return CENTRE[0] - self.columns * self.cell_m / 2 / METRES_PER_LON

    @property
    def south(self) -> float:
        """Return the latitude of the southern edge in degrees."""
        return CENTRE[1] - self.rows * self.cell_m / 2 / METRES_PER_LAT

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees."""
        east = self.west + self.columns * self.cell_m / METRES_PER_LON
        return self.west, self.south, east, self.south + self.rows * self.cell_m / METRES_PER_LAT

    def lonlat(self, xy: Floats) -> Floats:
        """Return positions (n, 2) in degrees, longitude first, of metres (n, 2)."""
        return np.column_stack(
            [self.west + xy[:, 0] / METRES_PER_LON, self.south + xy[:, 1] / METRES_PER_LAT]
        )

    def xy(self, lonlat: Floats) -> Floats:
        """Return metres (n, 2) of positions (n, 2) in degrees, longitude first."""
        return np.column_stack(
            [
                (lonlat[:, 0] - self.west) * METRES_PER_LON,
                (lonlat[:, 1] - self.south) * METRES_PER_LAT,
            ]
        )

    def centres(self, cells: Ints) -> Floats:
        """Return the metres (n, 2) of the centres of flat cell numbers."""
        row, column = np.divmod(cells, self.columns)
        return (np.column_stack([column, row]) + 0.5) * self.cell_m

    def cells(self, xy: Floats) -> Ints:
        """Return the flat cell numbers of metres (n, 2), held inside the frame."""
        column = np.clip((xy[:, 0] / self.cell_m).astype(np.int64), 0, self.columns - 1)
        row = np.clip((xy[:, 1] / self.cell_m).astype(np.int64), 0, self.rows - 1)
        return np.asarray(row * self.columns + column, dtype=np.int64)

    def coarser(self, factor: int) -> "Grid":
        """Return the frame with cells `factor` times as wide (rows and columns must divide)."""
        return Grid(self.rows // factor, self.columns // factor, self.cell_m * factor)


@dataclass(frozen=True, slots=True)
class Lines:
    """Many lines in one array, degrees: line i is `points[offsets[i]:offsets[i + 1]]`."""

    points: Floats
    offsets: Ints

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.offsets) - 1

    def line(self, index: int) -> Floats:
        """Return the points (n, 2) of one line."""
        return self.points[self.offsets[index] : self.offsets[index + 1]]


def lines_of(parts: list[Floats]) -> Lines:
    """Return lines from their points."""
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    points = np.concatenate(parts) if parts else np.zeros((0, 2))
    return Lines(points, offsets)


def block_mean(values: Floats, factor: int) -> Floats:
    """Return the means of blocks of `factor` × `factor` cells."""
    rows, columns = values.shape[0] // factor, values.shape[1] // factor
    cut = values[: rows * factor, : columns * factor]
    return np.asarray(cut.reshape(rows, factor, columns, factor).mean(axis=(1, 3)))

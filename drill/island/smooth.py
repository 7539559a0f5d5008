"""Lines that were found on a raster, made to look drawn."""

import numpy as np

from drill.island.grid import Floats

SHORT = 2


def smoothed(xy: Floats, rounds: int) -> Floats:
    """Return a line of the same points, each inner one moved `rounds` times to its neighbours.

    The ends stay.
    """
    result = xy.astype(np.float64).copy()
    if len(result) <= SHORT:
        return result
    for _ in range(rounds):
        result[1:-1] = 0.25 * result[:-2] + 0.5 * result[1:-1] + 0.25 * result[2:]
    return result


def measure(xy: Floats) -> Floats:
    """Return the distance of each point from the start, along the line, in the unit of `xy`."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])


def cut(xy: Floats, start: float, end: float) -> Floats:
    """Return the part of a line between two distances from its start."""
    along = measure(xy)
    inner = (along > start) & (along < end)
    ends = np.column_stack([np.interp([start, end], along, xy[:, axis]) for axis in (0, 1)])
    return np.concatenate([ends[:1], xy[inner], ends[1:]])

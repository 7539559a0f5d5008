"""Settlements and municipalities."""

import numpy as np
from scipy.spatial import cKDTree

from drill.island.terrain import Terrain
from drill.island.towns import (
    HOUSEHOLD,
    LEAST_GAP_M,
    PEOPLE,
    Municipalities,
    Settlements,
    coarse_grid,
)

Towns = tuple[Settlements, Municipalities]


def test_people_live_on_gentle_land(terrain: Terrain, towns: Towns) -> None:
    settlements, _ = towns
    cells = terrain.grid.cells(settlements.xy)
    on_land = terrain.land.ravel()[cells]
    assert on_land.mean() > 0.97
    assert terrain.slope.ravel()[cells].mean() < terrain.slope[terrain.main].mean()
    assert cKDTree(settlements.xy).query(settlements.xy, 2)[0][:, 1].min() >= LEAST_GAP_M


def test_the_numbers_fit_the_scale(towns: Towns) -> None:
    settlements, municipalities = towns
    assert len(settlements.xy) == 60
    assert abs(settlements.people.sum() / (PEOPLE * 0.05**0.903) - 1) < 0.1
    assert municipalities.people.sum() == settlements.people.sum()
    assert np.abs(settlements.people / settlements.households - HOUSEHOLD).min() < 0.1


def test_codes_have_the_structure_of_an_unused_prefecture(towns: Towns) -> None:
    _, municipalities = towns
    assert len(set(municipalities.code)) == len(municipalities.code)
    for code, name, county in zip(
        municipalities.code, municipalities.name, municipalities.county, strict=True
    ):
        assert len(code) == 5
        assert code.startswith("992" if name.endswith("市") else "993") or code > "99400"
        assert bool(county) != name.endswith("市")


def test_each_seat_lies_in_its_own_area(terrain: Terrain, towns: Towns) -> None:
    settlements, municipalities = towns
    area = municipalities.area.ravel()
    at = area[coarse_grid(terrain).cells(settlements.xy[municipalities.seat])]
    assert (settlements.municipality[municipalities.seat] == np.arange(len(at))).all()
    assert (at == np.arange(len(at))).mean() > 0.8
    assert set(np.unique(area)) == set(range(-1, len(at)))

"""The words and numbers of each shelter that all lists of shelters share."""

from drill.island.build import Island
from drill.island.towns import PREFECTURE

DRILL = "訓練"


class Register:
    """The words and numbers of each shelter that all registers share."""

    def __init__(self, island: Island) -> None:
        self.refuges = island.refuges
        towns, settlements = island.municipalities, island.settlements
        lonlat = island.grid.lonlat(self.refuges.xy)
        self.lat = [f"{lat:.6f}" for lat in lonlat[:, 1]]
        self.lon = [f"{lon:.6f}" for lon in lonlat[:, 0]]
        town = self.refuges.municipality
        self.code = [str(towns.code[t]) for t in town]
        self.town = [str(towns.name[t]) for t in town]
        self.place = [str(settlements.name[s]) for s in self.refuges.settlement]
        self.address = [
            f"{PREFECTURE}{towns.county[t]}{towns.name[t]}{place}{1 + 13 * n % 900}"
            for n, (t, place) in enumerate(zip(town, self.place, strict=True))
        ]
        self.capacity = [str(c) if c else "" for c in self.refuges.capacity]

    def hazards(self, index: int) -> list[str]:
        """Return the marks for flood … volcano, `1` where suitable."""
        refuges = self.refuges
        flood, slide = refuges.flood_safe[index], refuges.landslide_safe[index]
        surge = refuges.surge_safe[index]
        marks = [flood, slide, surge, True, surge, index % 2 == 0, flood, False]
        return ["1" if mark else "" for mark in marks]

"""Everything the doors need of this package, opened once for a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.db.session import Database
from core.settings import Settings
from layers.catalog import Catalog, describe, load_catalog
from layers.layer import Definition
from layers.raster import RasterStore
from layers.tiles import TileStore
from layers.versions import TableState, layer_version, table_states

RELIEF = "relief"


@dataclass(frozen=True, slots=True)
class LayerAccess:
    """The catalogue with the stores that serve it."""

    database: Database
    catalog: Catalog
    tiles: TileStore
    rasters: RasterStore
    drill: bool
    """Every export then says 訓練."""

    def versions(self, session: Session) -> dict[str, int]:
        """Return the current version of every layer by id."""
        tables = table_states(session)
        return {layer.id: self._version(layer, tables) for layer in self.catalog}

    def catalogue(self, session: Session) -> list[dict[str, Any]]:
        """Return the description of every layer that can be shown, in drawing order."""
        versions = self.versions(session)
        return [
            self._described(layer, versions[layer.id])
            for layer in self.catalog
            if layer.url is not None or layer.kind != "raster" or layer.id in self.rasters
        ]

    def _version(self, layer: Definition, tables: Mapping[str, TableState]) -> int:
        if layer.kind == "raster":
            return self.rasters.version(layer.id)
        return layer_version(layer, tables)

    def _described(self, layer: Definition, version: int) -> dict[str, Any]:
        told = describe(layer, version)
        if layer.id in self.rasters:
            told["bounds"] = list(self.rasters.bounds(layer.id))
        return told


def open_layers(database: Database, settings: Settings) -> LayerAccess:
    """Read the definitions and open the stores.

    Raises
    ------
    DefinitionError
        When a definition file is wrong.
    """
    catalog = load_catalog()
    files = {} if settings.map.relief is None else {RELIEF: settings.map.relief}
    return LayerAccess(
        database=database,
        catalog=catalog,
        tiles=TileStore(database.transaction, catalog),
        rasters=RasterStore(files),
        drill=settings.drill.active,
    )

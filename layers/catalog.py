"""Every layer there is: read from the definition files, described for screens."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from layers.layer import Definition, DefinitionError, UnknownLayerError, read_definition

DEFINITIONS = Path(__file__).parent / "definitions"


class Catalog:
    """The layers of this installation, in drawing order."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self._layers = dict(
            sorted(definitions.items(), key=lambda item: (item[1].style.order, item[0]))
        )

    def __iter__(self) -> Iterator[Definition]:
        """Iterate over the layers, lowest drawn first."""
        return iter(self._layers.values())

    def __len__(self) -> int:
        """Return how many layers there are."""
        return len(self._layers)

    def __contains__(self, layer_id: object) -> bool:
        """Tell whether a layer of that id exists."""
        return layer_id in self._layers

    def get(self, layer_id: str, kind: str | None = None) -> Definition:
        """Return a layer by id, of one kind where given.

        Raises
        ------
        UnknownLayerError
            When there is none.
        """
        layer = self._layers.get(layer_id)
        if layer is None or (kind is not None and layer.kind != kind):
            message = f"レイヤー {layer_id[:60]} はありません"
            raise UnknownLayerError(message)
        return layer

    def depending_on(self, table: str) -> tuple[str, ...]:
        """Return the ids of the layers whose content depends on a table."""
        return tuple(layer.id for layer in self if table in layer.tables)


def load_catalog(folder: Path = DEFINITIONS) -> Catalog:
    """Read every definition of a folder.

    Raises
    ------
    DefinitionError
        When the folder holds none, or one is wrong (file and field are named).
    """
    found = [read_definition(path) for path in sorted(folder.glob("*.yaml"))]
    if not found:
        message = f"{folder.name}: レイヤー定義がありません"
        raise DefinitionError(message)
    return Catalog({definition.id: definition for definition in found})


def describe(layer: Definition, version: int) -> dict[str, Any]:
    """Return what a screen needs to offer and draw a layer."""
    return {
        "id": layer.id,
        "title": layer.title,
        "title_en": layer.title_en,
        "group": layer.group,
        "kind": layer.kind,
        "geometry": layer.geometry,
        "version": version,
        "address": _address(layer),
        "zooms": layer.zooms.model_dump(),
        "style": layer.style.model_dump(exclude_none=True),
        "legend": layer.legend_classes(),
        "attribution": layer.attribution,
        "attribution_url": layer.attribution_url,
        "sources": list(layer.sources),
        "history": layer.history,
        "default": layer.default,
    }


def _address(layer: Definition) -> str:
    """Return where the content is; `{version}`, `{z}`, `{x}`, `{y}` are for the browser to fill."""
    if layer.url is not None:
        return layer.url
    return {
        "geojson": f"/api/layers/{layer.id}.geojson",
        "vector": f"/tiles/{layer.id}/{{version}}/{{z}}/{{x}}/{{y}}.mvt",
        "raster": f"/tiles/raster/{layer.id}/{{version}}/{{z}}/{{x}}/{{y}}.png",
    }[layer.kind]

"""The contract of a layer: what a definition file may say, checked when it is read."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.errors import InvalidError, NotFoundError
from layers.style import SCALES, LegendClass, text_colour

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-F]{6}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class DefinitionError(InvalidError):
    """A layer definition is wrong."""


class UnknownLayerError(NotFoundError):
    """そのレイヤーはありません。"""  # noqa: D400


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Zooms(_Part):
    """Zoom levels at which a layer has something to show (256-pixel tiles)."""

    min: Annotated[int, Field(ge=0, le=22)] = 0
    max: Annotated[int, Field(ge=0, le=22)] = 22
    """For tiles the deepest that is made; a browser enlarges it beyond."""

    @model_validator(mode="after")
    def _ordered(self) -> "Zooms":
        if self.min > self.max:
            message = "min is above max"
            raise ValueError(message)
        return self


class Entry(_Part):
    """A legend class written out in the definition itself."""

    colour: Colour
    label: Text
    label_en: Text
    key: str | None = None
    pattern: Literal["solid", "dashed", "dotted", "hatch", "outline"] = "solid"


class Style(_Part):
    """What the browser's map script draws; `kind` names one of its styles."""

    kind: Literal["rain", "river", "closure", "shelter", "outage", "warning", "road", "boundary",
                  "raster"]  # fmt: skip
    order: Annotated[int, Field(ge=0, le=100)]
    """Drawing order, low below high (look: hazards, closures and water, routes, points)."""
    label: Name | None = None
    """Property written beside the sign."""
    unit: str | None = None


class Definition(_Part):
    """One layer."""

    id: Name
    title: Text
    title_en: Text
    group: Literal["weather", "water", "roads", "people", "lifelines", "base"]
    kind: Literal["geojson", "vector", "raster"]
    tables: tuple[Name, ...] = ()
    """Tables its content depends on: their versions make the layer's."""
    sql: str | None = None
    """SELECT of id (text; bigint for vector tiles), geom (EPSG:4326) and every column of
    `columns`; `:now` is world time, for vector tiles `:detail` the zoom to serve."""
    sql_at: str | None = None
    """The same for a past time `:at`."""
    history: Literal["exact", "partial", "none"] = "none"
    """What `sql_at` can know of the past."""
    columns: dict[Name, str] = {}
    """Property → Japanese heading (for tables and files)."""
    public: tuple[Name, ...] = ()
    """Properties residents may see."""
    derive: Literal["river"] | None = None
    shapes: Literal["boundary"] | None = None
    """The query gives no geom: a feature is drawn as the municipality whose code is its id."""
    staleness: Literal["station", "source", "none"] = "none"
    """Whose age decides: the single station's, or its source's last success."""
    geometry: Literal["point", "line", "polygon", "mixed", "raster"]
    zooms: Zooms = Zooms()
    style: Style
    scale: Literal["rain", "alert", "river", "depth"] | None = None
    """Official colour scale of the legend."""
    legend: tuple[Entry, ...] = ()
    attribution: Text
    attribution_url: str | None = None
    sources: tuple[Name, ...] = ()
    url: Annotated[str, Field(pattern=r"^https://[^{}]+/\{z\}/\{x\}/\{y\}\.(png|jpg)$")] | None = (
        None
    )
    """Address template of tiles that others serve."""
    default: bool = False
    """Shown when a map opens."""

    @field_validator("sql", "sql_at")
    @classmethod
    def _one_select(cls, value: str | None) -> str | None:
        if value is None:
            return None
        words = value.split()
        if not words or words[0].upper() not in {"SELECT", "WITH"} or ";" in value:
            message = "one SELECT without a semicolon is wanted"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _whole(self) -> "Definition":
        told = {"geojson": self.sql, "vector": self.sql, "raster": "built in"}[self.kind]
        problems = [
            (not told, "sql is missing"),
            (self.kind != "raster" and not self.tables, "tables is missing"),
            (self.kind != "raster" and self.url is not None, "url is for rasters"),
            ((self.sql_at is None) != (self.history == "none"), "history and sql_at disagree"),
            (not set(self.public) <= set(self.columns), "public names a column that is not there"),
            (self.scale is not None and bool(self.legend), "scale and legend exclude each other"),
        ]
        for wrong, message in problems:
            if wrong:
                raise ValueError(message)
        return self

    def legend_classes(self) -> list[dict[str, Any]]:
        """Return the legend as a browser draws it, highest class first."""
        if self.scale is not None:
            return [_described(entry) for entry in SCALES[self.scale]]
        return [{**e.model_dump(), "text": text_colour(e.colour)} for e in self.legend]


def _described(entry: LegendClass) -> dict[str, Any]:
    return {
        "colour": entry.colour,
        "text": entry.text,
        "label": entry.label,
        "label_en": entry.label_en,
        "lower": entry.lower,
    }


def read_definition(path: Path) -> Definition:
    """Read one definition file.

    Raises
    ------
    DefinitionError
        One sentence that names the file and the field.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"{path.name}: YAML として読めません（{error}）"
        raise DefinitionError(message) from error
    try:
        definition = Definition.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "(全体)"
        message = f"{path.name}: {where} が正しくありません（{first['msg']}）"
        raise DefinitionError(message) from error
    if definition.id != path.stem:
        message = f"{path.name}: id が正しくありません（ファイル名は {definition.id}.yaml のはず）"
        raise DefinitionError(message)
    return definition

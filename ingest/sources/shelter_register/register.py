"""One row of a register → one shelter."""

from collections.abc import Mapping
from typing import Any

from ingest.reading import folded, number_of, trimmed, without
from ingest.records import ShelterRegister
from ingest.shelter_tables import ALIASES, Row, key_of, municipality_of, said
from ingest.sources.shelter_register.capacity import capacity_of

HAZARDS: dict[str, tuple[str, ...]] = {
    "flood": ("洪水", "災害種別_洪水", "floodShFlg", "P20_009"),
    "landslide": ("崖崩れ、土石流及び地滑り", "災害種別_崖崩れ、土石流及び地滑り", "土砂災害",
                  "sedimentDisasterShFlg"),
    "storm_surge": ("高潮", "災害種別_高潮", "stormSurgeShFlg"),
    "earthquake": ("地震", "災害種別_地震", "earthquakeShFlg", "P20_007"),
    "tsunami": ("津波", "災害種別_津波", "tsunamiShFlg", "P20_008"),
    "fire": ("大規模な火事", "災害種別_大規模な火事"),
    "inland_flood": ("内水氾濫", "災害種別_内水氾濫", "landsideWaterShFlg"),
    "volcano": ("火山現象", "災害種別_火山現象", "P20_010"),
}  # fmt: skip
_BOTH = ("指定避難所との住所同一", "指定避難所との重複", "指定緊急避難場所との住所同一")
_SHELTER = ("受入対象者", "その他市町村長が必要と認める事項")
_LISTED = ("portal_capacity_raw", "shelter_type", "避難所名")
_USED = frozenset(
    (*(name for names in ALIASES.values() for name in names),
     *(name for names in HAZARDS.values() for name in names)),
) - {"NO"}  # fmt: skip


def marked(value: object) -> bool:
    """Tell whether a flag is set: `1`, `1.0`, `○`, `true`, 有."""
    number = number_of(value)
    if number is not None:
        return number > 0
    return value is True or folded(value).lower() in {"○", "〇", "◯", "◎", "●", "true", "有", "yes"}


def hazards_of(cells: Mapping[str, Any]) -> dict[str, bool]:
    """Return for which hazards the site is suitable, of those the table has a column for."""
    return {
        hazard: any(marked(cells.get(name)) for name in names)
        for hazard, names in HAZARDS.items()
        if any(name in cells for name in names)
    }


def kind_of(cells: Mapping[str, Any], hazards: Mapping[str, bool]) -> str:
    """Return shelter, evacuation_site, both or other, from the flags or the columns there are."""
    if "designatedEvacShFlg" in cells or "edesignatedEvacShFlg" in cells:
        stay, flee = (
            marked(cells.get("designatedEvacShFlg")),
            marked(cells.get("edesignatedEvacShFlg")),
        )
        return {
            (True, True): "both",
            (True, False): "shelter",
            (False, True): "evacuation_site",
        }.get((stay, flee), "other")
    words = f"{cells.get('P20_004', '')}{cells.get('shelter_type', '')}"
    if any(marked(cells.get(name)) for name in _BOTH):
        return "both"
    if "避難所" in words or any(name in cells for name in (*_SHELTER, *_LISTED)):
        return "shelter"
    return "evacuation_site" if hazards else "other"


def shelter_of(row: Row) -> ShelterRegister | None:
    """Return the shelter of a row, None when it names none."""
    cells = row.cells
    name, key = said(cells, "name"), key_of(cells)
    if name is None or key is None:
        return None
    code, town = municipality_of(cells)
    capacity = capacity_of(said(cells, "capacity"))
    hazards = hazards_of(cells)
    attributes = without(dict(cells), *_USED)
    if row.position is None and (said(cells, "lat") or said(cells, "lon")):
        attributes["position_given"] = f"{said(cells, 'lat')}, {said(cells, 'lon')}"
    for where, people in (("indoors", capacity.indoors), ("outdoors", capacity.outdoors)):
        if people is not None:
            attributes[f"capacity_{where}"] = people
    number = trimmed(cells.get("標高"))
    return ShelterRegister(
        key=key,
        name=name,
        kana=said(cells, "kana"),
        kind=kind_of(cells, hazards),
        lon=row.position.lon if row.position else None,
        lat=row.position.lat if row.position else None,
        address=said(cells, "address"),
        municipality_code=code,
        municipality_name=town,
        capacity=capacity.people,
        capacity_text=capacity.text,
        hazards=hazards,
        attributes=attributes | ({"標高": number} if number else {}),
    )

"""The catalogue, the features, the charts' series and the wall's numbers over HTTP.

`app.state.layers` holds the process's `layers.service.LayerAccess`.
"""

import hashlib
from datetime import UTC
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime

from core.clock import world
from layers import wire
from layers.export import export
from layers.features import collection
from layers.fit import encode_collection
from layers.series import MAX_HOURS, station_series
from layers.service import LayerAccess

router = APIRouter(prefix="/api", tags=["layers"])
JSON = "application/json"
GEOJSON = "application/geo+json"


async def layer_access(request: Request) -> LayerAccess:
    """Return the layers of this process (async: a plain function would cost a thread)."""
    access: LayerAccess = request.app.state.layers
    return access


Access = Annotated[LayerAccess, Depends(layer_access)]


def answer(request: Request, content: bytes, media_type: str) -> Response:
    """Return content under its hash as ETag; 304 when the browser already holds the same."""
    tag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in (request.headers.get("if-none-match") or ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


@router.get("/layers")
def read_catalogue(request: Request, access: Access) -> Response:
    """Return every layer with its version, legend and address."""
    with access.database.transaction() as session:
        catalogue = access.catalogue(session)
    return answer(request, wire.encode({"layers": catalogue}), JSON)


@router.get("/layers/{layer_id}.geojson")
def read_features(
    request: Request, access: Access, layer_id: str, at: AwareDatetime | None = None
) -> Response:
    """Return the features of a layer, now or at a time of the last 72 hours."""
    layer = access.catalog.get(layer_id, "geojson")
    moment = None if at is None else at.astimezone(UTC)
    with access.database.transaction() as session:
        found = collection(session, layer, world(), moment)
    if at is None:
        found.pop("at")  # it would change the ETag of what did not change
    return answer(request, encode_collection(found), GEOJSON)


@router.get("/layers/{layer_id}/export")
def read_export(
    access: Access, layer_id: str, file_format: Annotated[str, Query(alias="format")] = "geojson"
) -> Response:
    """Return a layer as a file to keep (geojson, gpkg, csv)."""
    layer = access.catalog.get(layer_id, "geojson")
    with access.database.transaction() as session:
        file = export(session, layer, file_format, world(), drill=access.drill)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "Cache-Control": "no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


@router.get("/stations/{station_id}/series")
def read_series(
    request: Request,
    access: Access,
    station_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    hours: Annotated[int, Query(ge=1, le=MAX_HOURS)] = 24,
) -> Response:
    """Return what a station measured over the last hours."""
    with access.database.transaction() as session:
        found = station_series(session, station_id, world(), hours)
    return answer(request, wire.encode(found.wire()), JSON)

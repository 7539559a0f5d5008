"""Vector and raster tiles over HTTP, kept for a year under the version in their address."""

from functools import partial
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response

from layers.service import LayerAccess
from layers.tiles import Address, Tile
from server.api.layers import Access

router = APIRouter(prefix="/tiles", tags=["tiles"])
MVT = "application/vnd.mapbox-vector-tile"
PNG = "image/png"
THREADS = 3
IMMUTABLE = "private, max-age=31536000, immutable"


async def tile_address(z: int, x: int, y: int) -> Address:
    """Return the tile a path names; a number that cannot be is refused when the tile is made."""
    return Address(z, x, y)


At = Annotated[Address, Depends(tile_address)]


def tile_threads(request: Request) -> CapacityLimiter:
    """Return the few threads of this process that make tiles.

    A map asks for dozens at once; more threads would take every database connection from the
    rest of the house without making a tile sooner.
    """
    state = request.app.state
    if not hasattr(state, "tile_threads"):
        state.tile_threads = CapacityLimiter(THREADS)
    limiter: CapacityLimiter = state.tile_threads
    return limiter


def tile_answer(tile: Tile, media_type: str, *, gzipped: bool = False) -> Response:
    """Return a tile under an address that is kept for a year.

    An address of a version that is no longer the layer's gets the present content, not to be kept.
    """
    headers = {"Cache-Control": IMMUTABLE if tile.current else "no-store"}
    if media_type == MVT:
        headers["Vary"] = "Accept-Encoding"
    if gzipped and tile.content:
        headers["Content-Encoding"] = "gzip"
        return Response(tile.compressed, media_type=media_type, headers=headers)
    return Response(tile.content, media_type=media_type, headers=headers)


def make_tile(
    access: LayerAccess, layer_id: str, version: int, address: Address, *, gzipped: bool
) -> Tile:
    """Return a tile made in this thread, compressed here too where that is wanted."""
    tile = access.tiles.tile(layer_id, version, address)
    if gzipped:
        _ = tile.compressed
    return tile


@router.get("/raster/{layer_id}/{version}/{z}/{x}/{y}.png")  # noqa: FAST003 - tile_address takes them
def read_raster_tile(access: Access, layer_id: str, version: int, address: At) -> Response:
    """Return one PNG tile; transparent outside the raster."""
    tile = access.rasters.tile(layer_id, version, address)
    return tile_answer(tile, PNG)


@router.get("/{layer_id}/{version}/{z}/{x}/{y}.mvt")  # noqa: FAST003 - tile_address takes them
async def read_vector_tile(
    request: Request, access: Access, layer_id: str, version: int, address: At
) -> Response:
    """Return one vector tile; from memory without leaving the event loop, else made in a thread."""
    gzipped = "gzip" in request.headers.get("accept-encoding", "")
    tile = access.tiles.cached(layer_id, version, address)
    if tile is None:
        make = partial(make_tile, access, layer_id, version, address, gzipped=gzipped)
        tile = await run_sync(make, limiter=tile_threads(request))
    return tile_answer(tile, MVT, gzipped=gzipped)

"""The wall's numbers over HTTP: the same as the live line tells."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from layers import wire
from server.api.layers import JSON, answer
from server.board import Board

router = APIRouter(prefix="/api", tags=["layers"])


def board_of(request: Request) -> Board:
    """Return what counts the numbers in this process."""
    board: Board = request.app.state.board
    return board


@router.get("/summary")
def read_summary(request: Request, board: Annotated[Board, Depends(board_of)]) -> Response:
    """Return the wall's numbers."""
    return answer(request, wire.encode(board.summary()), JSON)

"""Files that somebody drops: who may, what is said of them."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import dash
import httpx
import pytest
from fastapi import FastAPI, Request, Response

from core.auth.actor import Actor, Role, reset_current_actor, set_current_actor
from core.errors import InvalidError, NotAllowedError
from dashboard.components.wiring import Desk
from dashboard.pages.sources import imports
from dashboard.pages.sources.callbacks import do_asked
from dashboard.pages.sources.table import import_button
from dashboard.services import Services

Words = Callable[[object], str]
OPERATOR = Actor(2, "suzuki", "鈴木", Role.OPERATOR)
VIEWER = Actor(1, "tanaka", "田中", Role.VIEWER)


@pytest.fixture
def acting() -> Iterator[Callable[[Actor], None]]:
    tokens = []
    yield lambda actor: tokens.append(set_current_actor(actor))
    for token in reversed(tokens):
        reset_current_actor(token)


def post(services: Services, path: str, content: bytes = b"abc") -> httpx.Response:
    """Send a file to the route, without the middleware in front of it."""
    app = dash.Dash(__name__, backend="fastapi", routes_pathname_prefix="/app/")
    imports.serve(app, services)
    server: FastAPI = app.server

    @server.exception_handler(NotAllowedError)
    @server.exception_handler(InvalidError)
    async def refuse(_request: Request, error: Any) -> Response:
        return Response(error.message, 422)

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=server)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.post(path, content=content)

    return asyncio.run(send())


def test_a_file_is_taken_in_for_whoever_sent_it(
    services: Services, tended: Any, acting: Callable[[Actor], None]
) -> None:
    acting(OPERATOR)
    answer = post(services, "/app/import?source=river_levels&name=hour.json")
    assert answer.json() == {"counts": {"observation": 3, "rejected": 1}}
    assert tended.deeds == [("suzuki", "import", "river_levels", "hour.json", 3)]


def test_viewers_and_strangers_are_refused(
    services: Services, tended: Any, acting: Callable[[Actor], None]
) -> None:
    path = "/app/import?source=river_levels&name=hour.json"
    assert post(services, path).text == "ログインの期限が切れました。"
    acting(VIEWER)
    assert "ファイルの取り込みはできません" in post(services, path).text
    assert tended.deeds == []


def test_a_file_needs_a_name_of_some_length(
    services: Services, tended: Any, acting: Callable[[Actor], None]
) -> None:
    acting(OPERATOR)
    for name in ("", "x" * 201):
        answer = post(services, f"/app/import?source=river_levels&name={name}")
        assert answer.status_code == 422
    assert tended.deeds == []


def test_the_dialog_says_which_files_and_how_large(
    desk: Desk, make_source: Any, words_of: Words, find: Any
) -> None:
    small = make_source("a", "ok", most_bytes=8_000_000, files=("*.json",))
    text = words_of(imports.question(desk, small))
    assert "ファイル名 *.json　1ファイル 8 MBまで" in text
    assert "hinomi ingest import" not in text
    large = imports.question(desk, make_source("b", "ok", most_bytes=300_000_000))
    assert "1ファイル 32 MBまで" in words_of(large)
    assert "hinomi ingest import" in words_of(large)
    (zone,) = find(large, lambda part: getattr(part, "className", "") == "dropzone")
    assert zone.to_plotly_json()["props"]["data-source"] == "b"


def test_who_may_not_has_no_dialog_and_a_greyed_button(
    desk: Desk, viewer_desk: Desk, make_source: Any
) -> None:
    assert do_asked(desk, {"do": "import", "source": "jma_amedas"}, 0)[0] is True
    with pytest.raises(NotAllowedError):
        do_asked(viewer_desk, {"do": "import", "source": "jma_amedas"}, 0)
    button = import_button(viewer_desk, make_source("a", "ok"))
    assert (button.disabled, button.title) == (
        True,
        "閲覧の権限ではファイルの取り込みはできません。",
    )


def test_the_result_is_counts_with_the_way_to_refused_rows(
    desk: Desk, words_of: Words, find: Any
) -> None:
    done = {"source": "a", "name": "x.json", "counts": {"observation": 1200, "rejected": 2}}
    told = imports.show_result(desk, [done])
    assert "取り込みました" in words_of(told)
    assert "1,200 観測値" in words_of(told).replace("  ", " ")
    (button,) = find(told, lambda part: part.to_plotly_json()["props"].get("data-ask"))
    assert button.children == "隔離 2件を見る"


def test_a_file_that_was_not_taken_in_says_why(desk: Desk, words_of: Words) -> None:
    failed = {"source": "a", "name": "x.json", "error": "ファイルが大きすぎます"}
    empty = {"source": "a", "name": "y.json", "counts": {}}
    told = words_of(imports.show_result(desk, [failed, empty]))
    assert "取り込めませんでした x.json ファイルが大きすぎます" in told
    assert "新しい記録はありませんでした" in told
    assert imports.show_result(desk, None) == []

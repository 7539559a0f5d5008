"""From an error to an answer, with nothing of the inside in it."""

import asyncio
import logging
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.auth.accounts import LoginTakenError
from core.db.session import DatabaseGoneError
from core.errors import (
    ConflictError,
    HinomiError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from server import problems
from server.problems import of_error, problem

SECRET = "SELECT password_hash FROM account -- /srv/secret"  # noqa: S105


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (NotFoundError("ありません"), 404, "Not found"),
        (NotAllowedError("だめです"), 403, "Not allowed"),
        (InvalidError("読めません"), 422, "Invalid"),
        (ConflictError("変わりました"), 409, "Conflict"),
        (LoginTakenError(), 409, "Login taken"),
        (UnavailableError("後で"), 503, "Unavailable"),
        (DatabaseGoneError(), 503, "Database gone"),
        (PoolTimeoutError("QueuePool limit"), 503, "Database busy"),
    ],
)
def test_each_category_has_its_status(error: Exception, status: int, title: str) -> None:
    answer = of_error(error)
    told = orjson.loads(answer.body)
    assert (answer.status_code, told["status"], told["title"]) == (status, status, title)
    assert answer.media_type == "application/problem+json"
    assert not told["detail"].isascii()
    if isinstance(error, HinomiError) and not isinstance(error, DatabaseGoneError):
        assert told["detail"] == error.message
    assert ("retry-after" in answer.headers) is (status == 503)


def test_a_lost_connection_is_a_lost_database() -> None:
    lost = DBAPIError(SECRET, {}, Exception("x"), connection_invalidated=True)
    assert orjson.loads(of_error(lost).body)["title"] == "Database gone"


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        KeyError(SECRET),
        ProgrammingError(SECRET, {"password": "x"}, Exception(SECRET)),
        OperationalError(SECRET, {}, Exception(SECRET)),
    ],
)
def test_a_fault_of_ours_is_logged_and_not_told(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = of_error(error)
    told = orjson.loads(answer.body)
    assert answer.status_code == 500
    assert "SELECT" not in str(told)
    assert "secret" not in str(told)
    assert told["reference"] in caplog.text
    assert "SELECT" in caplog.text


def test_every_status_we_give_has_a_sentence() -> None:
    for status, sentence in problems.SENTENCES.items():
        told = orjson.loads(problem(status).body)
        assert (told["detail"], told["type"]) == (sentence, "about:blank")
    assert orjson.loads(problem(418).body)["detail"] == problems.SENTENCES[500]


def app() -> FastAPI:
    made = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    problems.install(made)
    made.add_middleware(problems.Faults)

    @made.get("/number/{number}")
    def number(number: int) -> int:
        if number == 1:
            raise NotFoundError
        if number == 2:
            raise RuntimeError(SECRET)
        return number

    return made


def ask(method: str, path: str) -> httpx.Response:
    async def go() -> Any:
        transport = httpx.ASGITransport(app())
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            return await client.request(method, path)

    answer: httpx.Response = asyncio.run(go())
    return answer


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/number/3", 200),
        ("GET", "/number/1", 404),
        ("GET", "/number/2", 500),
        ("GET", "/number/x", 422),
        ("GET", "/none", 404),
        ("POST", "/number/3", 405),
    ],
)
def test_an_application_answers_from_the_table(method: str, path: str, status: int) -> None:
    answer = ask(method, path)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "Traceback" not in answer.text
        assert "SELECT" not in answer.text
        assert answer.json()["detail"] in {*problems.SENTENCES.values(), NotFoundError().message}


def test_a_bad_field_is_named() -> None:
    assert ask("GET", "/number/x").json()["errors"][0]["where"] == "path.number"

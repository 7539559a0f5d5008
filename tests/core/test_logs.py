"""No secret ever reaches a log line, and each line is one JSON object."""

import io
import json
import logging
import time
from collections.abc import Iterator

import pytest

from core import logs
from core.logs import HIDDEN, JsonFormatter, without_secrets


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure("web", stream=stream, quiet=("hinomi.noisy",))
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "password=kakusu",
        "password='kakusu mono'",
        '{"password": "kakusu", "x": 1}',
        "new_password : kakusu",
        "csrf_token=kakusu&next=/",
        "X-CSRF-Token: kakusu",
        "api_key=kakusu",
        "Authorization: Bearer kakusu",
        "cookie: hinomi_session=kakusu; other=kakusu",
        "Set-Cookie: a=kakusu; Path=/",
        "postgresql://hinomi:kakusu@db.example/hinomi",
        "postgresql+psycopg://:kakusu@/hinomi?host=/run",
        "GET /wall?device=kakusu HTTP/1.1",
        "GET /wall?x=1&device=kakusu",
    ],
)
def test_secrets_are_hidden(text: str) -> None:
    told = without_secrets(f"before {text}")
    assert "kakusu" not in told
    assert HIDDEN in told
    assert told.startswith("before ")


@pytest.mark.parametrize(
    "text",
    [
        "river_levels: 120 gauges, 3 rejected",
        "https://example.jp/feeds/a.json?hour=12",
        "雨量 12.5 mm/h 観測所=43001",
        "a tokenless sentence about cookies",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert without_secrets(text) == text


def test_a_line_says_when_who_and_what(stream: io.StringIO) -> None:
    logging.getLogger("ingest").info("読み込み %s 件", 3, extra={"source": "jma_amedas", "rows": 3})
    [line] = lines(stream)
    assert line["message"] == "読み込み 3 件"
    assert (line["level"], line["process"], line["logger"]) == ("info", "web", "ingest")
    assert (line["source"], line["rows"]) == ("jma_amedas", 3)
    assert str(line["at"]).endswith("+00:00")


def test_extra_fields_with_secret_names_are_hidden(stream: io.StringIO) -> None:
    extra = {"token": "kakusu", "url": "http://a:kakusu@b/", "cookie": "kakusu"}
    logging.getLogger("x").warning("m", extra=extra)
    assert "kakusu" not in stream.getvalue()
    assert lines(stream)[0]["url"] == f"http://{HIDDEN}@b/"


def test_a_traceback_is_one_line_without_secrets(stream: io.StringIO) -> None:
    try:
        int("postgresql://u:kakusu@h/db")
    except ValueError:
        logging.getLogger("x").exception("failed\nforged")
    [line] = lines(stream)
    assert "kakusu" not in stream.getvalue()
    assert "ValueError" in str(line["trace"])


def test_quiet_loggers_speak_from_warning_on(stream: io.StringIO) -> None:
    noisy = logging.getLogger("hinomi.noisy")
    noisy.info("no")
    noisy.warning("yes")
    assert [line["message"] for line in lines(stream)] == ["yes"]


def test_a_huge_message_is_cut() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "a" * 100_000, (), None)
    assert len(JsonFormatter("cli").format(record)) < 9_000


@pytest.mark.parametrize("piece", ["password-", "token ", "a.", "cookie: ", "secret" + " " * 20])
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    began = time.process_time()
    without_secrets((piece * logs.MAX_MESSAGE)[: logs.MAX_MESSAGE])
    # Processor time, and far from both: linear takes milliseconds, the former way took minutes.
    assert time.process_time() - began < 5.0


def test_a_field_named_after_a_secret_is_hidden_whatever_stands_around_the_word(
    stream: io.StringIO,
) -> None:
    logging.getLogger("hinomi.x").info("said", extra={"my_password_2": "kakusu", "river": "川"})
    (line,) = lines(stream)
    assert line["my_password_2"] == HIDDEN
    assert line["river"] == "川"

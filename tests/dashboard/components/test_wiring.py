"""A callback knows who asks, and a refusal becomes a sentence on the screen."""

from typing import Any

import pytest
from dash import no_update

from core.auth.actor import Actor, Role, reset_current_actor, set_current_actor
from core.errors import NotAllowedError
from dashboard.components import wiring
from dashboard.components.wiring import Desk, Wired
from dashboard.services import Services


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []

    def hear(identifier: str, properties: dict[str, Any]) -> None:
        assert identifier == "shell-notices"
        said.extend(one["message"] for one in properties["sendNotifications"])

    monkeypatch.setattr(wiring.dash, "set_props", hear)
    return said


@pytest.fixture
def signed_in() -> Any:
    token = set_current_actor(Actor(1, "suzuki", "鈴木", Role.VIEWER))
    yield
    reset_current_actor(token)


def greet(desk: Desk, name: str) -> str:
    return f"{desk.viewer.actor.name} {name} {desk.word('live')}"


def refuse(_desk: Desk) -> None:
    message = "閲覧の権限ではできません。"
    raise NotAllowedError(message)


@pytest.mark.usefixtures("signed_in")
def test_a_callback_gets_the_desk_of_whoever_asks(services: Services) -> None:
    assert (
        Wired(services, greet, no_update).answer({"hinomi_language": "en"}, ("x",)) == "鈴木 x Live"
    )


@pytest.mark.usefixtures("signed_in")
def test_a_refusal_is_said_and_changes_nothing(services: Services, told: list[str]) -> None:
    nothing = (no_update, no_update)
    assert Wired(services, refuse, nothing).answer({}, ()) == nothing
    assert told == ["閲覧の権限ではできません。"]


def test_without_a_session_nothing_runs(services: Services, told: list[str]) -> None:
    assert Wired(services, greet, no_update).answer({}, ("x",)) is no_update
    assert told == ["ログインの期限が切れました。"]

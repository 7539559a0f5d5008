"""Who is acting, and that one request's actor never leaks into another."""

import asyncio
from dataclasses import FrozenInstanceError

import pytest

from core.auth.actor import (
    ROLE_NAMES,
    SYSTEM,
    Actor,
    ActorKind,
    Role,
    current_actor,
    reset_current_actor,
    set_current_actor,
)

SUZUKI = Actor(7, "suzuki", "鈴木 一郎", Role.OPERATOR, "43100")


def test_every_role_has_a_name_in_both_languages() -> None:
    assert set(ROLE_NAMES) == set(Role)
    assert all(japanese and english for japanese, english in ROLE_NAMES.values())


def test_an_actor_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        SUZUKI.role = Role.PREFECTURE_ADMIN  # type: ignore[misc]


def test_the_audit_tells_people_from_devices() -> None:
    device = Actor(7, "suzuki", "壁", Role.VIEWER, None, ActorKind.DEVICE)
    assert (SUZUKI.label, device.label) == ("account:suzuki", "device:suzuki")
    assert SYSTEM.label == "system:hinomi"


def test_the_actor_of_one_task_is_not_that_of_another() -> None:
    async def request(actor: Actor) -> Actor | None:
        token = set_current_actor(actor)
        await asyncio.sleep(0)
        seen = await asyncio.to_thread(current_actor)
        reset_current_actor(token)
        assert current_actor() is None
        return seen

    async def both() -> tuple[Actor | None, Actor | None]:
        return await asyncio.gather(request(SUZUKI), request(SYSTEM))

    assert tuple(asyncio.run(both())) == (SUZUKI, SYSTEM)
    assert current_actor() is None

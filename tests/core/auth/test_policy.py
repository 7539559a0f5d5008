"""The whole table, written out a second time by hand: a change must be made on purpose."""

import re

import pytest

from core.auth import policy
from core.auth.actor import SYSTEM, Actor, ActorKind, Role
from core.auth.policy import ACTION_NAMES, READING, TABLE, Action, allowed, require
from core.errors import NotAllowedError

SEES = {"see_map", "see_sources", "see_events"}
EXPECTED: dict[str, set[str]] = {
    "viewer": SEES,
    "operator": SEES | {"retry_quarantine", "import_file", "move_point", "edit_incident"},
    "inspector": SEES,
    "certificate_officer": SEES,
    "municipal_admin": SEES | {"move_point", "edit_incident", "manage_accounts"},
    "prefecture_admin": SEES
    | {
        "retry_quarantine", "import_file", "move_point", "edit_incident", "manage_accounts",
        "manage_devices", "switch_source", "control_drill",
    },
}  # fmt: skip
HOME, ELSEWHERE = "43100", "43202"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_role_by_action(role: Role, action: Action) -> None:
    scope = HOME if role is Role.MUNICIPAL_ADMIN else None
    actor = Actor(1, "a", "名", role, scope)
    assert allowed(actor, action, HOME) is (action.value in EXPECTED[role.value])


def test_the_table_in_the_docstring_is_the_table() -> None:
    lines = [
        line for line in (policy.__doc__ or "").splitlines() if re.match(r"[a-z_]+ {2,}", line)
    ]
    roles = lines[0].split()[1:]
    told = {role: set[str]() for role in roles}
    for line in lines[1:]:
        action, *cells = line.split()
        for role, cell in zip(roles, cells, strict=True):
            if cell == "yes":
                told[role].add(action)
    assert told == EXPECTED
    assert {role.value: {a.value for a in actions} for role, actions in TABLE.items()} == EXPECTED


def test_every_action_has_a_name() -> None:
    assert set(ACTION_NAMES) == set(Action)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.MUNICIPAL_ADMIN])
def test_a_municipal_account_acts_inside_its_municipality_alone(role: Role) -> None:
    actor = Actor(1, "a", "名", role, HOME)
    assert allowed(actor, Action.MOVE_POINT, HOME)
    for place in (ELSEWHERE, None):
        with pytest.raises(NotAllowedError, match=r"担当市町村（43100）の外では"):
            require(actor, Action.MOVE_POINT, place)


@pytest.mark.parametrize("action", sorted(READING))
def test_reading_is_never_narrowed(action: Action) -> None:
    assert allowed(Actor(1, "a", "名", Role.VIEWER, HOME), action, ELSEWHERE)


def test_a_municipal_admin_without_municipality_acts_nowhere() -> None:
    with pytest.raises(NotAllowedError, match="担当市町村が決まっていない"):
        require(Actor(1, "a", "名", Role.MUNICIPAL_ADMIN), Action.MANAGE_ACCOUNTS, HOME)


def test_a_prefecture_admin_acts_everywhere() -> None:
    admin = Actor(1, "a", "名", Role.PREFECTURE_ADMIN)
    assert all(allowed(admin, action, place) for action in Action for place in (None, HOME))
    assert all(allowed(SYSTEM, action) for action in Action)


def test_a_device_only_reads_whatever_role_it_claims() -> None:
    device = Actor(1, "wall", "壁", Role.PREFECTURE_ADMIN, None, ActorKind.DEVICE)
    assert {action for action in Action if allowed(device, action)} == READING


def test_a_refusal_is_a_sentence_with_the_role_and_the_deed() -> None:
    with pytest.raises(NotAllowedError) as caught:
        require(Actor(1, "a", "名", Role.VIEWER), Action.SWITCH_SOURCE)
    assert caught.value.message == "閲覧の権限では情報源の開始・停止はできません。"

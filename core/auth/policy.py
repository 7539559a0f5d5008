"""The one table of who may do what.

=====================  ======  ========  =========  ===================  ===============  ================
action                 viewer  operator  inspector  certificate_officer  municipal_admin  prefecture_admin
=====================  ======  ========  =========  ===================  ===============  ================
see_map                yes     yes       yes        yes                  yes              yes
see_sources            yes     yes       yes        yes                  yes              yes
see_events             yes     yes       yes        yes                  yes              yes
retry_quarantine       –       yes       –          –                    –                yes
import_file            –       yes       –          –                    –                yes
move_point             –       yes       –          –                    yes              yes
edit_incident          –       yes       –          –                    yes              yes
manage_accounts        –       –         –          –                    yes              yes
manage_devices         –       –         –          –                    –                yes
switch_source          –       –         –          –                    –                yes
control_drill          –       –         –          –                    –                yes
=====================  ======  ========  =========  ===================  ===============  ================

Scope: reading is never narrowed. A deed names the municipality it touches, or None when it touches
the whole installation; an actor whose account has a municipality acts inside that one alone, so
never on the whole. A municipal_admin without a municipality acts nowhere.
"""  # noqa: E501 - a table is read in one piece

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from core.auth.actor import ROLE_NAMES, Actor, ActorKind, Role
from core.errors import NotAllowedError


class Action(StrEnum):
    """Something an actor may or may not do."""

    SEE_MAP = "see_map"
    SEE_SOURCES = "see_sources"
    SEE_EVENTS = "see_events"
    RETRY_QUARANTINE = "retry_quarantine"
    IMPORT_FILE = "import_file"
    MOVE_POINT = "move_point"
    EDIT_INCIDENT = "edit_incident"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_DEVICES = "manage_devices"
    SWITCH_SOURCE = "switch_source"
    CONTROL_DRILL = "control_drill"


ACTION_NAMES: Mapping[Action, str] = MappingProxyType(
    {
        Action.SEE_MAP: "地図の閲覧",
        Action.SEE_SOURCES: "受信状況の閲覧",
        Action.SEE_EVENTS: "記録の閲覧",
        Action.RETRY_QUARANTINE: "保留データの再処理",
        Action.IMPORT_FILE: "ファイルの取り込み",
        Action.MOVE_POINT: "地点の位置の修正",
        Action.EDIT_INCIDENT: "災害名・体制の編集",
        Action.MANAGE_ACCOUNTS: "アカウントの管理",
        Action.MANAGE_DEVICES: "表示端末の管理",
        Action.SWITCH_SOURCE: "情報源の開始・停止",
        Action.CONTROL_DRILL: "訓練の操作",
    }
)
"""How a sentence calls each action."""

READING: frozenset[Action] = frozenset({Action.SEE_MAP, Action.SEE_SOURCES, Action.SEE_EVENTS})
"""Actions that change nothing; the scope does not narrow them."""

_OPERATOR = {
    Action.RETRY_QUARANTINE,
    Action.IMPORT_FILE,
    Action.MOVE_POINT,
    Action.EDIT_INCIDENT,
}
_MUNICIPAL_ADMIN = {Action.MOVE_POINT, Action.EDIT_INCIDENT, Action.MANAGE_ACCOUNTS}

TABLE: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.VIEWER: READING,
        Role.OPERATOR: READING | _OPERATOR,
        Role.INSPECTOR: READING,
        Role.CERTIFICATE_OFFICER: READING,
        Role.MUNICIPAL_ADMIN: READING | _MUNICIPAL_ADMIN,
        Role.PREFECTURE_ADMIN: frozenset(Action),
    }
)
"""Role × action: what is not here is not allowed."""


def refusal(actor: Actor, action: Action, municipality: str | None = None) -> str | None:
    """Return the sentence that refuses an action, None when it is allowed.

    Parameters
    ----------
    actor
        Who would act.
    action
        What would be done.
    municipality
        JIS code of five digits of the municipality it touches; None: the whole installation.
    """
    what = ACTION_NAMES[action]
    if actor.kind is ActorKind.DEVICE and action not in READING:
        return f"表示端末では{what}はできません。"
    if action not in TABLE[actor.role]:
        return f"{ROLE_NAMES[actor.role][0]}の権限では{what}はできません。"
    if action in READING or actor.role is Role.PREFECTURE_ADMIN:
        return None
    if actor.role is Role.MUNICIPAL_ADMIN and actor.municipality is None:
        return f"担当市町村が決まっていないため、{what}はできません。"
    if actor.municipality is not None and actor.municipality != municipality:
        return f"担当市町村（{actor.municipality}）の外では{what}はできません。"
    return None


def allowed(actor: Actor, action: Action, municipality: str | None = None) -> bool:
    """Tell whether the actor may do that there; for showing or hiding a button."""
    return refusal(actor, action, municipality) is None


def require(actor: Actor, action: Action, municipality: str | None = None) -> None:
    """Return when the actor may do that there.

    Raises
    ------
    NotAllowedError
        With a sentence that says what may not be done, and why.
    """
    sentence = refusal(actor, action, municipality)
    if sentence is not None:
        raise NotAllowedError(sentence)

"""Who is acting: a person signed in, a wall display, or Hinomi itself."""

from contextvars import ContextVar, Token
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account is there for; what each may do stands in `core.auth.policy`."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    INSPECTOR = "inspector"
    CERTIFICATE_OFFICER = "certificate_officer"
    MUNICIPAL_ADMIN = "municipal_admin"
    PREFECTURE_ADMIN = "prefecture_admin"


ROLE_NAMES: dict[Role, tuple[str, str]] = {
    Role.VIEWER: ("閲覧", "Viewer"),
    Role.OPERATOR: ("運用担当", "Operator"),
    Role.INSPECTOR: ("調査員", "Inspector"),
    Role.CERTIFICATE_OFFICER: ("証明書担当", "Certificate officer"),
    Role.MUNICIPAL_ADMIN: ("市町村管理者", "Municipal administrator"),
    Role.PREFECTURE_ADMIN: ("県管理者", "Prefecture administrator"),
}
"""Japanese and English name of each role."""


class ActorKind(StrEnum):
    """What sort of thing is acting."""

    ACCOUNT = "account"
    DEVICE = "device"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts; every use case takes one."""

    id: int
    """Row in `account` or `device`; 0 for Hinomi itself."""
    login: str
    name: str
    role: Role
    municipality: str | None = None
    """Scope: JIS code of five digits; None: the whole installation."""
    kind: ActorKind = ActorKind.ACCOUNT

    @property
    def label(self) -> str:
        """Return how the audit names this actor, such as `account:suzuki`."""
        return f"{self.kind}:{self.login}"


SYSTEM = Actor(0, "hinomi", "火の見", Role.PREFECTURE_ADMIN, None, ActorKind.SYSTEM)
"""Hinomi acting on its own, or whoever holds the machine's command line."""

_acting: ContextVar[Actor | None] = ContextVar("hinomi_actor", default=None)


def current_actor() -> Actor | None:
    """Return who is acting in this request, None outside of one.

    The web server sets it before anything else runs, so that Dash callbacks, which are not handed
    the request, know for whom they work.
    """
    return _acting.get()


def set_current_actor(actor: Actor | None) -> Token[Actor | None]:
    """Say who is acting from here on; give the token to `reset_current_actor`."""
    return _acting.set(actor)


def reset_current_actor(token: Token[Actor | None]) -> None:
    """Return to who was acting before."""
    _acting.reset(token)

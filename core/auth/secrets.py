"""Passwords and tokens: hashing, checking, making, and the rules for new ones."""

import hashlib
import hmac
import secrets
import unicodedata
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import InvalidError, UnavailableError

MIN_PASSWORD = 12
MAX_PASSWORD = 128
"""Characters of a new password; a longer one is refused before any hashing."""
MIN_DISTINCT = 5
TOKEN_BYTES = 32
TOKEN_CHARACTERS = 43
"""Length of what `new_token` returns: 32 bytes in base64url."""

# RFC 9106 section 4 lets memory be traded for passes; 32 MiB × 3 passes costs about 0.1 s on one
# core, and HASHERS of them at once bound what a flood of sign-ins can take from the machine.
_HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1, type=Type.ID)
HASHERS = 2
WAIT_S = 10.0
_slots = BoundedSemaphore(HASHERS)


class WeakPasswordError(InvalidError):
    """このパスワードは使えません。"""  # noqa: D400


class HashingBusyError(UnavailableError):
    """サインインが混み合っています。しばらくしてからもう一度お試しください。"""  # noqa: D400


def normalise(password: str) -> str:
    """Return a password as it is hashed: NFKC, so that a full-width keyboard does not lock out."""
    return unicodedata.normalize("NFKC", password)


def check_password_rules(password: str, login: str = "") -> None:
    """Return when a new password may be used.

    Raises
    ------
    WeakPasswordError
        With the rule it breaks.
    """
    text = normalise(password)
    if len(text) < MIN_PASSWORD:
        message = f"パスワードは{MIN_PASSWORD}文字以上にしてください。"
        raise WeakPasswordError(message)
    if len(text) > MAX_PASSWORD:
        message = f"パスワードは{MAX_PASSWORD}文字以内にしてください。"
        raise WeakPasswordError(message)
    if len(set(text)) < MIN_DISTINCT:
        message = f"パスワードには{MIN_DISTINCT}種類以上の文字を使ってください。"
        raise WeakPasswordError(message)
    if login and login.casefold() in text.casefold():
        message = "パスワードにログイン名を含めないでください。"
        raise WeakPasswordError(message)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password.

    Raises
    ------
    HashingBusyError
        When no turn came within `WAIT_S` seconds.
    """
    with _Turn():
        return _HASHER.hash(normalise(password))


@lru_cache(maxsize=1)
def _decoy(hasher: PasswordHasher) -> str:
    """Return the hash checked for a login that does not exist, so that it costs the same."""
    return hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether a password matches a stored hash; None does the same work and says no.

    Raises
    ------
    HashingBusyError
        When no turn came within `WAIT_S` seconds.
    """
    # A password beyond the bound costs what a short one costs and can match nothing.
    text = normalise(password[: MAX_PASSWORD * 4])
    with _Turn():
        try:
            _HASHER.verify(stored or _decoy(_HASHER), text[:MAX_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None and len(text) <= MAX_PASSWORD


def needs_rehash(stored: str) -> bool:
    """Tell whether a stored hash was made with other costs than today's."""
    try:
        return _HASHER.check_needs_rehash(stored)
    except InvalidHashError:
        return True


def new_token() -> str:
    """Return a token of 256 random bits for a cookie or a device."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a token in hex; only this is stored.

    A token is 256 random bits, so a fast hash is enough: there is nothing to guess.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def plausible_token(text: str) -> bool:
    """Tell whether a string can be a token of ours, before anything is asked of the database."""
    return len(text) == TOKEN_CHARACTERS and text.isascii() and text.isprintable()


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


class _Turn:
    """One of the few places in which a password is hashed."""

    def __enter__(self) -> None:
        if not _slots.acquire(timeout=WAIT_S):
            raise HashingBusyError

    def __exit__(self, *_: object) -> None:
        _slots.release()

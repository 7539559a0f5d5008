"""Hashing, tokens and the rules for new passwords."""

import threading
import time

import pytest
from argon2 import PasswordHasher

from core.auth import secrets
from core.auth.secrets import (
    HashingBusyError,
    WeakPasswordError,
    check_password_rules,
    hash_password,
    needs_rehash,
    new_token,
    plausible_token,
    same,
    token_hash,
    verify_password,
)

GOOD = "まもる-kawa-2026"


def test_a_hash_matches_its_password_alone() -> None:
    stored = hash_password(GOOD)
    assert stored.startswith("$argon2id$")
    assert GOOD not in stored
    assert verify_password(stored, GOOD)
    assert not verify_password(stored, GOOD + "x")
    assert hash_password(GOOD) != stored


def test_full_width_letters_are_the_same_password() -> None:
    assert verify_password(hash_password("kawamizu-2026"), "ｋａｗａｍｉｚｕ－２０２６")


def test_an_unknown_login_costs_what_a_known_one_costs() -> None:
    stored = hash_password(GOOD)
    verify_password(None, "warm up")

    def seconds(hashed: str | None) -> float:
        began = time.process_time()
        for _ in range(3):
            assert not verify_password(hashed, "wrong password")
        return time.process_time() - began

    known, unknown = seconds(stored), seconds(None)
    assert 0.4 < unknown / known < 2.5


def test_garbage_in_the_database_is_no_match_and_wants_a_rehash() -> None:
    assert not verify_password("not a hash", GOOD)
    assert needs_rehash("not a hash")


def test_a_very_long_password_matches_nothing_and_costs_no_more() -> None:
    stored = hash_password("a1b2c3d4e5f6" * 20)
    assert not verify_password(stored, "a1b2c3d4e5f6" * 20)
    assert not verify_password(stored, "x" * 10_000_000)


def test_other_costs_than_todays_want_a_rehash() -> None:
    assert not needs_rehash(hash_password(GOOD))
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8192).hash(GOOD))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("短い", "12文字以上"),
        ("abcdefghijk", "12文字以上"),
        ("a1" * 65, "128文字以内"),
        ("aaaabbbbccccdddd", "5種類以上"),
        ("I-am-Suzuki-2026", "ログイン名"),
    ],
)
def test_rules_for_new_passwords(password: str, reason: str) -> None:
    with pytest.raises(WeakPasswordError, match=reason):
        check_password_rules(password, "suzuki")


def test_a_good_password_passes() -> None:
    check_password_rules(GOOD, "suzuki")
    check_password_rules("かわがあふれたらすぐにげる", "suzuki")


def test_only_so_many_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "WAIT_S", 0.05)
    held = [secrets._slots.acquire() for _ in range(secrets.HASHERS)]  # noqa: SLF001
    try:
        with pytest.raises(HashingBusyError):
            hash_password(GOOD)
    finally:
        for _ in held:
            secrets._slots.release()  # noqa: SLF001
    assert verify_password(hash_password(GOOD), GOOD)


def test_hashing_from_many_threads_all_comes_through() -> None:
    stored, found = hash_password(GOOD), list[bool]()
    threads = [
        threading.Thread(target=lambda: found.append(verify_password(stored, GOOD)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 6


def test_tokens_are_long_different_and_recognised() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(plausible_token(token) for token in tokens)
    assert len(token_hash(tokens.pop())) == 64
    assert not any(plausible_token(text) for text in ("", "x" * 42, "あ" * 43, "\x00" * 43))


def test_same_compares_any_text() -> None:
    assert same("鍵", "鍵")
    assert not same("鍵", "かぎ")
    assert not same("", "x")

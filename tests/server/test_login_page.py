"""Every state of the sign-in page is a sentence with a next step, in both languages."""

import pytest

from server.login_page import STATUS, LoginState, LoginView, gone, render
from server.login_words import WORDS


def html(view: LoginView) -> str:
    return bytes(render(view).body).decode()


@pytest.mark.parametrize("state", [state for state in LoginState if state is not LoginState.FRESH])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_state_says_what_and_what_next(state: LoginState, language: str) -> None:
    view = LoginView(state=state, language="en" if language == "en" else "ja", minutes=15)
    answer = render(view)
    text = bytes(answer.body).decode()
    words = WORDS[view.language]
    assert words[f"{state}_title"] in text
    assert words[f"{state}_text"].format(minutes=15) in text
    assert 'role=alert data-state="' in text
    assert answer.status_code == STATUS[state]


def test_a_fresh_page_accuses_nobody() -> None:
    assert "role=alert" not in html(LoginView())


def test_nothing_on_the_page_needs_a_script_or_the_network() -> None:
    text = html(LoginView(drill=True, login="suzuki"))
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert render(LoginView()).headers["cache-control"] == "no-store"


def test_the_cursor_stands_where_something_is_missing() -> None:
    assert "autocomplete=username autocapitalize=none spellcheck=false autofocus" in html(
        LoginView()
    )
    assert "autocomplete=current-password autofocus" in html(LoginView(login="suzuki"))


def test_the_drill_is_in_the_title_and_on_the_page() -> None:
    text = html(LoginView(drill=True))
    assert "<title>【訓練】ログイン" in text
    assert "<p class=word>訓練</p>" in text
    assert "訓練" not in html(LoginView())


def test_the_page_of_a_lost_database_tries_again_by_itself() -> None:
    answer = gone()
    text = bytes(answer.body).decode()
    assert answer.status_code == 503
    assert 'http-equiv=refresh content="10"' in text
    assert "<form" not in text

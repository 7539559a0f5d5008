"""Cookies of taste, and who looks."""

from core.auth.actor import SYSTEM, reset_current_actor, set_current_actor
from dashboard.stores import language_of, scheme_of, viewer_of


def test_japanese_and_light_unless_chosen() -> None:
    assert (language_of({}), scheme_of({})) == ("ja", "light")
    assert language_of({"hinomi_language": "en"}) == "en"
    assert scheme_of({"hinomi_scheme": "dark"}) == "dark"


def test_a_cookie_with_nonsense_changes_nothing() -> None:
    assert language_of({"hinomi_language": "<script>"}) == "ja"
    assert scheme_of({"hinomi_scheme": "../"}) == "light"


def test_nobody_is_no_viewer() -> None:
    assert viewer_of({}) is None


def test_the_acting_person_is_the_viewer() -> None:
    token = set_current_actor(SYSTEM)
    try:
        viewer = viewer_of({"hinomi_language": "en"})
    finally:
        reset_current_actor(token)
    assert viewer is not None
    assert viewer.actor == SYSTEM
    assert viewer.language == "en"

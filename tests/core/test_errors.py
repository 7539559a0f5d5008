"""Errors carry one sentence a person may read."""

import pytest

from core import errors
from core.errors import HinomiError, InvalidError, NotFoundError

CATEGORIES = (
    errors.NotFoundError, errors.NotAllowedError, errors.InvalidError, errors.ConflictError,
    errors.UnavailableError,
)  # fmt: skip


class NoSuchBridgeError(NotFoundError):
    """その橋はありません。

    Only the first line is for people.
    """  # noqa: D400


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_a_hinomi_error_with_words(category: type[HinomiError]) -> None:
    assert issubclass(category, HinomiError)
    assert category().message.endswith(".")


def test_the_docstring_of_a_leaf_is_its_message() -> None:
    assert NoSuchBridgeError().message == "その橋はありません。"
    assert str(NoSuchBridgeError()) == "その橋はありません。"


def test_a_message_of_its_own_wins() -> None:
    assert InvalidError("緯度がありません").message == "緯度がありません"


def test_categories_do_not_catch_one_another() -> None:
    for one in CATEGORIES:
        assert [other for other in CATEGORIES if issubclass(one, other)] == [one]

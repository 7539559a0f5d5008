"""What a feed answers."""

import orjson

from drill.answer import JSON, found, found_json, not_found


def test_the_entity_tag_follows_the_content() -> None:
    assert found(b"a", JSON).etag == found(b"a", JSON).etag
    assert found(b"a", JSON).etag != found(b"b", JSON).etag


def test_json_is_utf8() -> None:
    answer = found_json({"名": [1, None]})
    assert orjson.loads(answer.content) == {"名": [1, None]}
    assert "訓練" not in answer.content_type
    assert answer.status == 200


def test_what_is_not_there_is_404_and_says_it_is_a_drill() -> None:
    answer = not_found("x.json")
    assert answer.status == 404
    assert "訓練" in answer.content.decode()

"""What may be said of a disaster, and how it is kept."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.errors import InvalidError, NotFoundError
from ingest import incidents
from tests.town import NOON

GOOD: dict[str, Any] = {"name": "豪雨", "kind": "flood", "began_at": NOON}


def test_texts_are_trimmed_and_empty_ones_are_none() -> None:
    kept = incidents.checked(
        {**GOOD, "name": " 令和8年 \n 豪雨\t", "headquarters_name": "  ", "is_drill": True}, NOON
    )
    assert kept["name"] == "令和8年 豪雨"
    assert kept["headquarters_name"] is None
    assert kept["headquarters_level"] is None
    assert kept["is_drill"] is True


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " \n "}, "災害名を入れて"),
        ({"name": "あ" * 81}, "80文字まで"),
        ({"name": "豪\x00雨"}, "使えない文字"),
        ({"name": "豪\ud800雨"}, "使えない文字"),
        ({"name": "豪\u202e雨"}, "使えない文字"),
        ({"kind": "party"}, "種別は"),
        ({"kind": None}, "種別は"),
        ({"began_at": None}, "発生日時を入れて"),
        ({"began_at": NOON.replace(tzinfo=None)}, "発生日時を入れて"),
        ({"began_at": NOON + timedelta(days=8)}, "発生日時を確かめて"),
        ({"began_at": datetime(1, 1, 1, tzinfo=NOON.tzinfo)}, "発生日時を確かめて"),
        ({"headquarters_since": NOON + timedelta(days=8)}, "本部の設置日時を確かめて"),
        ({"headquarters_level": "第" * 41}, "配備体制は40文字まで"),
        ({"ended_at": NOON - timedelta(minutes=1)}, "発生より前"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidError, match=sentence):
        incidents.checked({**GOOD, **wrong}, NOON)


def test_a_headquarters_may_be_set_up_before_the_storm() -> None:
    ahead = NOON + timedelta(days=2)
    assert incidents.checked({**GOOD, "began_at": ahead}, NOON)["began_at"] == ahead


def test_only_what_differs_is_written_and_told(session: Session) -> None:
    incident = incidents.add(session, GOOD)
    known = {field: getattr(incident, field) for field in incidents.FIELDS}
    assert incidents.change(session, incident, known) == {}
    end = NOON + timedelta(hours=1)
    changed = incidents.change(session, incident, {**known, "name": "台風", "ended_at": end})
    assert changed == {"name": ["豪雨", "台風"], "ended_at": [None, end.isoformat()]}
    assert incidents.locked(session, incident.id).name == "台風"


def test_one_that_is_not_there(session: Session) -> None:
    with pytest.raises(NotFoundError):
        incidents.locked(session, 999)


def test_those_worked_on_come_first_and_the_newest_of_them_stands(session: Session) -> None:
    def add(name: str, days: int, *, over: bool = False) -> None:
        began = NOON + timedelta(days=days)
        end = {"ended_at": began} if over else {}
        incidents.add(session, {**GOOD, "name": name, "began_at": began, **end})

    add("一", 1)
    add("三", 3, over=True)
    add("二", 2)
    add("二の二", 2)
    assert [row.name for row in incidents.newest(session, 9)] == ["二の二", "二", "一", "三"]
    assert session.scalars(incidents.standing().limit(1)).one().name == "二の二"

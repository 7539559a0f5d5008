"""Telegrams by kind, and all the official samples."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.records import Rejected, WarningReport
from ingest.source import Payload, UnreadableError
from ingest.sources.jma_xml.parse import parse

Make = Callable[[bytes], Payload]


def test_other_kinds_say_nothing(telegram: Callable[..., bytes], payload: Make) -> None:
    assert list(parse(payload(telegram("震源・震度に関する情報")))) == []


@pytest.mark.parametrize(
    ("title", "kind"),
    [("気象警報・注意報（Ｒ０６）（大雨）", "VPWW55"), ("土砂災害警戒情報", "VXWW50")],
)
def test_kinds(title: str, kind: str, telegram: Callable[..., bytes], payload: Make) -> None:
    body = (
        '<Warning type="気象警報・注意報（市町村等）"><Item>'
        "<Kind><Name>x</Name><Code>3</Code></Kind><Area><Name>架空市</Name><Code>9920100</Code></Area></Item></Warning>"
    )
    (found,) = parse(payload(telegram(title, body=body)))
    assert isinstance(found, WarningReport)
    assert found.telegram == kind


def test_no_telegram(payload: Make) -> None:
    with pytest.raises(UnreadableError):
        parse(payload(b"<html/>"))


def test_every_official_sample(shared_data: Path, payload: Make) -> None:
    files = sorted((shared_data / "jma/jmaxml").glob("*.xml"))
    assert len(files) == 269
    told: Counter[str] = Counter()
    samples: Counter[str] = Counter()
    levels: Counter[tuple[str, int | None]] = Counter()
    for file in files:
        items = list(parse(payload(file.read_bytes())))
        told.update(item.label for item in items)
        reports = [item for item in items if isinstance(item, WarningReport)]
        assert len({report.key for report in reports}) == len(reports)
        samples.update({report.telegram for report in reports})
        levels.update(
            (report.telegram, report.level) for report in reports if report.municipality_code
        )
        assert not any(isinstance(item, Rejected) for item in items)
    assert told == {"warning": 7623, "complete": 7}
    assert samples == {
        "VPWW50": 16, "VPWW53": 7, "VPWW54": 3, "VPWW55": 2, "VPWW56": 2, "VPWW57": 2,
        "VPWW59": 1, "VPWW60": 1, "VPWW61": 1, "VXKO": 6, "VXSU": 1, "VXWW50": 7,
    }  # fmt: skip
    # Counted by hand in the bodies of the two heavy-rain and two landslide samples.
    assert {level: n for (kind, level), n in levels.items() if kind == "VPWW55"} == {
        0: 4, 2: 13, 3: 11, 4: 1,
    }  # fmt: skip
    assert {level: n for (kind, level), n in levels.items() if kind == "VPWW56"} == {
        0: 4, 2: 21, 3: 1, 4: 3,
    }  # fmt: skip
    assert {level: n for (kind, level), n in levels.items() if kind == "VXWW50"} == {
        0: 148, 4: 82,
    }  # fmt: skip


def test_one_official_sample_in_detail(shared_data: Path, payload: Make) -> None:
    file = shared_data / "jma/jmaxml/15_17_01_241226_VPWW55.xml"
    reports = [
        item for item in parse(payload(file.read_bytes())) if isinstance(item, WarningReport)
    ]
    by_area = {report.area_name: report for report in reports}
    assert (by_area["松江市"].municipality_code, by_area["松江市"].level) == ("32201", 3)
    assert (by_area["飯南町"].level, by_area["隠岐の島町"].active) == (2, False)
    assert by_area["島根県"].municipality_code is None
    assert by_area["松江市"].issued_at.isoformat() == "2024-11-02T11:19:00+09:00"


def test_real_earthquake_telegrams_are_left_alone(shared_data: Path, payload: Make) -> None:
    files = sorted((shared_data / "jma/jmaxml-seis-parser-go").glob("*.xml"))
    assert files
    assert [item for file in files for item in parse(payload(file.read_bytes()))] == []

"""Reading what comes from outside: text, numbers, Japanese times, JSON, CSV.

Everything here is hostile until read. A payload that cannot be understood as a whole raises
UnreadableError; a single value that cannot be understood is None.
"""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from core.geo import JAPAN_LAT, JAPAN_LON
from ingest.records import Rejected
from ingest.source import Payload, UnreadableError

TOKYO = ZoneInfo("Asia/Tokyo")
RAW_CHARACTERS = 4_000
TEXT_CHARACTERS = 10_000
# First years of the eras that a running feed can name.
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
CSV_FIELD_CHARACTERS = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2200
# Archives written without a clock say 1980.
FIRST_ZIP_YEAR = 1980


class Position(NamedTuple):
    """Degrees, EPSG:4326."""

    lon: float
    lat: float


def text_of(content: bytes) -> str:
    """Return text from UTF-8 (with or without BOM), UTF-16 with BOM, or CP932.

    Raises
    ------
    UnreadableError
        When it is none of them.
    """
    encodings = ["utf-8-sig", "cp932"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            # A transfer that broke off inside a character is still text up to there.
            if encoding == "utf-8-sig" and error.end == len(content) > error.start > 0:
                return content[: error.start].decode(encoding)
    message = "文字コードが UTF-8 でも Shift_JIS でもありません"
    raise UnreadableError(message)


def trimmed(value: object) -> str | None:
    """Return a text without surrounding blanks (full-width ones too), None when none is left.

    What is longer than any screen shows is cut, so that no single value can choke what follows.
    """
    if value is None or isinstance(value, (dict, list)):
        return None
    text = str(value).strip(" \t\r\n\u3000\ufeff")[:TEXT_CHARACTERS].replace("\x00", "")
    return text or None


def folded(value: object) -> str:
    """Return a text for comparing: NFKC, no blanks, one kind of dash and of small ke."""
    text = unicodedata.normalize("NFKC", trimmed(value) or "")
    text = re.sub(r"[‐‑‒–—―−ー](?=\d)|(?<=\d)[‐‑‒–—―−ー]", "-", text)
    return re.sub(r"\s+", "", text).replace("ヶ", "ケ").replace("ヵ", "カ")


def number_of(value: object) -> float | None:
    """Return a finite number from a number or a text (full-width digits, commas), or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        try:
            return float(value) if math.isfinite(value) else None
        except OverflowError:
            return None
    text = unicodedata.normalize("NFKC", trimmed(value) or "").replace(",", "")
    if not re.fullmatch(r"[-+]?(\d{1,15}(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?", text):
        return None
    return float(text)


def whole_number_of(value: object) -> int | None:
    """Return a whole number (`180`, `180.0`, `１８０人`), or None."""
    number = number_of(value)
    if number is None and isinstance(value, str):
        number = number_of(re.sub(r"(人|名|世帯|戸)$", "", value.strip()))
    if number is None or number != int(number):
        return None
    return int(number)


def position_of(lon: object, lat: object) -> Position | None:
    """Return a position in Japan (20–46 °N, 122–154 °E), or None."""
    x, y = number_of(lon), number_of(lat)
    if x is None or y is None:
        return None
    inside = JAPAN_LON[0] <= x <= JAPAN_LON[1] and JAPAN_LAT[0] <= y <= JAPAN_LAT[1]
    return Position(x, y) if inside else None


# JIS X 0401 numbers, and 99, which no prefecture has: the fictitious one that drills play.
_PREFECTURES = frozenset({*range(1, 48), 99})


def municipality_code_of(value: object) -> str | None:
    """Return the JIS code of five digits from one of five or six digits, or None.

    The sixth is a check digit (reference/D-formats.md D12); a lost leading zero is put back.
    """
    number = whole_number_of(value)
    if number is None or number <= 0:
        return None
    given = unicodedata.normalize("NFKC", str(value)).strip().split(".")[0]
    digits = str(number)
    if len(given) == 6 or len(digits) == 6:  # noqa: PLR2004
        return digits.zfill(6)[:5]
    known = len(digits) in {4, 5} and int(digits.zfill(5)[:2]) in _PREFECTURES
    return digits.zfill(5) if known else None


_DATE = re.compile(
    r"(?:(?P<era>令和|平成|昭和)\s*(?P<eray>\d{1,2}|元)年|(?P<y>\d{4})\s*(?P<sep>[-/年.]))\s*"
    r"(?P<m>\d{1,2})\s*[-/月.]\s*(?P<d>\d{1,2})日?"
)
_CLOCK = re.compile(
    r"(?P<half>午前|午後)?\s*(?:(?P<h>\d{1,2})(?::|時)\s*(?:(?P<mi>\d{1,2})(?:分|:(?P<s>\d{1,2}))?)?"
    r"(?P<half2>半)?|(?P<noon>正午))"
)


def _clock_of(text: str) -> time | None:
    found = _CLOCK.search(text)
    if found is None:
        return time(0) if not re.search(r"\d", text) else None
    if found["noon"]:
        return time(12)
    hour, minute = int(found["h"]), int(found["mi"] or (30 if found["half2"] else 0))
    if found["half"] == "午後" and hour < 12:  # noqa: PLR2004
        hour += 12
    try:
        return time(hour % 24 if hour == 24 else hour, minute, int(found["s"] or 0))  # noqa: PLR2004
    except ValueError:
        return None


def time_of(value: object) -> datetime | None:
    """Return the time a text names, in Japanese time unless it carries an offset; None if unclear.

    Reads ISO 8601, `2026/7/28/16:27`, `2026/7/28 17:40`, `令和6年1月9日午後6時時点`, `…正午`.
    """
    text = unicodedata.normalize("NFKC", trimmed(value) or "")
    if not text or len(text) > 200:  # noqa: PLR2004
        return None
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return _iso_time(text)
    found = _DATE.search(text)
    if found is None:
        return None
    rest = text[found.end() :].lstrip("/ ")
    clock = _clock_of(rest)
    day = _day_of(found)
    if clock is None or day is None:
        return None
    late = timedelta(days=1) if re.match(r"24[:時]", rest) else timedelta()
    return datetime.combine(day, clock, TOKYO) + late


def _iso_time(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=TOKYO)


def _day_of(found: re.Match[str]) -> date | None:
    if found["era"]:
        year = ERAS[found["era"]] + (1 if found["eray"] == "元" else int(found["eray"]))
    else:
        year = int(found["y"])
    try:
        day = date(year, int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= year <= LAST_YEAR else None


_NAME_STAMPS = (
    re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)[-_T]?([0-2]\d):?([0-5]\d)(?:\d\d)?(?!\d)"),
    re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)([0-2]\d)([0-5]\d)(?!\d)"),
    re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)()()(?!\d)"),
)


def time_in_name(name: str) -> datetime | None:
    """Return the Japanese time a file name carries (`2608041600`, `2024-01-09-1800`), or None."""
    for pattern in _NAME_STAMPS:
        for year, month, day, hour, minute in pattern.findall(PurePosixPath(name).name):
            full = int(year) if len(year) == 4 else 2000 + int(year)  # noqa: PLR2004
            try:
                return datetime(
                    full, int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=TOKYO
                )
            except ValueError:
                continue
    return None


def observed_at_of(
    payload: Payload, member: str | None = None, modified_at: datetime | None = None
) -> datetime:
    """Return when a payload was true: by its name, by its archive's member, else when fetched.

    A time inside a zip carries no zone. It is taken as UTC (so real archives are written) unless
    that lies after the fetch, then as Japanese time.
    """
    for name in (payload.name, member):
        stamp = time_in_name(name) if name else None
        if stamp is not None:
            return stamp
    if modified_at is not None and modified_at.year > FIRST_ZIP_YEAR:
        for zone in (UTC, TOKYO):
            stamp = modified_at.replace(tzinfo=zone)
            if stamp <= payload.fetched_at:
                return stamp
    return payload.fetched_at


def json_of(content: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Return what a JSON payload holds.

    Raises
    ------
    UnreadableError
        When it is no JSON.
    """
    try:
        return orjson.loads(text_of(content))
    except ValueError as error:
        message = f"JSON として読めません: {str(error)[:120]}"
        raise UnreadableError(message) from error


def _csv_reader(content: bytes) -> Any:  # noqa: ANN401 - the type of csv.reader has no name
    csv.field_size_limit(CSV_FIELD_CHARACTERS)
    return csv.reader(io.StringIO(text_of(content), newline=""))


def csv_header(content: bytes) -> list[str]:
    """Return the column names of a CSV.

    Raises
    ------
    UnreadableError
        When it has no header or is no CSV.
    """
    try:
        header = [
            (trimmed(cell) or "").replace("\n", "") for cell in next(_csv_reader(content), [])
        ]
    except csv.Error as error:
        message = f"CSV として読めません: {str(error)[:120]}"
        raise UnreadableError(message) from error
    if not any(header):
        message = "CSV に見出しの行がありません"
        raise UnreadableError(message)
    return header


def csv_rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number in the file and the cells by column name of each row of a CSV.

    Raises
    ------
    UnreadableError
        When it has no header or is no CSV.
    """
    reader = _csv_reader(content)
    header = csv_header(content)
    try:
        next(reader)
        for cells in reader:
            if any(trimmed(cell) for cell in cells):
                yield reader.line_num, dict(zip(header, cells, strict=False))
    except csv.Error as error:
        message = f"CSV として読めません: {str(error)[:120]}"
        raise UnreadableError(message) from error


def rejected(reason: str, message: str, locator: str, row: object) -> Rejected:
    """Return a rejected row with its raw text cut to what quarantine keeps."""
    if isinstance(row, str):
        raw = row
    else:
        raw = orjson.dumps(row, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return Rejected(
        reason=reason, message=message, locator=locator, raw=raw[:RAW_CHARACTERS].replace("\0", "")
    )


def without(row: Mapping[str, Any], *used: str) -> dict[str, Any]:
    """Return the cells of a row that say something and are not among the used ones."""
    return {
        key: value
        for key, value in row.items()
        if key not in used and value not in (None, "", " ") and not key.startswith("_")
    }

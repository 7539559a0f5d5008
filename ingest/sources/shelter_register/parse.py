"""Bytes of a register in any known dialect → shelters, with what is doubtful about them flagged."""

from collections.abc import Iterator

from ingest.reading import rejected
from ingest.records import Item, ShelterRegister
from ingest.shelter_tables import rows_of
from ingest.source import Payload
from ingest.sources.shelter_register.doubts import flagged
from ingest.sources.shelter_register.register import shelter_of


def parse(payload: Payload) -> Iterator[Item]:
    """Yield the shelters of a CSV, a GeoJSON or a portal's JSON, after the rows that are none.

    The same row told twice is one shelter; another one under the same key is told as rejected.

    Raises
    ------
    UnreadableError
        When the payload is no register.
    """
    known: dict[str, ShelterRegister] = {}
    for row in rows_of(payload.content):
        if isinstance(row, str):
            yield rejected("not_a_row", "避難所の行ではありません。", row, row)
            continue
        if not row.whole:
            message = "行が途中で切れています。元のファイルを取り直してください。"
            yield rejected("cut_off", message, row.locator, row.cells)
            continue
        shelter = shelter_of(row)
        if shelter is None:
            message = "名称のない行です。名称の列を確かめてください。"
            yield rejected("no_name", message, row.locator, row.cells)
            continue
        former = known.setdefault(shelter.key, shelter)
        if former is not shelter and former.name != shelter.name:
            message = f"識別番号 {shelter.key[:60]} が「{former.name[:40]}」と重なっています。"
            yield rejected("duplicate_id", message, row.locator, row.cells)
    yield from flagged(list(known.values()))

"""What a change means to people: rows of the event log, made of changes in the same transaction."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.staging import Change

# A first import or a mass change is told as one line; nobody reads two hundred.
MANY = 12


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the event log."""

    at: datetime
    kind: str
    severity: int
    """0 note, 1 information, 2 look, 3 act now."""
    text_ja: str
    text_en: str
    layer: str | None
    feature: str | None
    """`source:key` of what it speaks of, or the code or name of a municipality."""
    dedup: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when changes were seen."""

    source: str
    at: datetime


def happenings(label: str, changes: Iterable[Change], scene: Scene) -> list[Happening]:
    """Return the event lines of one kind's changes; many at once become one line."""
    teller = _TELLERS.get(label)
    if teller is None:
        return []
    found = [line for change in changes for line in teller(change, scene)]
    if len(found) <= MANY:
        return found
    noun_ja, noun_en = _NOUNS[label]
    return [
        Happening(
            at=scene.at,
            kind=label,
            severity=1,
            text_ja=f"{noun_ja} {len(found):,}件が変わりました",
            text_en=f"{len(found):,} {noun_en} changed",
            layer=None,
            feature=None,
            dedup=f"{label}:{scene.source}:many:{scene.at.isoformat()}",
        )
    ]


_NOUNS = {
    "closure": ("道路規制", "road restrictions"),
    "outage": ("停電", "outages"),
    "warning": ("警報・注意報", "warnings"),
    "shelter_status": ("避難所の状況", "shelter states"),
}

_KINDS = {
    "closed": ("通行止め", "closed"),
    "closed_large": ("大型車通行止め", "closed to large vehicles"),
    "chains": ("チェーン規制", "chains required"),
    "lane": ("車線規制", "lane closed"),
    "alternating": ("片側交互通行", "alternating traffic"),
    "two_way": ("対面通行", "two-way traffic"),
}


def _closure(change: Change, scene: Scene) -> Iterator[Happening]:
    new, old = change.new, change.old
    road = new["road_name"] or "道路"
    place = f" {new['place']}" if new["place"] else ""
    reason = f"（{new['reason']}）" if new["reason"] else ""
    word_ja, word_en = _KINDS.get(new["kind"], ("規制", "restricted"))
    if new["lifted"]:
        if old is None or old["lifted"]:
            return
        severity, text_ja = 1, f"{road}{place} {word_ja}を解除"
        text_en, state = f"{road}{place}: re-opened", "lifted"
    elif old is None or old["lifted"] or old["kind"] != new["kind"]:
        severity = 2 if new["kind"] == "closed" else 1
        text_ja, text_en = f"{road}{place} {word_ja}{reason}", f"{road}{place}: {word_en}"
        state = f"{new['kind']}:{new['started_at'] or scene.at}"
    else:
        return
    yield Happening(
        scene.at, "closure", severity, text_ja, text_en,
        "closures", f"{scene.source}:{change.key}",
        f"closure:{scene.source}:{change.key}:{state}:{scene.at.isoformat()}",
    )  # fmt: skip


def _outage(change: Change, scene: Scene) -> Iterator[Happening]:
    new, old = change.new, change.old
    area = f"{new['municipality_name'] or ''}{new['area_name']}"
    was_on = old is None or old["restored"]
    if new["restored"]:
        if was_on:
            return
        text_ja, text_en, severity = f"{area} 停電復旧", f"{area}: power restored", 0
    elif was_on:
        about = {"about": "約", "exact": "", "under": ""}[new["qualifier"]]
        under = "未満" if new["qualifier"] == "under" else ""
        count = (
            "戸数不明" if new["households"] is None else f"{about}{new['households']:,}戸{under}"
        )
        text_ja, text_en = f"{area} 停電 {count}", f"{area}: power outage, {count}"
        severity = 1
    else:
        return
    yield Happening(
        scene.at, "outage", severity, text_ja, text_en, "outages", new["municipality_name"],
        f"outage:{scene.source}:{change.key}:{new['restored']}:{scene.at.isoformat()}",
    )  # fmt: skip


def _warning(change: Change, scene: Scene) -> Iterator[Happening]:
    new, old = change.new, change.old
    level = new["level"] or 0
    before = 0 if old is None or not old["active"] else old["level"] or 0
    if not new["active"]:
        if not (old and old["active"] and before >= 3):  # noqa: PLR2004 - level 3 is a warning
            return
        text_ja, text_en = f"{new['area_name']} {old['name']} 解除", f"{new['area_name']}: lifted"
        severity = 1
    elif level >= 3 and level != before:  # noqa: PLR2004
        text_ja = f"{new['area_name']} {new['name']}"
        text_en, severity = f"{new['area_name']}: alert level {level}", level - 2
    else:
        return
    yield Happening(
        scene.at, "warning", severity, text_ja, text_en, "warnings", new["municipality_code"],
        f"warning:{change.key}:{level}:{new['active']}:{scene.at.isoformat()}",
    )  # fmt: skip


def _shelter(change: Change, scene: Scene) -> Iterator[Happening]:
    new, old = change.new, change.old
    before = (old["opening"], old["crowding"]) if old else (None, None)
    place = f"{new['municipality_name'] or ''} {new['name']}".strip()
    if new["opening"] == "open" and before[0] != "open":
        text_ja, text_en, severity = f"{place} 避難所を開設", f"{place}: shelter opened", 1
    elif new["opening"] == "open" and new["crowding"] == "full" and before[1] != "full":
        text_ja, text_en, severity = f"{place} 避難所が満員", f"{place}: shelter full", 2
    elif new["opening"] in {"closed", "not_open"} and before[0] == "open":
        text_ja, text_en, severity = f"{place} 避難所を閉鎖", f"{place}: shelter closed", 1
    else:
        return
    yield Happening(
        scene.at, "shelter", severity, text_ja, text_en, "shelters", f"{scene.source}:{change.key}",
        f"shelter:{scene.source}:{change.key}:{new['opening']}:{new['crowding']}:"
        f"{scene.at.isoformat()}",
    )  # fmt: skip


_TELLERS: dict[str, Callable[[Change, Scene], Iterator[Happening]]] = {
    "closure": _closure,
    "outage": _outage,
    "warning": _warning,
    "shelter_status": _shelter,
}

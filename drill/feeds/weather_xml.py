"""A weather warning (VPWW55, 56, 61) as disaster-prevention XML, every municipality in it."""

from datetime import UTC
from xml.sax.saxutils import escape

from drill.feeds.telegrams import OFFICE, Telegram, local
from drill.island.build import Island
from drill.island.towns import PREFECTURE

ROOT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Report xmlns="http://xml.kishou.go.jp/jmaxml1/" '
    'xmlns:jmx="http://xml.kishou.go.jp/jmaxml1/" '
    'xmlns:jmx_add="http://xml.kishou.go.jp/jmaxml1/addition1/">\n'
)
BODY = (
    '<Body xmlns="http://xml.kishou.go.jp/jmaxml1/body/meteorology1/" '
    'xmlns:jmx_eb="http://xml.kishou.go.jp/jmaxml1/elementBasis1/">\n'
)
TOWNS = "気象・地震・火山情報／市町村等"
REGIONS = "気象情報／府県予報区・細分区域等"
SIGNIFICANCY = {
    2: ("21", "警戒レベル２"), 3: ("31", "警戒レベル３相当"),
    4: ("41", "警戒レベル４相当"), 5: ("51", "警戒レベル５相当"),
}  # fmt: skip
NOTHING = "発表警報・注意報はなし"


def envelope(telegram: Telegram, title: str, event: str, info: tuple[str, str]) -> str:
    """Return the control part and the head up to its headline; `info` is kind and version."""
    return (
        f"{ROOT}<Control>\n<Title>{telegram.title}</Title>\n"
        f"<DateTime>{telegram.issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</DateTime>\n"
        "<Status>訓練</Status>\n<EditorialOffice>火見地方気象台</EditorialOffice>\n"
        "<PublishingOffice>火見地方気象台（訓練）</PublishingOffice>\n</Control>\n"
        '<Head xmlns="http://xml.kishou.go.jp/jmaxml1/informationBasis1/">\n'
        f"<Title>{escape(title)}</Title>\n"
        f"<ReportDateTime>{local(telegram.issued_at)}</ReportDateTime>\n"
        f"<TargetDateTime>{local(telegram.issued_at)}</TargetDateTime>\n"
        f"<EventID>{event}</EventID>\n<InfoType>発表</InfoType>\n"
        f"<Serial>{telegram.serial or ''}</Serial>\n<InfoKind>{info[0]}</InfoKind>\n"
        f"<InfoKindVersion>{info[1]}</InfoKindVersion>\n"
    )


def weather_xml(island: Island, telegram: Telegram) -> str:
    """Return the telegram; a municipality whose warning ended says 解除, one without says so."""
    kind = telegram.kind
    if kind is None:
        return ""
    highest = int(telegram.levels.max())
    name = kind.names.get(highest, ("", ""))[1]
    text = (
        f"【訓練】{PREFECTURE}に{name}を発表しています。低い土地の浸水、土砂災害、河川の増水に"
        "警戒してください。これは訓練です。"
        if highest
        else f"【訓練】{PREFECTURE}の{kind.head}を解除します。これは訓練です。"
    )
    towns = island.municipalities
    areas = [(f"{code}00", str(town)) for code, town in zip(towns.code, towns.name, strict=True)]
    whole = "".join(
        _item(telegram, (OFFICE, PREFECTURE), (highest, int(telegram.before.max())), wide=True)
    )
    each = "".join(
        _item(telegram, area, (int(level), int(last)), wide=False)
        for area, level, last in zip(areas, telegram.levels, telegram.before, strict=True)
    )
    return (
        f"{envelope(telegram, f'{PREFECTURE}{kind.head}', '', ('気象警報・注意報', '1.5_0'))}"
        f"<Headline>\n<Text>{text}</Text>\n"
        f"{_headline(telegram, areas)}</Headline>\n</Head>\n{BODY}"
        f'<Warning type="気象警報・注意報（府県予報区等）">\n{whole}</Warning>\n'
        f'<Warning type="気象警報・注意報（市町村等）">\n{each}</Warning>\n</Body>\n</Report>\n'
    )


def _headline(telegram: Telegram, areas: list[tuple[str, str]]) -> str:
    kind = telegram.kind
    if kind is None:
        return ""
    items = []
    for area, level in zip(areas, telegram.levels, strict=True):
        if level:
            code, name = kind.names[int(level)]
            items.append(
                f"<Item>\n<Kind>\n<Name>{name}</Name>\n<Code>{code}</Code>\n</Kind>\n"
                f'<Areas codeType="{TOWNS}">\n<Area>\n<Name>{area[1]}</Name>\n'
                f"<Code>{area[0]}</Code>\n</Area>\n</Areas>\n</Item>\n"
            )
    if not items:
        return ""
    return f'<Information type="気象警報・注意報（市町村等）">\n{"".join(items)}</Information>\n'


def _item(telegram: Telegram, area: tuple[str, str], levels: tuple[int, int], *, wide: bool) -> str:
    """Return one item of the body; `levels` is now and before."""
    now, last = levels
    change = "変化無" if now == last else "警報・注意報種別に変化有"
    full = "<FullStatus>一部</FullStatus>\n<EditingMark>0</EditingMark>\n" if wide else ""
    return (
        f"<Item>\n{_kind(telegram, now, last)}<Area>\n<Name>{area[1]}</Name>\n"
        f"<Code>{area[0]}</Code>\n</Area>\n<ChangeStatus>{change}</ChangeStatus>\n{full}</Item>\n"
    )


def _kind(telegram: Telegram, now: int, last: int) -> str:
    kind = telegram.kind
    if kind is None or (not now and not last):
        return f"<Kind>\n<Status>{NOTHING}</Status>\n</Kind>\n"
    former = ""
    if last:
        code, name = kind.names[last]
        former = f"<LastKind>\n<Name>{name}</Name>\n<Code>{code}</Code>\n</LastKind>\n"
    if not now:
        return (
            f"<Kind>\n<Name>解除</Name>\n<Code>00</Code>\n<Status>解除</Status>\n{former}</Kind>\n"
        )
    code, name = kind.names[now]
    status = "継続" if now == last else "発表"
    danger = ("20", "注意報級") if kind.code == "VPWW61" else SIGNIFICANCY[now]
    return (
        f"<Kind>\n<Name>{name}</Name>\n<Code>{code}</Code>\n<Status>{status}</Status>\n{former}"
        f"<Property>\n<Type>{kind.danger}</Type>\n<SignificancyPart>\n<Base>\n"
        f'<Significancy type="{kind.danger}">\n<Name>{danger[1]}</Name>\n<Code>{danger[0]}</Code>\n'
        "</Significancy>\n</Base>\n</SignificancyPart>\n</Property>\n</Kind>\n"
    )

"""A flood forecast of a designated river (VXKO) as disaster-prevention XML."""

from xml.sax.saxutils import escape

import numpy as np

from drill.feeds.telegrams import FLOOD_NAMES, OFFICE, Telegram
from drill.feeds.weather_xml import BODY, REGIONS, envelope
from drill.island.build import Island
from drill.island.timeline import step_at
from drill.island.towns import PREFECTURE

SENTENCES = {
    0: "洪水のおそれはなくなりました。",
    2: "氾濫注意水位に到達し、今後、水位はさらに上昇する見込みです。",
    3: "避難判断水位に到達する見込みです。高齢者等避難の発令の目安です。",
    4: "氾濫危険水位に到達しました。避難指示の発令の目安です。",
    5: "氾濫が発生しているおそれがあります。直ちに身の安全を確保してください。",
}
CRITERIA = (("レベル２氾濫注意水位", "caution"), ("レベル４氾濫危険水位", "danger"),
            ("レベル４計画高水位等", "flood"))  # fmt: skip


def flood_xml(island: Island, telegram: Telegram) -> str:
    """Return the telegram of one river: its level, its lead gauge and the towns it may flood."""
    river = int(island.alerts.river[telegram.river])
    name = str(island.rivers.name[river])
    code = f"99{telegram.river + 1:010d}"
    level, last = int(telegram.levels[0]), int(telegram.before[0])
    kind_code, kind_name = FLOOD_NAMES[level]
    if level and level < last:
        kind_code = {2: "22", 3: "31", 4: "40"}.get(level, kind_code)
    condition = f"{kind_name}（{'発表' if level > last else '継続'}）"
    kind = (
        f"<Kind>\n<Name>{kind_name}</Name>\n<Code>{kind_code}</Code>\n"
        f"<Condition>{condition if level else '解除'}</Condition>\n</Kind>\n"
    )
    text = f"【訓練】{f'【警戒レベル{level}相当】' if level else ''}{name}では、{SENTENCES[level]}"
    areas = (
        ("予報区域", "指定河川洪水予報（予報区域）", name, code),
        ("河川", "河川", name, code[:10]),
        ("府県予報区等", REGIONS, PREFECTURE, OFFICE),
    )
    headline = "".join(
        f'<Information type="指定河川洪水予報（{scope}）">\n<Item>\n{kind}'
        f'<Areas codeType="{code_type}">\n<Area>\n<Name>{area}</Name>\n<Code>{number}</Code>\n'
        "</Area>\n</Areas>\n</Item>\n</Information>\n"
        for scope, code_type, area, number in areas
    )
    head = envelope(telegram, f"{name}{kind_name}", code, ("指定河川洪水予報", "1.1_1"))
    return (
        f"{head}<Headline>\n<Text>{escape(text)}</Text>\n{headline}</Headline>\n</Head>\n{BODY}"
        "<Notice>この電文は訓練用です。</Notice>\n"
        f"{_warning(island, telegram, text)}{_criteria(island, telegram)}</Body>\n</Report>\n"
    )


def _gauges(island: Island, telegram: Telegram) -> list[int]:
    """Return the living gauges of the river, the largest catchment first."""
    gauges = island.river_gauges
    river = island.alerts.river[telegram.river]
    return np.flatnonzero((gauges.river == river) & (gauges.dead == 0)).tolist()[:6]


def _warning(island: Island, telegram: Telegram, text: str) -> str:
    gauges, towns = island.river_gauges, island.municipalities
    name = str(island.rivers.name[island.alerts.river[telegram.river]])
    stations, flooded = [], []
    step = step_at(telegram.issued_at)
    for gauge in _gauges(island, telegram):
        town = int(gauges.municipality[gauge])
        station = escape(str(gauges.name[gauge]))
        code = f"99{int(gauges.code[gauge]):015d}"[:17]
        place = f"{PREFECTURE}{towns.county[town]}{towns.name[town]}"
        stations.append(
            f'<Station>\n<Name>{station}</Name>\n<Code type="水位観測所">{code}</Code>\n'
            f"<Location>{place}</Location>\n</Station>\n"
        )
        if island.levels.level[step, gauge] >= island.levels.caution[gauge]:
            flooded.append(
                f'<Area codeType="水位観測所">\n<Name>{station}</Name>\n<Code>{code}</Code>\n'
                f"<Prefecture>{PREFECTURE}</Prefecture>\n<PrefectureCode>99000</PrefectureCode>\n"
                f"<City>{towns.name[town]}</City>\n<CityCode>{towns.code[town]}00</CityCode>\n"
                "<SubCityList>-</SubCityList>\n</Area>\n"
            )
    areas = (
        "<Item>\n<Kind>\n<Name>浸水想定地区</Name>\n<Code>1</Code>\n<Status>対象地域</Status>\n"
        f"</Kind>\n<Areas>\n{''.join(flooded)}</Areas>\n</Item>\n"
        if flooded and telegram.levels[0]
        else ""
    )
    return (
        '<Warning type="指定河川洪水予報">\n<Item>\n<Kind>\n<Property>\n<Type>主文</Type>\n'
        f"<Text>{escape(text)}</Text>\n</Property>\n</Kind>\n"
        f'<Areas codeType="河川">\n<Area>\n<Name>{name}</Name>\n'
        f"<Code>99{telegram.river + 1:08d}</Code>\n</Area>\n</Areas>\n"
        f"<Stations>\n{''.join(stations)}</Stations>\n</Item>\n{areas}</Warning>\n"
    )


def _criteria(island: Island, telegram: Telegram) -> str:
    """Return the gauges' thresholds in metres."""
    parts = []
    for gauge in _gauges(island, telegram):
        levels = "".join(
            f'<jmx_eb:WaterLevel type="{word}" unit="m" condition="有効">'
            f"{float(getattr(island.levels, field)[gauge]):.2f}</jmx_eb:WaterLevel>\n"
            for word, field in CRITERIA
        )
        name = escape(str(island.river_gauges.name[gauge]))
        parts.append(
            '<HydrometricStationPart>\n<Area codeType="水位観測所">\n'
            f"<Name>{name}</Name>\n</Area>\n<Criteria>\n{levels}</Criteria>\n"
            "</HydrometricStationPart>\n"
        )
    return (
        f"<AdditionalInfo>\n<FloodForecastAddition>\n{''.join(parts)}"
        "</FloodForecastAddition>\n</AdditionalInfo>\n"
    )

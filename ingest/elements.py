"""The elements a station can observe: code, unit and Japanese name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One observed quantity."""

    code: str
    unit: str
    name: str
    """In Japanese, as screens show it."""


ELEMENTS = {
    element.code: element
    for element in (
        Element("precipitation_10m", "mm", "10分間降水量"),
        Element("precipitation_1h", "mm", "1時間降水量"),
        Element("precipitation_3h", "mm", "3時間降水量"),
        Element("precipitation_24h", "mm", "24時間降水量"),
        Element("temperature", "℃", "気温"),
        Element("humidity", "%", "湿度"),
        Element("pressure", "hPa", "現地気圧"),
        Element("sea_level_pressure", "hPa", "海面気圧"),
        Element("wind_speed", "m/s", "風速"),
        Element("wind_direction", "16方位", "風向"),
        Element("gust", "m/s", "最大瞬間風速"),
        Element("gust_direction", "16方位", "最大瞬間風向"),
        Element("temperature_max", "℃", "日最高気温"),
        Element("temperature_min", "℃", "日最低気温"),
        Element("sunshine_10m", "min", "10分間日照時間"),
        Element("sunshine_1h", "h", "1時間日照時間"),
        Element("snow_depth", "cm", "積雪深"),
        Element("snowfall_1h", "cm", "1時間降雪量"),
        Element("snowfall_6h", "cm", "6時間降雪量"),
        Element("snowfall_12h", "cm", "12時間降雪量"),
        Element("snowfall_24h", "cm", "24時間降雪量"),
        Element("visibility", "m", "視程"),
        Element("weather", "code", "天気"),
        Element("water_level", "m", "水位"),
    )
}

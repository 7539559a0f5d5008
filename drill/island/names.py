"""Believable made-up place names, kanji with their reading; none is a real municipality's."""

from dataclasses import dataclass

import numpy as np

# Written by us: first parts that no municipality of Japan starts with in these compounds.
FIRST = (
    ("霞", "かすみ"), ("篝", "かがり"), ("碧", "みどり"), ("鈴", "すず"), ("榊", "さかき"),
    ("楓", "かえで"), ("灯", "とも"), ("鳴", "なる"), ("梢", "こずえ"), ("澪", "みお"),
    ("暁", "あけ"), ("朧", "おぼろ"), ("雫", "しずく"), ("槙", "まき"), ("椿", "つばき"),
    ("茜", "あかね"), ("凪", "なぎ"), ("帆", "ほ"), ("鷺", "さぎ"), ("鵜", "う"),
    ("鴎", "かもめ"), ("蛍", "ほたる"), ("雁", "かり"), ("狐", "きつね"), ("苔", "こけ"),
    ("葦", "あし"), ("萱", "かや"), ("蕨", "わらび"), ("樫", "かし"), ("楡", "にれ"),
    ("栃", "とち"), ("朴", "ほお"), ("柚", "ゆず"), ("杏", "あんず"), ("胡桃", "くるみ"),
    ("磯", "いそ"), ("潮", "しお"), ("渚", "なぎさ"), ("汐", "せき"), ("滝", "たき"),
    ("岩", "いわ"), ("砂", "すな"), ("鍛冶", "かじ"), ("塩", "しお"), ("舟", "ふな"),
    ("網", "あみ"), ("笠", "かさ"), ("鎌", "かま"), ("鍬", "くわ"), ("機", "はた"),
    ("宵", "よい"), ("曙", "あけぼの"), ("霧", "きり"), ("雲", "くも"), ("霜", "しも"),
    ("星", "ほし"), ("月", "つき"), ("雪", "ゆき"), ("琴", "こと"), ("鼓", "つづみ"),
)  # fmt: skip
SECOND = (
    ("瀬", "せ"), ("沢", "さわ"), ("谷", "たに"), ("野", "の"), ("原", "はら"), ("平", "だいら"),
    ("森", "もり"), ("坂", "さか"), ("峰", "みね"), ("淵", "ふち"), ("渡", "わたり"),
    ("根", "ね"), ("入", "いり"), ("郷", "ごう"), ("窪", "くぼ"), ("迫", "さこ"), ("尾", "お"),
    ("内", "うち"), ("代", "しろ"), ("倉", "くら"), ("畑", "はた"), ("久保", "くぼ"),
    ("丸", "まる"), ("袋", "ぶくろ"), ("越", "ごえ"), ("見", "み"), ("掛", "かけ"),
    ("口", "くち"), ("戸", "と"), ("木", "ぎ"),
)  # fmt: skip
COAST = (
    ("浦", "うら"), ("津", "つ"), ("崎", "さき"), ("浜", "はま"), ("泊", "どまり"),
    ("ヶ浜", "がはま"), ("江", "え"), ("湊", "みなと"),
)  # fmt: skip
BEFORE = (
    ("上", "かみ"), ("下", "しも"), ("中", "なか"), ("東", "ひがし"), ("西", "にし"),
    ("南", "みなみ"), ("北", "きた"), ("本", "もと"), ("新", "しん"), ("奥", "おく"),
    ("大", "おお"), ("小", "こ"),
)  # fmt: skip

# Municipalities are listed so that a test can hold them against the list of real ones.
MUNICIPALITIES = (
    ("火見", "ひのみ"), ("篝津", "かがりつ"), ("澪ヶ浜", "みおがはま"), ("鳴瀬戸", "なるせと"),
    ("榊原野", "さかきはらの"), ("茜浦", "あかねうら"), ("凪津", "なぎつ"), ("霧峰", "きりみね"),
    ("鷺ノ江", "さぎのえ"), ("碧郷", "みどりごう"), ("灯崎", "ともさき"), ("楓平", "かえでだいら"),
    ("雫谷", "しずくだに"), ("蛍沢", "ほたるざわ"), ("槙入", "まきいり"), ("葦原津", "あしはらつ"),
    ("梢森", "こずえもり"), ("朧峠", "おぼろとうげ"), ("暁浦", "あけうら"), ("琴ヶ瀬", "ことがせ"),
    ("鼓岳", "つづみだけ"), ("汐見津", "しおみつ"), ("雁渡", "かりわたり"), ("帆崎", "ほさき"),
    ("椿泊浦", "つばきどまりうら"), ("宵月", "よいづき"), ("曙野", "あけぼのの"),
    ("星越", "ほしごえ"), ("雲井原", "くもいばら"), ("朴沢", "ほおざわ"), ("萱尾", "かやお"),
    ("杏郷", "あんずごう"), ("柚木迫", "ゆぎさこ"), ("鵜渡浦", "うどうら"), ("渚江", "なぎさえ"),
    ("鴎崎", "かもめざき"), ("狐森", "きつねもり"), ("苔谷", "こけだに"), ("蕨平", "わらびだいら"),
    ("樫入", "かしいり"), ("楡原津", "にれはらつ"), ("胡桃窪", "くるみくぼ"),
    ("笠渡", "かさわたり"), ("鎌淵", "かまぶち"), ("機織谷", "はたおりだに"), ("霜坂", "しもさか"),
    ("雪見沢", "ゆきみさわ"), ("岩戸浦", "いわとうら"), ("砂ノ津", "すなのつ"),
    ("網代崎", "あじろざき"), ("塩焼浜", "しおやきはま"), ("舟越江", "ふなごええ"),
    ("鍛冶原", "かじはら"), ("鍬畑", "くわばたけ"), ("栃窪", "とちくぼ"),
    ("月ノ瀬戸", "つきのせと"),
    ("磯丸", "いそまる"), ("潮戸", "しおと"), ("滝ノ内", "たきのうち"), ("鈴掛野", "すずかけの"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name in kanji and its reading in hiragana."""

    kanji: str
    kana: str


def katakana(hiragana: str) -> str:
    """Return the same reading in katakana."""
    shift = ord("ァ") - ord("ぁ")
    return "".join(chr(ord(c) + shift) if "ぁ" <= c <= "ゖ" else c for c in hiragana)


class PlaceNames:
    """Hands out names, none twice."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._given: set[str] = {kanji for kanji, _ in MUNICIPALITIES}

    def settlement(self, *, coastal: bool) -> Name:
        """Return a name of a settlement, with a word of the shore where it lies there."""
        ends = COAST if coastal else SECOND
        for attempt in range(400):
            first = FIRST[int(self._rng.integers(len(FIRST)))]
            second = ends[int(self._rng.integers(len(ends)))]
            kanji, kana = first[0] + second[0], first[1] + second[1]
            if attempt > len(ends) // 4:
                before = BEFORE[int(self._rng.integers(len(BEFORE)))]
                kanji, kana = before[0] + kanji, before[1] + kana
            if kanji not in self._given:
                self._given.add(kanji)
                return Name(kanji, kana)
        return self._numbered(kanji, kana)

    def river(self) -> Name:
        """Return a name of a river, ending in 川."""
        for _ in range(400):
            first = FIRST[int(self._rng.integers(len(FIRST)))]
            second = (("", ""), *SECOND)[int(self._rng.integers(len(SECOND) + 1))]
            kanji = f"{first[0]}{second[0]}川"
            if kanji not in self._given:
                self._given.add(kanji)
                return Name(kanji, f"{first[1]}{second[1]}がわ")
        return self._numbered("無名川", "むめいがわ")

    def _numbered(self, kanji: str, kana: str) -> Name:
        """Return a name with a section number, where the words are used up."""
        number = 2
        while f"{kanji}{number}区" in self._given:
            number += 1
        self._given.add(f"{kanji}{number}区")
        return Name(f"{kanji}{number}区", f"{kana}{number}く")

"""Capacities as registers write them."""

import pytest

from ingest.sources.shelter_register.capacity import Capacity, capacity_of


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (120, Capacity(120, None)),
        ("１２０", Capacity(120, None)),
        ("120人", Capacity(120, None)),
        ("1,200", Capacity(1200, None)),
        (0, Capacity(None, None)),
        ("0", Capacity(None, None)),
        ("-1", Capacity(None, None)),
        (None, Capacity(None, None)),
        ("", Capacity(None, None)),
        ("屋内191人／屋外0人(面積の1/2)", Capacity(191, "屋内191人／屋外0人(面積の1/2)", 191, 0)),
        ("屋内1,700人／屋外2,250人", Capacity(1700, "屋内1,700人／屋外2,250人", 1700, 2250)),
        ("屋内0人／屋外２５０人", Capacity(250, "屋内0人／屋外２５０人", 0, 250)),
        ("屋内0人／屋外0人", Capacity(None, "屋内0人／屋外0人", 0, 0)),
        ("約200名", Capacity(200, "約200名")),
        ("100～200人", Capacity(100, "100～200人")),
        ("200人程度(感染症対策時100人)", Capacity(200, "200人程度(感染症対策時100人)")),
        ("要確認", Capacity(None, "要確認")),
        ("2階のみ", Capacity(None, "2階のみ")),
    ],
)
def test_capacities(given: object, expected: Capacity) -> None:
    assert capacity_of(given) == expected

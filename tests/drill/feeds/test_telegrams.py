"""Which telegram is sent when."""

from drill.feeds.telegrams import HEAVY_RAIN, LANDSLIDE, THUNDER, local, telegrams_of
from drill.island.build import Island


def test_names_are_unique_and_in_order(island: Island) -> None:
    telegrams = telegrams_of(island)
    assert len({telegram.name for telegram in telegrams}) == len(telegrams) > 10
    times = [telegram.issued_at for telegram in telegrams]
    assert times == sorted(times)
    assert {t.kind.code for t in telegrams if t.kind} == {"VPWW55", "VPWW56", "VPWW61"}
    assert any(t.kind is None for t in telegrams)


def test_each_says_something_new(island: Island) -> None:
    for telegram in telegrams_of(island):
        assert (telegram.levels != telegram.before).any()


def test_every_level_that_occurs_has_a_name(island: Island) -> None:
    for telegram in telegrams_of(island):
        if telegram.kind:
            assert {int(level) for level in telegram.levels} - {0} <= set(telegram.kind.names)
    assert HEAVY_RAIN.names[4] == ("43", "レベル４大雨危険警報")
    assert LANDSLIDE.names[4] == ("49", "レベル４土砂災害危険警報")
    assert THUNDER.names == {2: ("14", "雷注意報")}


def test_times_are_japanese(island: Island) -> None:
    assert local(telegrams_of(island)[0].issued_at).endswith("+09:00")

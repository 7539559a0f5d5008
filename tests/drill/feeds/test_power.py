"""Areas without power."""

from drill.feeds.power import PowerFeed
from drill.island.build import Island
from drill.island.timeline import START, time_of


def test_an_empty_list_is_an_empty_line(island: Island) -> None:
    assert PowerFeed(island).answer("current.csv", START, "").content == b"\n"


def test_rows_name_place_households_and_outlook(island: Island) -> None:
    feed, outages = PowerFeed(island), island.outages
    step = int(outages.start[0])
    lines = feed.answer("current.csv", time_of(step), "").content.decode().splitlines()
    names = {str(island.settlements.name[s]) for s in outages.settlement}
    for line in lines:
        cells = line.split(",")
        assert len(cells) == 9
        assert len(cells[1]) == 9
        assert cells[1][:5] in island.municipalities.code.tolist()
        assert cells[2] == "火見県"
        assert cells[4] in names
        assert cells[5] == "10 戸未満" or (cells[5].startswith("約 ") and cells[5].endswith("0 戸"))
        assert cells[7].startswith("【訓練】")


def test_restored_areas_vanish(island: Island) -> None:
    feed, outages = PowerFeed(island), island.outages
    place = f",{island.settlements.name[outages.settlement[0]]},"
    before = feed.answer("current.csv", time_of(int(outages.end[0]) - 1), "").content.decode()
    after = feed.answer("current.csv", time_of(int(outages.end[0])), "").content.decode()
    assert place in before
    assert place not in after
    assert feed.answer("other.csv", START, "").status == 404

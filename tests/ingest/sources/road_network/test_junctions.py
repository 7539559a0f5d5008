"""Ways are split where they meet. Nodes are letters on a grid of a hundredth of a degree."""

from ingest.records import Rejected, RoadLink
from ingest.sources.road_network.junctions import Way, links, on_earth

GRID = """
A B C D
. E . F
. G . .
"""
PLACES = {
    letter: (130 + column / 100, 32 - row / 100)
    for row, line in enumerate(GRID.strip().splitlines())
    for column, letter in enumerate(line.split())
    if letter != "."
}


def way(number: int, letters: str, missing: str = "") -> Way:
    return Way(
        number,
        tuple(map(ord, letters)),
        tuple(None if letter in missing else PLACES[letter] for letter in letters),
        {"highway": "residential"},
    )


def drawn(*ways: Way) -> dict[str, str]:
    """Return the letters of each link by key, node numbers written as letters."""
    letters = {place: letter for letter, place in PLACES.items()}
    found = {}
    for item in links(ways):
        assert isinstance(item, RoadLink)
        number, ends = item.key.split(":")
        first, last, *again = ends.replace("/", "-").split("-")
        name = f"{number}:{chr(int(first))}{chr(int(last))}{''.join(again)}"
        found[name] = "".join(letters[point] for point in item.geometry.coords)
    return found


def test_a_way_alone_is_one_link() -> None:
    assert drawn(way(1, "ABCD")) == {"w1:AD": "ABCD"}


def test_a_crossing_splits_both() -> None:
    assert drawn(way(1, "ABCD"), way(2, "BEG")) == {
        "w1:AB": "AB", "w1:BD": "BCD", "w2:BG": "BEG",
    }  # fmt: skip


def test_a_ring_stays_whole_and_a_lasso_is_split() -> None:
    assert drawn(way(1, "BEGB")) == {"w1:BB": "BEGB"}
    assert drawn(way(1, "ABEGB")) == {"w1:AB": "AB", "w1:BB": "BEGB"}


def test_two_pieces_between_the_same_ends_have_keys_of_their_own() -> None:
    found = drawn(way(1, "BEBEB"))
    assert found == {"w1:BE": "BE", "w1:EB": "EB", "w1:BE2": "BE", "w1:EB2": "EB"}


def test_a_node_told_twice_in_a_row_is_no_piece() -> None:
    assert drawn(way(1, "AABB")) == {"w1:AB": "AB"}


def test_the_edge_of_an_extract_cuts_a_way() -> None:
    assert drawn(way(1, "ABCDF", missing="C")) == {"w1:AB": "AB", "w1:DF": "DF"}
    (item,) = links([way(1, "ABC", missing="ABC")])
    assert isinstance(item, Rejected)
    assert (item.reason, item.locator) == ("no_nodes", "way 1")


def test_positions_on_earth() -> None:
    assert on_earth(130.0, 32.0) == (130.0, 32.0)
    assert on_earth(32.0, 130.0) is None
    assert on_earth(float("nan"), 1.0) is None

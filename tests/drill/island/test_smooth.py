"""Lines made to look drawn."""

import numpy as np

from drill.island.smooth import cut, measure, smoothed

ZIGZAG = np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 0.0], [3.0, 2.0], [4.0, 0.0]])


def test_the_ends_stay_and_the_line_gets_shorter() -> None:
    line = smoothed(ZIGZAG, 3)
    assert line[0].tolist() == ZIGZAG[0].tolist()
    assert line[-1].tolist() == ZIGZAG[-1].tolist()
    assert measure(line)[-1] < measure(ZIGZAG)[-1]
    assert smoothed(ZIGZAG[:2], 3).tolist() == ZIGZAG[:2].tolist()


def test_a_cut_keeps_what_lies_between() -> None:
    line = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
    part = cut(line, 5, 15)
    assert part.tolist() == [[5, 0], [10, 0], [10, 5]]
    assert measure(part)[-1] == 10

"""Lists of opened shelters with head-counts, as towns post them every hour."""

import csv
import io
from datetime import datetime

from drill.answer import CSV, FeedAnswer, found
from drill.feeds.registered import DRILL, Register
from drill.island.timeline import floor_time, step_at
from drill.island.towns import PREFECTURE

COLUMNS = (
    "ID", "地区", "名称", "人数", "時点", "所在地_連結表記", "所在地_都道府県", "所在地_市区町村",
    "全国地方公共団体コード", "緯度", "経度", "想定収容人数", "備考",
)  # fmt: skip


class OpenedFeed:
    """Answers `opened.csv`: shelters open at the full hour, each with the people counted then."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def answer(self, at: datetime) -> FeedAnswer:
        """Return the list of the last full hour (Japan time)."""
        hour = floor_time(at).replace(minute=0)
        step = step_at(hour)
        register, refuges = self._register, self._register.refuges
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for n, name in enumerate(refuges.name):
            opened, closed = int(refuges.opened[n]), int(refuges.closed[n])
            if opened < 0 or not opened <= step < closed:
                continue
            writer.writerow((
                f"CC{n + 1:010d}", register.place[n], name, int(refuges.heads[step, n]),
                f"{hour:%Y-%m-%d %H:%M}", register.address[n], PREFECTURE, register.town[n],
                register.code[n], register.lat[n], register.lon[n], register.capacity[n], DRILL,
            ))  # fmt: skip
        return found(b"\xef\xbb\xbf" + text.getvalue().encode(), CSV, hour)

"""The outside world, simulated or recorded: the island, the player, the feeds, the faults.

For whoever mounts it over HTTP (a web framework is not known here):

- `drill.world.open_world(kind, cache=folder, seed=…, scale=1.0)` → a `drill.answer.World`: the
  island (`kind="island"`) or a recording by its name. It has `title`, `start`, `end`, `incident`
  (name, kind, started_at), `bounds` (west, south, east, north), `sources`, and
  `answer(source, path, at, base)` → `drill.answer.FeedAnswer` (status, content, content_type,
  last_modified, etag, file_name, slow_s). `path` is relative, `at` world time, `base` the address
  under which that source is served (hrefs in Atom feeds are built from it). Thread-safe: read only.
- `drill.faults`: `Fault` (StrEnum), `world_at(fault, at)` to ask with, `apply(fault, answer)` →
  `FeedAnswer | Hang`. Wait `slow_s` before the first byte; `Hang`: hold `seconds`, then close.
- `drill.player`: `PlayerState` (frozen) with `started`, `world_time`, `paused`, `resumed`,
  `seeked`, `with_speed`; real time is always passed in.
- `drill.island.relief`: `write_relief(island, path)`, `write_dem(island, path)` (COG).
"""

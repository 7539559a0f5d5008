"""The road network as edges between nodes: classes, names, bridges, tunnels and town streets."""

from dataclasses import dataclass

import numpy as np
import shapely

from drill.island.classes import ROAD_CLASSES, Classes, classify
from drill.island.grid import Bools, Floats, Ints, Lines, Texts, lines_of
from drill.island.network import make_chains
from drill.island.rivers import Rivers
from drill.island.smooth import cut, measure
from drill.island.streets import Streets, make_streets
from drill.island.structures import Piece, pieces_of, tunnel_spans
from drill.island.terrain import Terrain
from drill.island.towns import Municipalities, Settlements

EDGES = 30_000


@dataclass(frozen=True, slots=True)
class Roads:
    """Road edges; all arrays by edge."""

    lines: Lines
    """Degrees."""
    start: Ints
    """Node number at the first point."""
    end: Ints
    road_class: Texts
    """OpenStreetMap highway value."""
    name: Texts
    ref: Texts
    bridge: Bools
    tunnel: Bools
    length_m: Floats
    middle: Floats
    """Middle point (n, 2) in metres of the frame."""
    nodes: Floats
    """Nodes (n, 2) in degrees."""

    @property
    def main(self) -> Bools:
        """Return which edges are more than a town street."""
        return np.asarray(self.road_class != "residential")


@dataclass(frozen=True, slots=True)
class _Draft:
    """Edges in metres before they are put into arrays."""

    xy: list[Floats]
    start: list[int]
    end: list[int]
    chain: list[int]
    kind: list[str]


def _split_chains(
    chains_xy: list[Floats], ends: list[tuple[int, int]], pieces: list[list[Piece]]
) -> tuple[_Draft, list[Floats]]:
    """Return the edges of all chains, cut at structures and by length, and the node positions."""
    node_of: dict[int, int] = {}
    nodes: list[Floats] = []
    draft = _Draft([], [], [], [], [])

    def node(cell: int, point: Floats) -> int:
        if cell not in node_of:
            node_of[cell] = len(nodes)
            nodes.append(point)
        return node_of[cell]

    for chain, (xy, (first, last)) in enumerate(zip(chains_xy, ends, strict=True)):
        at = node(first, xy[0])
        goal = node(last, xy[-1])
        for number, piece in enumerate(pieces[chain]):
            part = cut(xy, piece.start, piece.end)
            if number == len(pieces[chain]) - 1:
                to = goal
            else:
                to = len(nodes)
                nodes.append(part[-1])
            draft.xy.append(part[[0, -1]] if piece.kind else part)
            draft.start.append(at)
            draft.end.append(to)
            draft.chain.append(chain)
            draft.kind.append(piece.kind)
            at = to
    return draft, nodes


def _names(classes: Classes, draft: _Draft, rivers_near: list[str]) -> tuple[Texts, Texts, Texts]:
    """Return class, name and number of each edge; a bridge bears the river's name."""
    kinds = [ROAD_CLASSES[int(classes.rank[chain])] for chain in draft.chain]
    names, refs = [], []
    for chain, kind, river in zip(draft.chain, draft.kind, rivers_near, strict=True):
        bridge = f"{river.removesuffix('川')}橋" if kind == "bridge" and river else ""
        names.append(bridge or classes.name[chain])
        refs.append(classes.ref[chain])
    return np.array(kinds), np.array(names), np.array(refs)


def _joined(
    terrain: Terrain,
    draft: _Draft,
    labels: tuple[Texts, Texts, Texts],
    streets: Streets,
    nodes: Floats,
) -> Roads:
    """Return main roads and streets in one set of arrays."""
    extra = len(streets.start)
    lines_xy = [*draft.xy, *streets.lines]
    middle = np.array([xy.mean(axis=0) if len(xy) == 2 else xy[len(xy) // 2] for xy in lines_xy])  # noqa: PLR2004
    kinds = np.array([*draft.kind, *[""] * extra])
    return Roads(
        lines=lines_of([terrain.grid.lonlat(xy) for xy in lines_xy]),
        start=np.concatenate([draft.start, streets.start]).astype(np.int64),
        end=np.concatenate([draft.end, streets.end]).astype(np.int64),
        road_class=np.concatenate([labels[0], np.full(extra, "residential")]),
        name=np.concatenate([labels[1], np.full(extra, "")]),
        ref=np.concatenate([labels[2], np.full(extra, "")]),
        bridge=kinds == "bridge",
        tunnel=kinds == "tunnel",
        length_m=np.array([float(measure(xy)[-1]) for xy in lines_xy]),
        middle=middle,
        nodes=terrain.grid.lonlat(np.concatenate([nodes, streets.nodes])),
    )


def make_roads(
    rng: np.random.Generator,
    terrain: Terrain,
    towns: tuple[Settlements, Municipalities],
    rivers: Rivers,
    scale: float,
) -> Roads:
    """Return the road network for a scale."""
    settlements, municipalities = towns
    chains = make_chains(rng, terrain, settlements)
    classes = classify(chains, terrain, settlements, municipalities)
    water = [
        shapely.LineString(terrain.grid.xy(rivers.lines.line(i))) for i in range(len(rivers.lines))
    ]
    tree = shapely.STRtree(water)
    spans = tunnel_spans(terrain, [chain.xy for chain in chains], classes.rank)
    pieces = [
        pieces_of(chain.xy, tree, rivers.area_km2, spans.get(number))
        for number, chain in enumerate(chains)
    ]
    draft, node_list = _split_chains(
        [chain.xy for chain in chains], [(c.start, c.end) for c in chains], pieces
    )
    near = tree.nearest(shapely.points([xy.mean(axis=0) for xy in draft.xy]))
    labels = _names(classes, draft, [str(rivers.name[rivers.river[i]]) for i in near])
    nodes = np.asarray(node_list)
    budget = max(0, round(EDGES * scale) - len(draft.xy))
    streets = make_streets(rng, terrain, settlements, rivers, (nodes, budget))
    return _joined(terrain, draft, labels, streets, nodes)

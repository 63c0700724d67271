"""Layout of the pathways from roots through plexus and nerves to the examined muscles.

The input is the finding in each muscle and the sites of the leading candidate. To stay legible, the
drawing shows only muscles with a finding. The paths are from the catalogue.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue import lookup, muscles
from patients.drawings.layers import make_columns, make_links, route, sort_columns
from patients.drawings.ways import plain_sites, ways_to

STATES = {
    "abnormal": gettext_lazy("abnormal"),
    "normal": gettext_lazy("normal"),
    "untested": gettext_lazy("not tested"),
}
HEADINGS = {
    "root": gettext_lazy("Root"),
    "plexus": gettext_lazy("Plexus"),
    "trunk": gettext_lazy("Trunk"),
    "cord": gettext_lazy("Cord"),
    "nerve": gettext_lazy("Nerve"),
    "muscle": gettext_lazy("Muscle"),
}
# Lengths in units of the drawing.
WIDTH, MARGIN, MUSCLE_WIDTH, ROOT_WIDTH = 720, 8, 232, 40
TOP, ROW, GAP, LETTER = 24, 40, 20, 6.1


@dataclass(frozen=True)
class MuscleFinding:
    """The finding in a muscle: `state` is a key of STATES, and `words` is the full text."""

    muscle: str
    state: str
    words: str = ""

    def __post_init__(self):
        if self.muscle not in muscles.BY_ID:
            raise ValueError(f"{self.muscle} is not a muscle in the catalogue")
        if self.state not in STATES:
            raise ValueError(f"{self.state} is not one of {', '.join(STATES)}")


@dataclass(frozen=True)
class Node:
    """A root, a part of a plexus, a nerve or a muscle; x and y are the middle of its left edge."""

    kind: str
    id: str
    lines: tuple[str, ...]
    state: str
    words: str
    is_leading: bool
    x: float
    y: float
    width: float

    @property
    def squeezed(self):
        """The width to which a long single line must be condensed, or None if it fits."""
        available = self.width - 8
        is_long = len(self.lines) == 1 and len(self.lines[0]) * LETTER > available
        return available if is_long else None


@dataclass(frozen=True)
class Edge:
    """A line between two nodes; its `width` shows the weight given by `make_links`."""

    path: str
    width: float
    state: str
    is_leading: bool


@dataclass(frozen=True)
class Pathways:
    """The drawing; `headings` are (x, text), and `summary` has a sentence for each muscle."""

    key: str
    title: str
    candidate: str
    headings: tuple[tuple[float, str], ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    height: float
    summary: tuple[str, ...]
    width: float = WIDTH

    def __bool__(self):
        return bool(self.nodes)


def pathways(
    key: str,
    title: str,
    findings: Sequence[MuscleFinding],
    leading: Collection[tuple[str, str]] = (),
    candidate: str = "",
) -> Pathways:
    """Lay out the paths to the muscles of `findings`.

    `leading` lists the sites of the leading candidate as (kind, id): ("root", "L5"), ("plexus",
    "sacral_plexus"), ("trunk", "upper"), ("cord", "lateral"), ("nerve", "radial"). Ids from the
    structures catalogue are accepted too. `candidate` is the candidate's name.
    """
    known = {finding.muscle: finding for finding in findings}
    marked = {plain for site in leading for plain in plain_sites(*site)}
    ways = {muscle: ways_to(muscle, marked) for muscle in known}
    columns = make_columns(ways)
    routes = {muscle: route(one, columns) for muscle, one in ways.items()}
    links = make_links(routes)
    nodes = place(sort_columns(columns, links), known, marked)
    states = reached_states(routes, known)
    return Pathways(
        key,
        title,
        candidate if any(node.is_leading for node in nodes.values()) else "",
        make_headings(columns, nodes),
        tuple(node for node in nodes.values() if node.kind != "passing"),
        make_edges(links, nodes, states),
        max((node.y for node in nodes.values()), default=0) + ROW,
        tuple(sentence(known[one], ways[one]) for one in known),
    )


# Positions


def place(order, known, marked):
    """Return {node: Node}, with each column spread over the height of the longest."""
    if not order:
        return {}
    rows = max(len(column) for column in order)
    between = max(len(order) - 2, 1)
    step = (WIDTH - 2 * MARGIN - ROOT_WIDTH - MUSCLE_WIDTH - GAP) / between
    nodes = {}
    for number, column in enumerate(order):
        x = MARGIN if number == 0 else MARGIN + ROOT_WIDTH + (number - 1) * step + GAP
        if number == len(order) - 1:
            x = WIDTH - MARGIN - MUSCLE_WIDTH
        width = {0: ROOT_WIDTH, len(order) - 1: MUSCLE_WIDTH}.get(number, step - GAP)
        for place_in_column, node in enumerate(column):
            y = TOP + (place_in_column + 0.5) * rows * ROW / len(column)
            nodes[node] = make_node(node, known, node in marked, round(x, 1), round(y, 1), width)
    return nodes


def make_node(node, known, is_leading, x, y, width):
    kind, id = node
    if kind == "passing":
        return Node(kind, id, (), "", "", False, x, y, round(width, 1))
    finding = known.get(id) if kind == "muscle" else None
    words = name_of(kind, id)
    lines = (words,) if kind == "muscle" else wrap(words, width)
    state = finding.state if finding else ""
    text = (finding.words or str(STATES[state])) if finding else ""
    return Node(kind, id, lines, state, text, is_leading, x, y, round(width, 1))


def name_of(kind, id):
    if kind == "root":
        return id
    if kind == "muscle":
        return _(muscles.BY_ID[id].label)
    if kind in ("trunk", "cord"):
        return _(lookup.label("structures", f"brachial_plexus_{id}_{kind}")).rpartition(", ")[2]
    if id.startswith("dorsal_ramus_"):
        return _("%(root)s dorsal ramus") % {"root": id.removeprefix("dorsal_ramus_").upper()}
    return _(lookup.label("structures" if kind == "plexus" else "nerves", id))


def wrap(words, width):
    """Wrap a text to the width in at most three lines; the third may be longer."""
    longest = max(int(width / LETTER), 6)
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > longest and len(lines) < 3:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines)


def make_headings(columns, nodes):
    """Return (x, text) for each kind of column; consecutive columns of a kind share a heading."""
    found, last = [], ""
    for column in columns:
        kind = next(node[0] for node in column if node[0] != "passing")
        if kind != last:
            found.append((nodes[column[0]].x, str(HEADINGS[kind])))
        last = kind
    return tuple(found)


def reached_states(routes, known):
    """Return {link: the states of the muscles that it leads to}."""
    found = defaultdict(set)
    for muscle, one in routes.items():
        for _root, _weight, way in one:
            for pair in zip(way, way[1:], strict=False):
                found[pair].add(known[muscle].state)
    return found


def make_edges(links, nodes, states):
    """Return the lines. Those that lead to an abnormal muscle are abnormal and drawn on top."""
    edges = [
        Edge(
            curve(nodes[start], nodes[end]),
            round(0.6 + 2.4 * weight, 2),
            next(state for state in STATES if state in states[start, end]),
            nodes[start].is_leading,
        )
        for (start, end), weight in links.items()
    ]
    return tuple(sorted(edges, key=lambda edge: list(STATES).index(edge.state), reverse=True))


def curve(start, end):
    left, right = start.x + start.width, end.x
    middle = round((left + right) / 2, 1)
    bend = f"C{middle},{start.y} {middle},{end.y} {right:.1f},{end.y}"
    beyond = f" H{right + end.width:.1f}" if end.kind == "passing" else ""
    return f"M{left:.1f},{start.y} {bend}{beyond}"


def sentence(finding, ways):
    """Return the finding, roots and nerves of a muscle as text for screen readers."""
    nerves = [name_of(*node) for node in ways[0][2] if node[0] == "nerve"]
    roots = [root for root, _weight, _way in ways if root]
    with_roots = _("%(muscle)s: %(found)s. Roots %(roots)s; nerves: %(nerves)s.")
    without_roots = _("%(muscle)s: %(found)s. Nerves: %(nerves)s.")
    return (with_roots if roots else without_roots) % {
        "muscle": name_of("muscle", finding.muscle),
        "found": finding.words or STATES[finding.state],
        "roots": ", ".join(roots),
        "nerves": ", ".join(nerves),
    }

"""Arrange nodes in columns from root to muscle, so that few lines between them cross."""

from collections import defaultdict
from functools import partial
from itertools import combinations

KINDS = ("root", "plexus", "trunk", "cord", "nerve", "muscle")  # the columns from left to right
SEGMENTS = "CTLS"  # cervical, thoracic, lumbar, sacral: from head to foot
SWEEPS = 12


def make_columns(ways):
    """Return the columns of nodes, from root to muscle.

    Roots are in order from head to foot, the nodes of other columns in order of first appearance.
    `ways` maps each muscle to its paths, as returned by `ways_to`.
    """
    found, depth = [way for one in ways.values() for _root, _weight, way in one], {}
    for way in found:
        for node in way:
            before = [other for other in way[: way.index(node)] if other[0] == node[0]]
            depth[node] = max(depth.get(node, 0), len(before))
    columns = defaultdict(dict)
    for way in found:
        for node in way:
            columns[KINDS.index(node[0]), depth[node]][node] = True
    for (kind, _depth), column in columns.items():
        if kind == KINDS.index("root"):
            columns[kind, 0] = dict.fromkeys(sorted(column, key=root_rank))
    return [list(columns[one]) for one in sorted(columns)]


def route(ways, columns):
    """Return [(root, weight, nodes)] for the paths of one muscle.

    "Passing" nodes fill the columns that a path skips; they are also added to `columns`.
    """
    number = {node: n for n, column in enumerate(columns) for node in column}
    found = []
    for root, weight, way in ways:
        steps = [way[0]]
        for start, end in zip(way, way[1:], strict=False):
            for n in range(number[start] + 1, number[end]):
                passing = ("passing", f"{start[0]} {start[1]} {n}")
                if passing not in number:
                    number[passing] = n
                    columns[n].append(passing)
                steps.append(passing)
            steps.append(end)
        found.append((root, weight, steps))
    return found


def root_rank(node):
    return SEGMENTS.index(node[1][0]), int(node[1][1:])


def make_links(routes):
    """Return {(from, to): weight}, with the largest weight of the paths that share a link.

    Links up to the first node after the root have the root's weight, and all later links have 1.
    """
    links = {}
    for found in routes.values():
        for _root, weight, way in found:
            first = next(n for n, node in enumerate(way) if n and node[0] != "passing")
            for number, pair in enumerate(zip(way, way[1:], strict=False)):
                links[pair] = max(links.get(pair, 0), weight if number < first else 1)
    return links


def sort_columns(columns, links):
    """Return the columns with their nodes in the order that was found to have the fewest crossings.

    Forward and backward sweeps sort each column by the weighted mean position of its nodes'
    neighbours; nodes without any, such as those of cranial nerves, come first. The roots stay in
    order from head to foot.
    """
    before, after = defaultdict(list), defaultdict(list)
    for (start, end), weight in links.items():
        after[start].append((end, weight))
        before[end].append((start, weight))
    order = [list(column) for column in columns]
    best, fewest = order, crossings(order, links)
    for sweep in range(SWEEPS):
        order = [list(column) for column in order]
        forward = sweep % 2 == 0
        for n in range(1, len(order)) if forward else range(len(order) - 2, 0, -1):
            neighbour = order[n - 1] if forward else order[n + 1]
            places = {node: place for place, node in enumerate(neighbour)}
            order[n].sort(key=partial(barycentre, before if forward else after, places))
        if (count := crossings(order, links)) < fewest:
            best, fewest = order, count
    return best


def barycentre(neighbours, places, node):
    total = sum(weight for _node, weight in neighbours[node])
    if not total:
        return -1
    return round(sum(places[other] * weight for other, weight in neighbours[node]) / total, 9)


def crossings(order, links):
    """Count the crossings of lines between neighbouring columns."""
    place = {node: n for column in order for n, node in enumerate(column)}
    column_of = {node: n for n, column in enumerate(order) for node in column}
    lines = defaultdict(list)
    for start, end in links:
        lines[column_of[start]].append((place[start], place[end]))
    return sum(
        (one[0] - other[0]) * (one[1] - other[1]) < 0
        for found in lines.values()
        for one, other in combinations(found, 2)
    )

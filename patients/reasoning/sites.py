"""Possible sites of a lesion, and how much of each muscle's nerve supply a lesion there affects.

Sites are roots, groups of two or three adjacent roots, plexuses and their parts, and every nerve or
nerve segment on the path to a muscle or a sensory response. Coverage is 0 to 1; the weights of
several roots are combined as 1 − Π(1 − weight).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import prod

from patients.catalogue import movements, muscles, nerves, structures
from patients.catalogue.localisation import PARAMETERS, REFLEX_ARCS, SEGMENTS, SENSORY_PATHS
from patients.catalogue.table import parts

ROOTS = (
    *(f"C{n}" for n in range(2, 9)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    *(f"S{n}" for n in range(1, 5)),
)
TRUNK_ROOTS = {"upper": ("C5", "C6"), "middle": ("C7",), "lower": ("C8", "T1")}
CORD_ROOTS = {
    "lateral": ("C5", "C6", "C7"),
    "posterior": ("C5", "C6", "C7", "C8", "T1"),
    "medial": ("C8", "T1"),
}
LUMBOSACRAL_TRUNK_ROOTS = ("L4", "L5")
_LEG_PLEXUSES = ("lumbar_plexus", "sacral_plexus")


@dataclass(frozen=True)
class SiteStructure:
    """One structure of a site; ``kind`` is "root", "plexus" or "nerve", ``id`` its catalogue id."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True)
class Site:
    """One structure, or several adjacent roots; ``prior`` is the id of a row of localisation.csv.

    ``segment`` is the id of a row of nerve_segments.csv, "" unless a lesion affects only part of
    the nerve's supply.
    """

    parts: tuple[SiteStructure, ...]
    prior: str
    roots: tuple[str, ...] = ()
    segment: str = ""

    @cached_property
    def key(self) -> str:
        return self.segment or "+".join(part.id for part in self.parts)

    @property
    def kind(self) -> str:
        return self.parts[0].kind

    @property
    def name(self) -> str:
        """The name, such as "L5 + S1 roots", "Sacral plexus" or "Femoral nerve"."""
        if len(self.roots) > 1:
            return f"{' + '.join(self.roots)} roots"
        return self.parts[0].name


@dataclass(frozen=True)
class Supply:
    """The nerve supply of a muscle or sensory response; `plexus` can be "none"."""

    path: tuple[str, ...]
    plexus: str
    trunks: tuple[str, ...]
    cords: tuple[str, ...]
    roots: dict[str, float]
    is_sensory: bool = False


# Nerve supply


@cache
def muscle_supply(muscle_id: str) -> Supply:
    row = muscles.BY_ID[muscle_id]
    weights = muscles.root_weights(muscle_id)
    if row.nerve_group == "spinal_accessory":
        weights = {root: w * PARAMETERS["accessory_cervical"] for root, w in weights.items()}
    return Supply(
        (*muscles.nerve_path(muscle_id), *_segments("muscles", muscle_id)),
        row.plexus,
        parts(row.trunk),
        parts(row.cord),
        weights,
    )


def _segments(column: str, item: str) -> Iterator[str]:
    """Return the ids of the nerve segments that supply an item."""
    return (row.id for row in SEGMENTS.values() if item in parts(getattr(row, column)))


@cache
def sensory_supply(nerve_id: str) -> Supply:
    row = SENSORY_PATHS[nerve_id]
    weights = (pair.split(":") for pair in parts(row.root_weights))
    return Supply(
        (*row.nerve_path.split(">"), *_segments("sensory", nerve_id)),
        row.plexus,
        parts(row.trunk),
        parts(row.cord),
        {root: float(weight) for root, weight in weights},
        is_sensory=True,
    )


# Sites


def _root_site(roots: Sequence[str]) -> Site:
    by_count = {1: "root", 2: "root_pair", 3: "root_triple"}
    found = tuple(
        SiteStructure("root", f"root_{r.lower()}", _label(f"root_{r.lower()}")) for r in roots
    )
    return Site(found, by_count[len(roots)], tuple(roots))


def _label(structure_id: str) -> str:
    return structures.BY_ID[structure_id].label


def _root_sites() -> Iterator[Site]:
    for count in (1, 2, 3):
        for start in range(len(ROOTS) - count + 1):
            yield _root_site(ROOTS[start : start + count])


def _plexus_sites() -> Iterator[Site]:
    whole = ("brachial_plexus", "lumbosacral_plexus")
    part = [f"brachial_plexus_{name}_trunk" for name in TRUNK_ROOTS]
    part += [f"brachial_plexus_{name}_cord" for name in CORD_ROOTS]
    part += ["cervical_plexus", "lumbar_plexus", "sacral_plexus", "lumbosacral_trunk"]
    for name in (*part, *whole):
        prior = "plexus_whole" if name in whole else "plexus"
        yield Site((SiteStructure("plexus", name, _label(name)),), prior)


def _nerve_sites() -> Iterator[Site]:
    paths = [muscle_supply(row.id).path for row in muscles.ROWS]
    paths += [sensory_supply(nerve).path for nerve in SENSORY_PATHS]
    for name in dict.fromkeys(node for path in paths for node in path):
        if name in nerves.BY_ID:
            yield Site((SiteStructure("nerve", name, _nerve_name(name)),), "nerve")
    for row in SEGMENTS.values():
        yield Site((SiteStructure("nerve", row.nerve, row.label),), "nerve", segment=row.id)


def _nerve_name(name: str) -> str:
    label = str(nerves.BY_ID[name].label)
    is_whole = label.endswith(("division", "branch", "plexus")) or label.startswith("Nerve ")
    return label if is_whole else f"{label} nerve"


SITES = (*_root_sites(), *_plexus_sites(), *_nerve_sites())
BY_KEY = {site.key: site for site in SITES}
PLACES = {
    site.key: place for place, site in enumerate(SITES)
}  # index of each site in the result of `coverage`


# Coverage


def _combined(weights: Mapping[str, float], roots: Iterable[str]) -> float:
    return 1 - prod(1 - weights.get(root, 0.0) for root in roots)


def _through(
    names: Sequence[str],
    wanted: str,
    weights: Mapping[str, float],
    roots_of: Mapping[str, Sequence[str]],
) -> float:
    """Return the share of the supply through one trunk or cord; 1 if it is the only one."""
    if wanted not in names:
        return 0.0
    return 1.0 if len(names) == 1 else _combined(weights, roots_of[wanted])


def _share(site: Site, supply: Supply) -> float:
    """Return the share of a supply, 0 to 1, that a lesion at the site affects."""
    if site.kind == "root":
        share = _combined(supply.roots, site.roots)
        return share * PARAMETERS["snap_through_root"] if supply.is_sensory else share
    if site.kind == "nerve":
        return float(site.key in supply.path)
    return _share_of_plexus(site.key, supply)


def _share_of_plexus(name: str, supply: Supply) -> float:
    area, _, part = name.removeprefix("brachial_plexus_").partition("_")
    if part == "trunk" and area in TRUNK_ROOTS:
        return _through(supply.trunks, area, supply.roots, TRUNK_ROOTS)
    if part == "cord":
        return _through(supply.cords, area, supply.roots, CORD_ROOTS)
    if name == "lumbosacral_trunk":
        is_sacral = supply.plexus == "sacral_plexus"
        return _combined(supply.roots, LUMBOSACRAL_TRUNK_ROOTS) if is_sacral else 0.0
    if name == "lumbosacral_plexus":
        return float(supply.plexus in _LEG_PLEXUSES)
    leaves_early = name == "brachial_plexus" and not set(supply.trunks) & TRUNK_ROOTS.keys()
    share = PARAMETERS["root_level_branch"] if leaves_early else 1.0
    return share if supply.plexus == name else 0.0


@cache
def coverage(catalogue: str, item: str) -> tuple[float, ...]:
    """Return, for each of SITES, the share of an item's supply that a lesion there affects.

    ``catalogue`` is "muscles", "movements", "reflexes" or "nerves" (sensory responses).
    """
    if catalogue == "muscles":
        return tuple(_share(site, muscle_supply(item)) for site in SITES)
    if catalogue == "nerves":
        return tuple(_share(site, sensory_supply(item)) for site in SITES)
    movers = REFLEX_ARCS[item] if catalogue == "reflexes" else prime_movers(item)
    shares = zip(*(coverage("muscles", mover) for mover in movers), strict=True)
    return tuple(sum(each) / len(movers) for each in shares)


def prime_movers(movement_id: str) -> tuple[str, ...]:
    """Return the ids of a movement's prime movers; this model gives them equal shares."""
    return parts(movements.BY_ID[movement_id].prime_muscles)


def is_placed(catalogue: str, item: str) -> bool:
    """Return whether the catalogues contain the nerve supply of an item."""
    known: dict[str, Mapping[str, object]] = {
        "muscles": muscles.BY_ID,
        "movements": movements.BY_ID,
        "reflexes": REFLEX_ARCS,
        "nerves": SENSORY_PATHS,
    }
    return item in known[catalogue]


@cache
def extent(place: int) -> float:
    """Return the sum of a site's coverage over all muscles, to break ties between candidates."""
    return sum(coverage("muscles", row.id)[place] for row in muscles.ROWS)

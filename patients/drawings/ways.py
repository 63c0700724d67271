"""The paths from roots through plexus and nerves to a muscle, from the catalogue.

A node is (kind, id): ("root", "L5"), ("plexus", "sacral_plexus"), ("trunk", "upper"),
("cord", "lateral"), ("nerve", "radial"), ("muscle", "deltoid").
"""

from patients.catalogue import muscles
from patients.catalogue.table import parts

TRUNK_TO_LEG = ("plexus", "lumbosacral_trunk")  # from L4 and L5; drawn only if in `marked`
# The roots of each trunk of the brachial plexus, according to standard teaching.
ROOTS_OF_TRUNK = {"upper": ("C4", "C5", "C6"), "middle": ("C7",), "lower": ("C8", "T1")}


def ways_to(muscle, marked):
    """Return [(root, weight, nodes from the root to the muscle)].

    A cranial muscle has no root: its only way starts at the nerve, and its root is "". `marked` are
    the sites of the candidate as nodes. A division of the sciatic nerve is left out unless it is
    one of them.
    """
    row = muscles.BY_ID[muscle]
    path = [("nerve", name) for name in muscles.nerve_path(muscle)]
    nerves = [node for node in path if not node[1].endswith("_division") or node in marked]
    roots = muscles.root_weights(muscle)
    if not roots:
        return [("", 1.0, [*nerves, ("muscle", muscle)])]
    return [
        (
            root,
            weight,
            [("root", root), *plexus_way(row, root, marked), *nerves, ("muscle", muscle)],
        )
        for root, weight in roots.items()
    ]


def plexus_way(row, root, marked):
    """Return the parts of the plexus between a root and a muscle, as nodes."""
    if row.plexus == "none" or row.trunk.startswith("root level"):
        return []
    if row.plexus != "brachial_plexus":
        joins = row.plexus == "sacral_plexus" and root in ("L4", "L5") and TRUNK_TO_LEG in marked
        return [*([TRUNK_TO_LEG] if joins else []), ("plexus", row.plexus)]
    trunks, cords = parts(row.trunk), parts(row.cord)
    if not trunks:
        return []
    trunk = next((name for name in trunks if root in ROOTS_OF_TRUNK[name]), trunks[0])
    return [("trunk", trunk), *([("cord", cord_for(cords, trunk))] if cords else [])]


def cord_for(cords, trunk):
    """Return the one of `cords` through which the fibres of a trunk reach the nerve."""
    if len(cords) == 1:
        return cords[0]
    return "medial" if trunk == "lower" else "lateral"


def plain_sites(kind, id):
    """Convert a site to nodes of the drawing: "root_l5" becomes ("root", "L5").

    A plexus that is drawn in parts is converted to all of its parts.
    """
    id = id.removeprefix("root_")
    if kind == "root":
        return [(kind, id.upper())]
    if id == "brachial_plexus":
        cords = [("cord", name) for name in ("lateral", "posterior", "medial")]
        return [*(("trunk", name) for name in ROOTS_OF_TRUNK), *cords]
    if id == "lumbosacral_plexus":
        return [("plexus", "lumbar_plexus"), ("plexus", "sacral_plexus")]
    if id == "lumbosacral_trunk":
        return [TRUNK_TO_LEG]
    for name in ("trunk", "cord"):
        if id.endswith(f"_{name}"):
            return [(name, id.removeprefix("brachial_plexus_").removesuffix(f"_{name}"))]
    return [(kind, id)]

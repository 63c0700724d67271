"""Muscles with their nerve, path, roots and the evidence for them. Roots are "compatible with"."""

from patients.catalogue.table import index, parts, read

ROWS = read("muscles")
BY_ID = index(ROWS)


def needle_choices() -> list[tuple[str, str]]:
    """(id, label) of the muscles that are reached by a needle in routine."""
    return [(row.id, row.label) for row in ROWS if row.needle_emg == "y"]


def root_weights(muscle_id: str) -> dict[str, float]:
    """Roots to weights 0 to 1; a model of this project built from the evidence, no measurement."""
    pairs = (part.split(":") for part in parts(BY_ID[muscle_id].root_weights))
    return {root: float(weight) for root, weight in pairs}


def nerve_path(muscle_id: str) -> tuple[str, ...]:
    """The nerves from proximal to distal, such as ("sciatic", ..., "deep_fibular")."""
    return tuple(BY_ID[muscle_id].nerve_path.split(">"))

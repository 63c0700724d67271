"""Muscles with their nerve, nerve path and roots, and the evidence for the roots."""

from patients.catalogue.table import index, parts, read

ROWS = read("muscles")
BY_ID = index(ROWS)


def needle_choices() -> list[tuple[str, str]]:
    """Return (id, label) pairs for the muscles that are routinely examined by needle EMG."""
    return [(row.id, row.label) for row in ROWS if row.needle_emg == "y"]


def is_specific(muscle_id: str) -> bool:
    """Return False if the label says that the muscle, head, part or level is not stated."""
    return "not stated" not in BY_ID[muscle_id].label


def root_weights(muscle_id: str) -> dict[str, float]:
    """Return {root: weight from 0 to 1}. The weights are model assumptions, not measurements."""
    pairs = (part.split(":") for part in parts(BY_ID[muscle_id].root_weights))
    return {root: float(weight) for root, weight in pairs}


def nerve_path(muscle_id: str) -> tuple[str, ...]:
    """Return the nerves from proximal to distal, such as ("sciatic", ..., "deep_fibular")."""
    return tuple(BY_ID[muscle_id].nerve_path.split(">"))

"""Peripheral and cranial nerves. "Peroneal" and "fibular" are synonyms: one id per nerve."""

from patients.catalogue.table import index, parts, read

ROWS = read("nerves")
BY_ID = index(ROWS)


def recording_muscles(nerve_id: str) -> tuple[str, ...]:
    """Return the ids of the muscles from which a motor response is usually recorded."""
    return parts(BY_ID[nerve_id].recording_muscles)

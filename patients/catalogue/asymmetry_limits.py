"""How much smaller than the other side a response may be, by nerve and place of recording."""

from dataclasses import dataclass
from decimal import Decimal

from patients.catalogue import lookup, reference_limits
from patients.catalogue.localisation import BY_ID

_PARAMETER = "side_to_side_amplitude_drop"
_COMMON = BY_ID["asymmetry_limit"]


@dataclass(frozen=True)
class AsymmetryLimit:
    """A drop in % that healthy people stay within, and the row it comes from."""

    percent: Decimal
    source: str


def limit(nerve_id: str, kind: str, recording_site: str = "") -> AsymmetryLimit:
    """The limit of a nerve, ``kind`` "motor" or "sensory"; the common rule where it has none.

    Where several rows fit, since the place of recording or the convention is not said, the widest.
    """
    rows = [
        row
        for row in reference_limits.limits(nerve_id, kind)
        if row.parameter.startswith(_PARAMETER)
    ]
    wanted = muscle(recording_site)
    fitting = [row for row in rows if wanted and muscle(row.recording_site) == wanted] or rows
    if not fitting:
        return AsymmetryLimit(Decimal(_COMMON.value), _COMMON.source)
    widest = max(fitting, key=lambda row: Decimal(row.limit))
    return AsymmetryLimit(Decimal(widest.limit), widest.source)


def muscle(recording_site: str) -> str | None:
    """The muscle that a place of recording names, if it names one."""
    return lookup.find("muscles", recording_site) if recording_site else None

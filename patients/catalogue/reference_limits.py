"""Limits of nerve conduction in adults, from a second-hand source that no clinician has approved.

They are shown beside a value when asked for and give no verdict; age, height and temperature are
not in them. Rows marked SUSPECT, and means, are not limits.
"""

from patients.catalogue import nerves
from patients.catalogue.table import read

ROWS = read("ncs_reference")


def is_limit(row) -> bool:
    """Whether a row can be compared with: neither a mean nor marked as suspect."""
    return row.operator in ("<=", ">=") and not row.confidence.startswith("SUSPECT")


def limits(nerve_id: str, kind: str, recording_site: str | None = None) -> tuple:
    """The limits of one nerve, ``kind`` "motor" or "sensory", in order; () where there are none."""
    row = nerves.BY_ID.get(nerve_id)
    name = row and (row.limits_motor if kind == "motor" else row.limits_sensory)
    fitting = (line for line in ROWS if name and line.nerve == name and is_limit(line))
    return tuple(line for line in fitting if recording_site in (None, line.recording_site))

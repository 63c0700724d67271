"""How far an amplitude may lie below the other side's before the difference is unusual.

A row of a nerve's own names its recording site and, for sensory nerves, how the amplitude was
measured. Where a nerve has none, the general rule stands in, which is standard teaching without a
source here.
"""

from patients.catalogue.recording_sites import is_same_site
from patients.catalogue.table import index, parts, read

ROWS = read("asymmetry_limits")
BY_ID = index(ROWS)
GENERAL = BY_ID["general"]


def candidates(nerve_id: str, kind: str, recording_site: str = "", convention: str = "") -> tuple:
    """The rows that may hold for an amplitude; what is not stated leaves several open.

    Only the general rule where the nerve has no row of this recording site.
    """
    found = [row for row in ROWS if row.kind == kind and nerve_id in parts(row.nerves)]
    if recording_site:
        found = [row for row in found if is_same_site(recording_site, row.recording_site)]
    if convention:
        found = [row for row in found if row.convention in ("", convention)]
    return tuple(found) or (GENERAL,)

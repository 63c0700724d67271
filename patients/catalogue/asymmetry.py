"""Limits for side-to-side differences in amplitude, by nerve.

A row for a nerve names the recording site and, for sensory nerves, how the amplitude was measured.
The general rule for nerves without a row is standard teaching; its only source is a rule printed
for facial and thoracodorsal studies.
"""

from typing import Protocol

from patients.catalogue.recording_sites import is_same_site
from patients.catalogue.table import index, parts, read


class AsymmetryLimit(Protocol):
    """A row of asymmetry_limits.csv; `limit` is the largest normal drop in %, as a string."""

    id: str
    label: str
    nerves: str
    kind: str
    recording_site: str
    convention: str
    limit: str
    source: str


ROWS: tuple[AsymmetryLimit, ...] = read("asymmetry_limits")
BY_ID = index(ROWS)
GENERAL = BY_ID["general"]


def candidates(
    nerve_id: str, kind: str, recording_site: str = "", convention: str = ""
) -> tuple[AsymmetryLimit, ...]:
    """Return the rows that could apply to an amplitude.

    An empty recording site or convention matches every row of the nerve. If no row matches, the
    general rule is returned.
    """
    found = [row for row in ROWS if row.kind == kind and nerve_id in parts(row.nerves)]
    if recording_site:
        found = [row for row in found if is_same_site(recording_site, row.recording_site)]
    if convention:
        found = [row for row in found if row.convention in ("", convention)]
    return tuple(found) or (GENERAL,)

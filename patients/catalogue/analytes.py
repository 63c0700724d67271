"""Laboratory analytes by specimen, with their usual units. Only verified LOINC codes are listed."""

from patients.catalogue.table import index, read

ROWS = read("analytes")
BY_ID = index(ROWS)
SPECIMENS = read("specimens")
# The groups of analytes measured in each specimen; lookup.find tries the first group first.
_ANYWHERE = ("antibody", "infection")
GROUPS = {
    "serum": ("blood", *_ANYWHERE),
    "plasma": ("blood", *_ANYWHERE),
    "blood": ("blood", *_ANYWHERE),
    "csf": ("csf", *_ANYWHERE),
    "urine": ("urine",),
}


def specimens_of(group: str) -> tuple[str, ...]:
    """Return the specimens in which the analytes of a group are measured."""
    return tuple(name for name, groups in GROUPS.items() if group in groups)

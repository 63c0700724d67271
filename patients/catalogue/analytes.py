"""What laboratories measure, by specimen, with the usual unit. A LOINC code only where verified."""

from patients.catalogue.table import index, parts, read

ROWS = read("analytes")
BY_ID = index(ROWS)
SPECIMENS = read("specimens")
SPECIMEN_BY_ID = index(SPECIMENS)


def choices(group: str | None = None) -> list[tuple[str, str]]:
    """(id, label) of every analyte, or of one group: csf, blood, antibody, infection or urine."""
    return [(row.id, row.label) for row in ROWS if group in (None, row.specimen)]


def specimen_choices() -> list[tuple[str, str]]:
    """(id, label) of the specimens."""
    return [(row.id, row.label) for row in SPECIMENS]


def find_in(specimen: str, text: str) -> str | None:
    """The id of the analyte that ``text`` names in one specimen: "protein" in "csf"."""
    group = "blood" if specimen in ("serum", "plasma") else specimen
    wanted = " ".join(text.split()).casefold()
    for row in ROWS:
        names = (row.id, row.label, *parts(row.aliases))
        if row.specimen == group and wanted in (name.casefold() for name in names):
            return row.id
    return None

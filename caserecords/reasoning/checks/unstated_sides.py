"""Rules about sides that the source does not state: missing or inferred in the record."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import DOUBT, GAP, CheckFinding, Rule
from caserecords.reasoning.checks.prose import remarks
from caserecords.reasoning.row_references import refer_to_rows, row_label
from patients.catalogue import lookup
from patients.models import Side, Visit
from patients.models.wording import side_words
from patients.record.kinds import keys_of, title_of

NO_SIDE = re.compile(
    r"\bno side\b|\bwithout (?:a |its )?side\b"
    r"|\bside\b[^.;]*\b(?:not (?:printed|stated|given|named|repeated)|inferred)\b"
    r"|\b(?:left|right) is inferred\b",
    re.I,
)
# Terms that identify the table that a remark refers to.
MENTIONS = {
    "strength": re.compile(r"\b(?:strength|grades?|MRC)\b"),
    "needle_emg": re.compile(r"\b(?:EMG|needle)\b"),
    "motor_conduction": re.compile(r"\b(?:motor (?:amplitude|conduction)|CMAP)", re.I),
    "sensory_conduction": re.compile(r"\b(?:sensory (?:amplitude|conduction)|SNAP)", re.I),
}


def unsided_rows(record):
    """Return the rows that lack a required side; among the signs, only reflexes require one."""
    tables = keys_of(lambda model: model.TWO_SIDED)
    rows = [row for table in tables for row in record.rows[table]]
    rows += [row for row in record.signs if row.domain == "reflex"]
    return [row for row in rows if row.side == Side.NOT_STATED]


def side_not_stated(record):
    """Rows that lack a required side: one CheckFinding per table, or per reflex among the signs."""
    tables = {}
    for row in unsided_rows(record):
        name = row.item if row.DOCUMENT_KEY == "signs" else ""
        tables.setdefault((row.DOCUMENT_KEY, name), []).append(row)
    for (table, name), rows in tables.items():
        described = [one for one, text in remarks(record) if mentions_reflex(name, text)]
        what = row_label(rows[0]) if name else str(title_of(table))
        yield CheckFinding(
            _("The side is not stated: %(what)s.") % {"what": what},
            refer_to_rows(record, [*rows, *described]),
            (table, name, len(rows)),
        )


def mentions_reflex(item, text):
    """Return whether a remark states that the source gives no side for a reflex."""
    label = lookup.label("reflexes", item) if item else ""
    return bool(label and NO_SIDE.search(text)) and label.split()[0].casefold() in text.casefold()


def side_inferred(record):
    """Sides recorded although a note or discrepancy states that the source gives none."""
    for table, pattern in MENTIONS.items():
        remarked = [
            row for row, text in remarks(record) if NO_SIDE.search(text) and pattern.search(text)
        ]
        rows = [row for row in record.rows[table] if row.side != Side.NOT_STATED]
        visits = {row.key for row in remarked if isinstance(row, Visit)}
        if len(visits) == len(remarked):
            rows = [row for row in rows if row.visit and row.visit.key in visits]
        if remarked and rows:
            sides = sorted({str(row.side) for row in rows})
            values = {
                "table": title_of(table),
                "side": ", ".join(side_words(side) for side in sides),
            }
            message = _(
                "The source does not state the side (%(table)s), but it is recorded as %(side)s."
            )
            yield CheckFinding(
                message % values,
                refer_to_rows(record, [*rows, *remarked]),
                (table, sides),
            )


RULES = (
    Rule(
        "side-not-stated",
        GAP,
        gettext_lazy("Side not stated"),
        gettext_lazy("Enter the side, or accept that the source does not state it."),
        side_not_stated,
    ),
    Rule(
        "side-inferred",
        DOUBT,
        gettext_lazy("Side recorded, but not stated in the source"),
        gettext_lazy("Confirm the side and delete the remark, or accept the inferred side."),
        side_inferred,
    ),
)

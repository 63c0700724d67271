"""Compact lines for the cards of the case page, one function per kind of section.

A line has a name, further text and a value. Entries that are not in a catalogue are marked.
"""

from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from patients.models import ScaleScore, Side
from patients.models.fields import CatalogueField, ValueField
from patients.models.printed import printed_words, shown_entry
from patients.models.wording import field_text, is_empty, missing_unit, side_words
from patients.tables import diagnosis_table, scale_table, sign_table
from patients.tables.columns import group
from patients.templatetags.record import mark_side, marked_text, signed

CONSIDERED = ("differential", "ruled_out")
UNNAMED = ("key", "visit", "side", "stimulation_site", "recording_site")


@dataclass(frozen=True)
class SummaryLine:
    """One line of a card, such as "pain", "left, thigh" and "day −30"."""

    name: str
    text: str = ""
    value: str = ""


def shown(row, name):
    """Return a field with its unit, marked if unlisted; "" if it is empty, False or not stated."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if is_empty(value) or value is False or value == "not_stated":
        return ""
    if name == "side":
        return mark_side(value)
    text = marked_text(field, value)
    if isinstance(field, CatalogueField) and printed_words(row, field):
        return shown_entry(row, field)
    if not isinstance(field, ValueField) or value.text:
        return text
    return f"{text}{missing_unit(field, value)}".replace(" %", "%")


def joined(parts, separator=", "):
    """Join the texts that are not empty; marked texts stay marked."""
    return format_html_join(separator, "{}", ((part,) for part in parts if part))


def with_visit(rows, row, parts):
    """Return `parts` plus the row's visit if the rows have several visits, otherwise plus ""."""
    several = len({one.visit.key if one.visit else "" for one in rows}) > 1
    return [*parts, row.visit.label if several and row.visit else ""]


# History and examination


def symptom_lines(record, days):
    for row in record.symptoms:
        details = ["severity", "quality", "tempo", "course"]
        where = joined([shown(row, "side"), shown(row, "site")])
        text = joined([where, joined(shown(row, name) for name in details)], "; ")
        yield SummaryLine(shown(row, "name"), text, onset_text(row.onset, days))


def onset_text(event, days):
    """Return the day of a symptom's onset, or the name of its event if the day is not known.

    Returns "" if no event is stated.
    """
    if event is None:
        return ""
    found = days.get(event.key)
    if found is None or found.day is None:
        return event.label
    day = signed(found.day)
    if found.exact:
        return _("day %(day)s") % {"day": day}
    return _("about day %(day)s") % {"day": day}


def sign_lines(record, _days):
    found = sign_table(record.signs, record.visits)
    for row in found.rows:
        text = joined([side_text(row.side), row.region])
        yield SummaryLine(row.item or row.domain, text, joined(map(finding_of, row.signs), " → "))


def finding_of(sign):
    if sign is None:
        return "–"
    return joined([shown(sign, "finding"), shown(sign, "grade")], " ")


def side_text(side):
    return "" if side == Side.NOT_STATED else mark_side(side)


def scale_lines(record, _days):
    for row in scale_table(record.scales, record.visits).rows:
        field = ScaleScore._meta.get_field("value")
        values = [marked_text(field, value) if value else "–" for value in row.values]
        text = joined([side_text(row.side), row.condition, row.bounds])
        yield SummaryLine(row.label, text, joined(values, " → "))


# Conclusion


def diagnosis_lines(record, _days):
    """Yield the diagnoses, the final one first, then the comorbidities.

    The differential diagnoses share a line; so do the diagnoses that were ruled out.
    """
    rows = diagnosis_table(record.diagnoses)
    same = group(rows, lambda row: row.status if row.status in CONSIDERED else id(row))
    yield from map(diagnosis_line, same.values())
    for row in record.comorbidities:
        yield SummaryLine(row.text, shown(row, "kind"), shown(row, "presence"))


def diagnosis_line(rows):
    first = rows[0]
    if len(rows) > 1:
        return SummaryLine("", joined(row.text for row in rows), shown(first, "status"))
    site = joined([shown(first, "site"), side_unless_named(first)])
    code = first_code(first) if first.status == "final" else ""
    return SummaryLine(first.text, joined([site, code], " · "), shown(first, "status"))


def first_code(row):
    """Return the first code of a diagnosis with its system; the details list all codes."""
    return field_text(row._meta.get_field("codes"), row.codes[:1]) if row.codes else ""


def side_unless_named(row):
    """Return the side of a diagnosis, or "" if its name or site already contains it."""
    named = side_words(row.side).casefold() in f"{row.text} {row.site}".casefold()
    return "" if named else shown(row, "side")


def outcome_lines(record, _days):
    for row in record.outcomes:
        visit = row.visit.label if row.visit else ""
        yield SummaryLine(row.domain, joined([visit, row.text]), shown(row, "direction"))


# Any other kind of row


def row_lines(record, keys):
    """Yield a line for each row of the tables: its identity, its side and visit, its finding."""
    for key in keys:
        rows = record.rows.get(key, ())
        yield from (row_line(rows, row) for row in rows)


def row_line(rows, row):
    names = [shown(row, name) for name in row.IDENTITY if name not in UNNAMED]
    name, *rest = [text for text in names if text] or [row.TITLE]
    side = shown(row, "side") if hasattr(row, "side") else ""
    details = [*rest, side]
    if hasattr(row, "visit"):
        details = with_visit(rows, row, details)
    return SummaryLine(name, joined(details), joined(findings(row)))


def findings(row):
    """Yield the result of a row: its FINDING, or else its other visible columns with headings."""
    if row.FINDING:
        yield from (shown(row, name) for name in row.FINDING)
        return
    for name in row.COLUMNS:
        if name not in (*row.IDENTITY, *UNNAMED) and (text := shown(row, name)):
            yield joined([str(row._meta.get_field(name).verbose_name), text], " ")

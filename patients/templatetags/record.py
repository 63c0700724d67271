"""How a row of the record reads on a page: labels, values, states and what is not recorded."""

from dataclasses import dataclass

from django import template
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext as _

from patients.language.changes import change_class, change_words
from patients.language.values import value_from_document
from patients.lists.cases import newest_to_review, reviewed_teams
from patients.models import Side, Status, StrengthScore
from patients.models.wording import (
    field_heading,
    field_words,
    is_empty,
    is_unlisted,
    missing_unit,
    side_words,
)
from patients.record.document import document_fields
from patients.record.kinds import title_of

register = template.Library()
LONG = 32  # letters that a cell holds in one line
MANY = 100  # cases that wait are counted up to here
FOLDED = 12  # rows that a table shows without being opened
NOT_SAID = ("not_stated", False)  # what a column that nobody filled holds besides emptiness


@dataclass(frozen=True)
class WordCell:
    """The words of one field; `long` where they may need more than one line."""

    words: str
    long: bool


@dataclass(frozen=True)
class RowTable:
    """The filled columns of a list of rows: groups are (visit, rows of WordCells).

    `remarks` are the notes and the words of the source, each once.
    """

    title: str
    headings: tuple[str, ...]
    groups: tuple[tuple[str, tuple], ...]
    remarks: tuple[str, ...]

    @property
    def count(self):
        return sum(len(rows) for _visit, rows in self.groups)

    @property
    def is_long(self):
        """Whether the table is folded, so that the page stays one to look over."""
        return self.count > FOLDED


@register.filter
def show(row, name):
    """{{ row|show:"grade" }}: a field of a row in words; "not recorded" where it is empty."""
    field = row._meta.get_field(name)
    value = getattr(row, name)
    if is_empty(value):
        return format_html('<span class="muted">{}</span>', _("not recorded"))
    return marked(field, value)


@register.filter
def show_full(row, name):
    """{{ row|show_full:"dose" }}: as show, with the column's unit; "" where it is empty."""
    field = row._meta.get_field(name)
    value = getattr(row, name)
    return "" if is_empty(value) else f"{marked(field, value)}{missing_unit(field, value)}"


@register.filter
def heading(row, name):
    """{{ row|heading:"latency_ms" }}: a column's heading with its unit."""
    return field_heading(row._meta.get_field(name))


@register.filter
def table_title(key):
    """{{ "needle_emg"|table_title }}: the words for a list of the case document."""
    return title_of(key)


def marked(field, value):
    """Return a field's words; a text that the catalogue lacks is marked as such."""
    words = field_words(field, value)
    return mark_unlisted(words) if is_unlisted(field, value) else words


@register.filter
def mark_strength(row):
    """{{ row|mark_strength }}: a strength row's name, marked where the catalogue lacks it."""
    name = "movement" if row.movement else "muscle"
    field = StrengthScore._meta.get_field(name)
    is_own = is_unlisted(field, getattr(row, name))
    return mark_unlisted(row.label) if is_own else row.label


@register.filter
def mark_side(side):
    """{{ row.side|mark_side }}: a side in words, marked where it is none that is known."""
    return side_words(side) if side in Side.values or not side else mark_unlisted(side)


def mark_unlisted(words):
    return format_html(
        '<span class="unlisted" title="{0}">{1}</span><span class="visually-hidden"> ({0})</span>',
        _("not in the catalogue"),
        words,
    )


@register.inclusion_tag("patients/_row_table.html")
def row_table(rows, title="", skip=""):
    """{% row_table record.laboratory %}: the rows as a dense table of their filled columns."""
    return {"table": build_table(rows, title, skip.split())}


@register.inclusion_tag("patients/_remarks.html")
def row_remarks(rows):
    """{% row_remarks record.events %}: the notes and source words of rows shown in another way."""
    return {"remarks": collect_remarks(rows)}


def build_table(rows, title="", skip=()):
    apart = ("visit", "words", "note", *skip)
    fields = [
        field
        for field in (document_fields(type(rows[0])) if rows else [])
        if field.name not in apart and any(is_said(row, field) for row in rows)
    ]
    groups = {}
    for row in rows:
        visit = visit_words(row) if hasattr(row, "visit") else ""
        groups.setdefault(visit, []).append([cell(row, field) for field in fields])
    return RowTable(
        title or (rows[0].TITLE if rows else ""),
        tuple(field_heading(field) for field in fields),
        tuple(groups.items()),
        collect_remarks(rows),
    )


def is_said(row, field):
    value = getattr(row, field.name)
    if isinstance(field, models.BooleanField):
        return value is not None
    return not is_empty(value) and value not in NOT_SAID


def visit_words(row):
    return row.visit.label if row.visit else _("visit not stated")


def cell(row, field):
    value = getattr(row, field.name)
    if is_empty(value):
        return WordCell("–", False)
    words = marked(field, value)
    return WordCell(words, len(field_words(field, value)) > LONG)


def collect_remarks(rows):
    return tuple(dict.fromkeys(remark for row in rows for remark in remarks(row)))


def remarks(row):
    """Yield a row's note, and the words of its source in quotation marks."""
    if row.note:
        yield row.note
    if row.words:
        yield f"“{row.words}”"


register.filter(side_words)  # {{ row.side|side_words }}: a side outside its row


@register.filter
def signed(day):
    """{{ day|signed }}: a day from the index event, with a true minus sign."""
    return str(day).replace("-", "\u2212")


@register.simple_tag
def change(direction):
    """{% change "better" %}: the direction of a change as a symbol and a word, in its colour."""
    symbol, word = change_words(direction)
    return format_html(
        '<span class="{}"><span aria-hidden="true">{}</span> {}</span>',
        change_class(direction),
        symbol,
        word,
    )


@register.simple_tag
def change_count(direction, count):
    """{% change_count "better" 5 %}: how many are so, as a symbol, a number and a word."""
    symbol, word = change_words(direction)
    return format_html('<span class="{}">{}{} {}</span>', direction, symbol, count, word)


@register.simple_tag
def status(case):
    """{% status case %}: the status as a dot with its word."""
    return format_html(
        '<span class="status status-{}">{}</span>', case.status, Status(case.status).label
    )


@register.filter
def value_words(data):
    """{{ document_value|value_words }}: a value of the case document as printed."""
    return value_from_document(data).printed if data else ""


@register.simple_tag(takes_context=True)
def waiting_for_review(context):
    """Return how many submitted cases wait for the user, MANY at most; None for no reviewer."""
    user = context["user"]
    if not reviewed_teams(user):
        return None
    return len(newest_to_review(user, MANY))

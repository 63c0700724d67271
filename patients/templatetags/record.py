"""Template tags for the record: field texts, row tables, changes, case status and times."""

from dataclasses import dataclass
from datetime import UTC
from uuid import uuid4

from django import template
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from patients.language.changes import change_class, change_words
from patients.language.day_words import day_number
from patients.language.value import Value
from patients.lists.cases import newest_to_review, reviewed_teams
from patients.models import Side, StrengthScore
from patients.models.fields import CatalogueField
from patients.models.printed import printed_words, shown_entry
from patients.models.wording import (
    ARCHIVED_TAG,
    field_heading,
    field_text,
    is_empty,
    is_unlisted,
    missing_unit,
    side_words,
    status_tag,
)
from patients.record.document import document_fields
from patients.record.kinds import title_of
from patients.templatetags.symbols import drawn

register = template.Library()
LONG = 32  # characters; longer text may need more than one line
MAX_COUNT = 100  # cases; a reviewer's count stops here
FOLDED = 12  # rows; a longer table is collapsed
UNFILLED = ("not_stated", False)  # defaults that count as empty, besides empty values


@dataclass(frozen=True)
class WordCell:
    """The text of one field; `long` if it may need more than one line."""

    text: str
    long: bool


@dataclass(frozen=True)
class RowTable:
    """The filled columns of a list of rows; `groups` are (visit's label, rows of WordCells).

    `remarks` are the notes and the wording in the source, without duplicates.
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
        """Whether the table is initially collapsed."""
        return self.count > FOLDED


@register.simple_tag
def new_token():
    """Return a new form token."""
    return uuid4()


@register.filter
def show(row, name):
    """Return the text of a field, or "not recorded" if it is empty: {{ row|show:"grade" }}."""
    field = row._meta.get_field(name)
    value = getattr(row, name)
    if is_empty(value):
        return format_html('<span class="muted">{}</span>', _("not recorded"))
    return marked_text(field, value)


@register.filter
def show_full(row, name):
    """Return a field's text with its unit, or "" if it is empty: {{ row|show_full:"dose" }}."""
    field = row._meta.get_field(name)
    value = getattr(row, name)
    return "" if is_empty(value) else f"{marked_text(field, value)}{missing_unit(field, value)}"


@register.filter
def heading(row, name):
    """Return a column's heading with its unit: {{ row|heading:"latency_ms" }}."""
    return field_heading(row._meta.get_field(name))


@register.filter
def table_title(key):
    """Return the title of a list of the case document: {{ "needle_emg"|table_title }}."""
    return title_of(key)


def marked_text(field, value):
    """Return the text of a field, marked if it is not in the catalogue or not recognised."""
    text = field_text(field, value)
    if isinstance(value, Value) and value.text:
        return mark(text, _("not recognised as a value"))
    return mark_unlisted(text) if is_unlisted(field, value) else text


@register.filter
def mark_strength(row):
    """Return the name of a strength row, marked if it is not in the catalogue."""
    name = "movement" if row.movement else "muscle"
    field = StrengthScore._meta.get_field(name)
    is_free_text = is_unlisted(field, getattr(row, name))
    return mark_unlisted(row.label) if is_free_text else row.label


@register.filter
def mark_movement(movement):
    """Return the name of a line of the strength table, marked if it is not in the catalogue."""
    return mark_strength(next(row for row in movement.sides if row))


@register.filter
def mark_side(side):
    """Return the label of a side, marked if it is not one of the choices."""
    return side_words(side) if side in Side.values or not side else mark_unlisted(side)


def mark_unlisted(text):
    return mark(text, _("not in the catalogue"))


def mark(text, reason):
    """Return a text marked with the reason why it is not recognised."""
    return format_html(
        '<span class="unlisted" title="{0}">{1}</span><span class="visually-hidden"> ({0})</span>',
        reason,
        text,
    )


@register.inclusion_tag("patients/_row_table.html")
def row_table(rows, title="", skip=""):
    """Render rows as a compact table of their filled columns: {% row_table record.laboratory %}."""
    return {"table": build_table(rows, title, skip.split())}


@register.inclusion_tag("patients/_remarks.html")
def row_remarks(rows):
    """Render the notes and the source wording of rows: {% row_remarks record.events %}."""
    return {"remarks": collect_remarks(rows)}


def build_table(rows, title="", skip=()):
    excluded = ("visit", "words", "note", *skip)
    fields = [
        field
        for field in (document_fields(type(rows[0])) if rows else [])
        if field.name not in excluded and any(is_filled(row, field) for row in rows)
    ]
    groups = {}
    for row in rows:
        visit = visit_heading(row) if hasattr(row, "visit") else ""
        groups.setdefault(visit, []).append([make_cell(row, field) for field in fields])
    return RowTable(
        title or (rows[0].TITLE if rows else ""),
        tuple(field_heading(field) for field in fields),
        tuple(groups.items()),
        collect_remarks(rows),
    )


def is_filled(row, field):
    value = getattr(row, field.name)
    if isinstance(field, models.BooleanField):
        return value is not None
    return not is_empty(value) and value not in UNFILLED


def visit_heading(row):
    return row.visit.label if row.visit else _("visit not stated")


def make_cell(row, field):
    value = getattr(row, field.name)
    if is_empty(value):
        return WordCell("–", False)
    if isinstance(field, CatalogueField) and printed_words(row, field):
        return WordCell(shown_entry(row, field), False)
    return WordCell(marked_text(field, value), len(field_text(field, value)) > LONG)


def collect_remarks(rows):
    return tuple(dict.fromkeys(remark for row in rows for remark in remarks(row)))


def remarks(row):
    """Yield a row's note and, in quotation marks, its wording in the source."""
    if row.note:
        yield row.note
    if row.words:
        yield f"“{row.words}”"


register.filter(side_words)  # {{ row.side|side_words }}


@register.filter
def signed(day):
    """Return a day relative to the index event, with a true minus sign: {{ day|signed }}."""
    return day_number(day)


@register.simple_tag
def change(direction):
    """Render the direction of a change as a coloured symbol and word: {% change "better" %}."""
    symbol, word = change_words(direction)
    return format_html(
        '<span class="{}"><span aria-hidden="true">{}</span> '
        '<span class="change-word">{}</span></span>',
        change_class(direction),
        symbol,
        word,
    )


@register.simple_tag
def change_count(direction, count):
    """Render a count of changes as a symbol, number and word: {% change_count "better" 5 %}."""
    symbol, word = change_words(direction)
    return format_html('<span class="{}">{} {} {}</span>', direction, symbol, count, word)


@register.simple_tag
def local_time(moment):
    """Render a time in UTC; js/shared/local-time.js replaces it with the browser's local time."""
    moment = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}" data-local-time="{}">{}</time>',
        moment.isoformat(),
        _("%s today"),
        f"{moment:%Y-%m-%d %H:%M} UTC",
    )


@register.simple_tag
def status(case):
    """Render tags, each a symbol and a label, for the status and if archived: {% status case %}."""
    tags = [status_tag(case)] + ([ARCHIVED_TAG] if case.archived else [])
    return format_html_join(
        " ",
        '<span class="status status-{}">{} {}</span>',
        ((name, drawn(symbol), words) for name, symbol, words in tags),
    )


@register.simple_tag(takes_context=True)
def waiting_for_review(context):
    """Count the cases awaiting the user's review, up to MAX_COUNT; None for a non-reviewer."""
    user = context["user"]
    if not reviewed_teams(user):
        return None
    if "to_review" in context:  # the page has them already
        return len(context["to_review"])
    return len(newest_to_review(user, MAX_COUNT))

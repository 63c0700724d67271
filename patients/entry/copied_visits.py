"""Copying a visit: a new visit, for which the entry pages offer the rows of an earlier one.

`Case.copied_visits` is {key: {"from": key of the earlier visit, "tables": document keys, "values":
whether the values are offered too}}. Offered rows enter the record only when the user saves them.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from patients.entry.row import columns_of
from patients.entry.sections import SECTIONS
from patients.entry.timeline import new_key
from patients.models import Case, StrengthScore, Visit
from patients.versions.pieces import of_record
from patients.versions.saving import save_version

COPIED = (
    "strength",
    "signs",
    "scales",
    "conduction",
    "emg",
    "electrodiagnosis",
    "ultrasound",
    "laboratory",
    "investigations",
)
NOT_COPIED = ("visit", "words", "note", "settles", "key")  # when rows are copied with values


def tables_of(slug):
    """Return the tables of a section whose rows can be copied: those that show the visit."""
    section = next(section for section in SECTIONS if section.slug == slug)
    return [table for table in section.tables if "visit" in table.columns]


def count_rows(visit):
    """Return {slug of a section: number of rows at a visit}, without empty sections."""
    counts = {
        slug: sum(table.model.objects.filter(visit=visit).count() for table in tables_of(slug))
        for slug in COPIED
    }
    return {slug: count for slug, count in counts.items() if count}


@transaction.atomic
def copy_visit(case, user, *, source, label, sections, with_values):
    """Add a visit whose entry pages offer the rows of `source`; return it, saved as a version.

    Raises ValueError if the case can no longer be edited or has a visit with this label.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not case.is_open:
        raise ValueError(case.closed_reason)
    visits = list(Visit.objects.filter(case=case))
    if label in {visit.label for visit in visits}:
        raise ValueError(_("There is already a visit “%s”. Enter another name.") % label)
    key = new_key(label, {visit.key for visit in visits})
    visit = Visit.objects.create(case=case, key=key, label=label, position=len(visits))
    tables = [table.key for slug in sections for table in tables_of(slug)]
    case.copied_visits[key] = {"from": source.key, "tables": tables, "values": with_values}
    case.save(update_fields=["copied_visits"])
    save_version(case, user, only=of_record())
    return visit


def finish_copies(case, section):
    """Stop offering the values of copied visits on a page that was saved or discarded."""
    keys = {table.key for table in section.tables}
    for copied in case.copied_visits.values():
        if copied["values"]:
            copied["tables"] = [key for key in copied["tables"] if key not in keys]
    case.save(update_fields=["copied_visits"])


def copies_for(case, table, visits):
    """Yield (earlier visit, new visit, whether with values) of the copies that concern a table."""
    for key, copied in case.copied_visits.items():
        source, visit = visits.get(copied["from"]), visits.get(key)
        if source and visit and table.key in copied["tables"]:
            yield source, visit, copied["values"]


def copied_rows(case, table, rows, visits):
    """Return (rows without results, rows with results) that a table offers.

    Each is a list of {column: value}, in the order of the rows.
    """
    found = [], []
    for source, visit, with_values in copies_for(case, table, visits):
        at_source = [row for row in rows if row.visit == source]
        if with_values and not any(row.visit == visit for row in rows):
            found[1].extend(all_values(row) | {"visit": visit} for row in at_source)
        elif not with_values:
            named = filter(None, map(naming_values, at_source))
            found[0].extend(values | {"visit": visit} for values in named)
    return found


def naming_values(row):
    """Return {column: value} of the columns that say what was examined, without empty ones."""
    names = [name for name in row.IDENTITY if name != "visit"]
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def all_values(row):
    names = [column.name for column in columns_of(type(row)) if column.name not in NOT_COPIED]
    return {name: getattr(row, name) for name in names}


def copied_grades(case, table, scores, visits):
    """Return unsaved copies of the grades of visits that were copied with their values."""
    found = []
    for source, visit, with_values in copies_for(case, table, visits):
        if with_values and not any(score.visit == visit for score in scores):
            found += [
                StrengthScore(
                    visit=visit,
                    movement=score.movement,
                    muscle=score.muscle,
                    side=score.side,
                    grade=score.grade,
                    printed_label=score.printed_label,
                )
                for score in scores
                if score.visit == source
            ]
    return found

"""Build the imaging part of a case document from database rows."""

import datetime

from django.db.models import Exists, OuterRef

from imaging.document.shapes import ANNOTATION, FIGURE, INSTANCE, LEVEL, PANEL, SERIES, STUDY
from imaging.models import Annotation, Figure, Instance, Panel, Series, SliceLevel

PLAIN = {str, int, bool}  # types that need no conversion for JSON


def read(case):
    """Return the imaging part of a case, in eight queries."""
    images = by_parent(images_of(case), "series")
    return {
        "studies": studies_to_document(case, images),
        "levels": rows_to_document(LEVEL, SliceLevel.objects.filter(case=case)),
        "annotations": rows_to_document(ANNOTATION, Annotation.objects.filter(case=case)),
        "figures": figures_to_document(case),
    }


def images_of(case):
    """Return the document fields of a case's released images, ordered within each series."""
    shown = Instance.objects.filter(case=case).released()
    return shown.order_by("position", "pk").values_list("series_id", *INSTANCE.fields, named=True)


def series_of(case):
    """Return a case's series, except those that have images but no released ones."""
    images = Instance.objects.filter(series=OuterRef("pk"))
    is_apart = Exists(images.exclude(quarantine="")) & ~Exists(images.released())
    shown = Series.objects.filter(case=case).exclude(is_apart).order_by("position", "pk")
    return shown.values_list("pk", "study_id", *SERIES.fields, named=True)


def by_parent(rows, name):
    """Group rows by parent: return {parent's key: rows in order}."""
    found = {}
    for row in rows:
        found.setdefault(getattr(row, f"{name}_id"), []).append(row)
    return found


def studies_to_document(case, images=None):
    """Return the studies with their series; `images` is {series key: its images}, if needed."""
    images = images or {}
    series = by_parent(series_of(case), "study")
    known = case.studies.order_by("position", "pk")
    known = known.values_list("pk", *STUDY.fields, "visit__key", named=True)
    # A study is left out if all its series are left out, but not if it has no series.
    apart = set(case.series.values_list("study_id", flat=True)) - series.keys()
    return [
        study_to_document(study, series.get(study.pk, ()), images)
        for study in known
        if study.pk not in apart
    ]


def study_to_document(study, series, images):
    document = to_document(STUDY, study)
    if study.visit__key:
        document["visit"] = study.visit__key
    document["series"] = [
        to_document(SERIES, one)
        | {"instances": [to_document(INSTANCE, image) for image in images.get(one.pk, ())]}
        for one in series
    ]
    return document


def figures_to_document(case):
    panels = by_parent(Panel.objects.filter(figure__case=case), "figure")
    return [
        to_document(FIGURE, row) | {"panels": rows_to_document(PANEL, panels.get(row.pk, ()))}
        for row in Figure.objects.filter(case=case)
    ]


def rows_to_document(shape, rows):
    return [to_document(shape, row) for row in rows]


def to_document(shape, row):
    """Return a row's fields as JSON data; None and "" are left out, 0 is kept."""
    found = {}
    for name in shape.fields:
        value = getattr(row, name)
        if value is not None and value != "":
            found[name] = value if type(value) in PLAIN else plain(value)
    return found


def plain(value):
    """Return a value as JSON data; whole floats become integers, as in JavaScript."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value

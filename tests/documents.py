"""Hypothesis strategies for case documents, derived from the models' fields."""

from decimal import Decimal

from django.db import models
from hypothesis import strategies as st

from patients.catalogue import instruments, lookup
from patients.models import Case, Patient, ScaleScore, StrengthScore, Ultrasound
from patients.models.fields import (
    CatalogueField,
    CodesField,
    EventKeyField,
    PlacementField,
    UidField,
    ValueField,
)
from patients.record.document import (
    CASE_FIELDS,
    PATIENT_FIELDS,
    PRESENTATION_FIELDS,
    document_fields,
)
from patients.record.kinds import by_key, children_of, top_models

EVENT_KEYS = [f"event-{number}" for number in range(4)]
VISIT_KEYS = [f"visit-{number}" for number in range(3)]
TEXT = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
VALUES = st.sampled_from(
    [
        {"number": "6.0", "unit": "mV"},
        {"number": "12,400"},
        {"comparator": "<", "number": "0.5", "unit": "mg/dL"},
        {"approximate": True, "number": "30", "unit": "days"},
        {"low": "10", "high": "20", "unit": "ms"},
        {"titre": "1:320"},
        {"percent": "4.1", "of": "right"},
        {"percent": "81", "of": "predicted"},
        {"number": "0", "unit": "µV"},
        {"word": "weakly positive"},
        {"text": "50 % drop"},
        {"number": "3.5", "unit": "mV", "printed": "3,5 mV"},
        {"number": "7", "out_of": "10", "remark": "mean"},
        {"number": "3.2", "unit": "L", "also": {"percent": "88", "of": "predicted"}},
        {"number": "6", "unit": "not stated"},
        {"state": "not_recorded"},
        {"state": "not_tested"},
    ]
)
SCORED_WITH_4 = [row.id for row in instruments.ROWS if instruments.fits(row.id, Decimal(4))]
PLACEMENTS = st.sampled_from(
    [
        {"how": "unknown", "precision": "unknown"},
        {"how": "date", "date": "2011-03", "precision": "month"},
        {"how": "age", "age": "40", "age_unit": "years", "precision": "year"},
        {"how": "offset", "offset": "-25", "unit": "days", "precision": "day"},
        {
            "how": "offset",
            "anchor": EVENT_KEYS[0],
            "offset": "3",
            "offset_high": "4",
            "unit": "months",
            "approximate": True,
            "precision": "month",
        },
        {
            "how": "offset",
            "comparator": ">",
            "anchor": EVENT_KEYS[0],
            "offset": "3",
            "unit": "months",
            "date": "2011-06",
            "precision": "month",
        },
        {"how": "date", "date": "2011-03", "date_high": "2011-05", "precision": "month"},
        {"how": "order", "relation": "before", "anchor": EVENT_KEYS[0], "precision": "unknown"},
        {
            "how": "order",
            "relation": "between",
            "anchor": EVENT_KEYS[0],
            "anchor_high": EVENT_KEYS[1],
            "precision": "unknown",
        },
        {"how": "text", "text": "around Easter", "precision": "unknown"},
    ]
)
GRADES = st.sampled_from(
    [{"grade": grade} for grade in ("5", "3-", "0", "1+", "2 to 3", "not tested", "weak")]
    + [
        {"grade": "4+", "printed_grade": "4+/5"},
        {"grade": "4-", "printed_grade": "4−"},
        {"grade": "3+ to 4", "printed_grade": "4 to 3+/5"},
    ]
)
CODES = st.lists(
    st.fixed_dictionaries(
        {"system": st.just("SNOMED CT"), "code": st.text(TEXT, min_size=1, max_size=9)},
        optional={"display": st.text(TEXT, min_size=1, max_size=9)},
    ),
    max_size=2,
)


def field_values(field):
    """Return a strategy for the values of a field in the document."""
    if isinstance(field, models.ForeignKey):
        return st.sampled_from(
            EVENT_KEYS if field.related_model.__name__ == "Event" else VISIT_KEYS
        )
    if isinstance(field, CatalogueField):
        ids = [row.id for row in lookup.TABLES[field.catalogue]]
        return st.sampled_from([*ids, "text:of our own", "text:=1+1"])
    own = {
        ValueField: VALUES,
        PlacementField: PLACEMENTS,
        CodesField: CODES,
        EventKeyField: st.sampled_from(EVENT_KEYS),
        UidField: st.from_regex(r"\A[0-9]{1,4}(\.[0-9]{1,9}){0,5}\Z"),
        models.SlugField: st.from_regex(r"\A[a-z0-9-]{1,60}\Z"),
    }
    if type(field) in own:
        return own[type(field)]
    if isinstance(field, models.BooleanField):
        return st.booleans()
    if isinstance(field, models.IntegerField):
        return st.integers(1900, 2030)
    if field.choices:
        return st.sampled_from([value for value, _label in field.flatchoices])
    texts = st.text(TEXT, min_size=not field.blank, max_size=min(field.max_length or 60, 60))
    return texts if field.blank else texts.filter(str.strip)


def objects(fields, **fixed):
    needed, optional = dict(fixed), {}
    for field in fields:
        if field.name not in needed:
            must = not (field.blank or field.null or field.has_default())
            (needed if must else optional)[field.name] = field_values(field)
    return st.fixed_dictionaries(needed, optional=optional)


def named(model, names):
    return [model._meta.get_field(name) for name in names]


def rows(model, **fixed):
    """Return a strategy for one row of a table with its child rows; scale scores are in range."""
    if model is ScaleScore:
        fixed["instrument"] = st.sampled_from([*SCORED_WITH_4, "text:of our own"])
        fixed["value"] = st.sampled_from([{"number": "4"}, {"state": "not_tested"}])
    for child in children_of(model):
        fixed[child.DOCUMENT_KEY] = st.lists(rows(child), max_size=2)
    return objects(document_fields(model), **fixed)


def strength_rows():
    """Return a strategy for lists of strength rows of movements or muscles, without duplicates."""
    special = ("movement", "muscle", "grade", "printed_grade")
    fields = [f for f in document_fields(StrengthScore) if f.name not in special]
    one_of = st.one_of(
        *(
            st.tuples(st.just(name), field_values(StrengthScore._meta.get_field(name)))
            for name in ("movement", "muscle")
        )
    )
    row = st.builds(
        lambda chosen, grade, rest: dict([chosen]) | grade | rest, one_of, GRADES, objects(fields)
    )
    return st.lists(row, max_size=4, unique_by=place_of)


def ultrasound_rows():
    """Return a strategy for lists of ultrasound rows; only muscles may have a Heckmatt grade."""
    names = ("nerve", "muscle", "heckmatt")
    fields = [field for field in document_fields(Ultrasound) if field.name not in names]
    nerve, muscle, grade = (field_values(Ultrasound._meta.get_field(name)) for name in names)
    of_nerve = st.fixed_dictionaries({"nerve": nerve})
    of_muscle = st.fixed_dictionaries({"muscle": muscle}, optional={"heckmatt": grade})
    one_of = st.one_of(of_nerve, of_muscle)
    return st.lists(st.builds(lambda one, rest: one | rest, one_of, objects(fields)), max_size=3)


def place_of(row):
    names = ("visit", "movement", "muscle", "side")
    return tuple(row.get(name, "not_stated" if name == "side" else "") for name in names)


def tables():
    """Return {document key: strategy} for every table, most of them with 0 to 3 rows."""
    found = {}
    for model in top_models():
        unique = (lambda row: row["chapter"]) if model.__name__ == "Narrative" else None
        found[model.DOCUMENT_KEY] = st.lists(rows(model), max_size=3, unique_by=unique)
    found["strength"] = strength_rows()
    found["ultrasound"] = ultrasound_rows()
    for key, keys in (("events", EVENT_KEYS), ("visits", VISIT_KEYS)):
        model = by_key()[key]
        found[key] = st.tuples(*(rows(model, key=st.just(name)) for name in keys)).map(list)
    found["events"] = found["events"].map(index_first)
    return found


def index_first(events):
    """Make the first event the index event and date the second, so that there is no cycle."""
    index, date = {"how": "index"}, {"how": "date", "date": "2011"}
    fixed = [events[0] | {"placement": index | {"precision": "day"}}]
    fixed.append(events[1] | {"placement": date | {"precision": "year"}})
    return [*fixed, *events[2:]]


def documents():
    """Return a strategy for complete case documents in which every field is valid."""
    person = objects([*named(Patient, PATIENT_FIELDS), *named(Case, PRESENTATION_FIELDS)])
    head = {"schema": st.just("caserecord/1"), "case": objects(named(Case, CASE_FIELDS))}
    return st.fixed_dictionaries(head | {"patient": person} | tables())

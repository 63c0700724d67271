"""Every table of every section: saving an unchanged page changes nothing; filled rows are saved."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from patients.catalogue import lookup
from patients.entry.cells import PlacementCell, ReferenceCell, make_cell
from patients.entry.page import SectionPage
from patients.entry.row import texts_of
from patients.entry.sections import HIDDEN, SECTIONS, STRENGTH_ROWS
from patients.models.fields import (
    CatalogueField,
    CodesField,
    PlacementField,
    UidField,
    ValueField,
)
from patients.record.document import document_fields
from patients.versions.reading import served_text
from tests.factories import make_case

DEMONSTRATION = Path(__file__).parents[2] / "caserecords" / "demo"
TABLES = [
    (section, table)
    for section in (*SECTIONS, STRENGTH_ROWS)
    for table in section.tables
    if not table.grid or table.key != "strength"
]
# Fields left empty because the other of the two (movement or muscle, nerve or muscle) is filled.
ONE_OF_TWO = [("strength", "muscle"), ("ultrasound", "nerve")]
FILLED = {"label": "A new thing", "doi": "10.1000/1", "pmid": "123", "chapter": "course"}


def address(case, section):
    return reverse("patients:edit-section", args=[case.pk, section.slug])


def newest(case):
    return json.loads(served_text(case.versions.first()))


def example(field):
    """Return (text to type, value in the document) for a field.

    The value is None for a field that is left empty and for a relation.
    """
    if (field.model.DOCUMENT_KEY, field.name) in ONE_OF_TWO:
        return "", None
    if field.name in FILLED:
        return FILLED[field.name], FILLED[field.name]
    if isinstance(field, ValueField):
        return "about 6.0 U", {"approximate": True, "number": "6.0", "unit": "U"}
    if isinstance(field, CatalogueField):
        row_id, label = lookup.choices(field.catalogue)[-1]
        return label, row_id
    if isinstance(field, PlacementField):
        return "-3d", {"how": "offset", "offset": "-3", "unit": "days", "precision": "day"}
    if isinstance(field, CodesField):
        typed = 'ICD-10 (WHO) G54.5 "Neuralgic amyotrophy"; ORPHA 2901'
        first = {"system": "ICD-10 (WHO)", "code": "G54.5", "display": "Neuralgic amyotrophy"}
        return typed, [first, {"system": "ORPHA", "code": "2901"}]
    return plain_example(field)


def plain_example(field):
    if field.is_relation:
        return {"visits": "later", "events": "weakness"}[field.related_model.DOCUMENT_KEY], None
    if field.get_internal_type() == "BooleanField":
        return "no", False
    if field.get_internal_type() == "PositiveIntegerField":
        return "3", 3
    if isinstance(field, UidField):
        return "1.2.840.1", "1.2.840.1"
    if field.choices:
        return field.flatchoices[0][0], field.flatchoices[0][0]
    return ("3+", "3+") if field.name == "grade" else (f"the {field.name}", f"the {field.name}")


@pytest.mark.django_db
@pytest.mark.parametrize("section", [*SECTIONS, STRENGTH_ROWS], ids=lambda s: s.slug)
def test_saving_an_unchanged_page_changes_nothing(client, section):
    case = make_case()
    client.force_login(case.author)
    texts = SectionPage(case, section).texts() | {"base_version": "1"}
    before = newest(case)
    response = client.post(address(case, section), texts | rows_shown(case, section))
    assert response.status_code == 302, response.context["errors"]
    case.refresh_from_db()
    assert case.version == 1
    assert newest(case) == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["published_case", "invented_case"])
def test_saving_unchanged_pages_of_a_full_case_changes_nothing(client, name):
    document = json.loads((DEMONSTRATION / f"{name}.json").read_text())
    case = make_case(document=document)
    client.force_login(case.author)
    for section in (*SECTIONS, STRENGTH_ROWS):
        texts = SectionPage(case, section).texts() | {"base_version": "1"}
        response = client.post(address(case, section), texts | rows_shown(case, section))
        assert response.status_code == 302, response.context["errors"]
    case.refresh_from_db()
    assert case.version == 1


@pytest.mark.django_db
def test_retyping_the_pages_of_a_full_case_gives_the_same_values(client):
    """Parsing the text shown on a page returns the stored value."""
    document = json.loads((DEMONSTRATION / "invented_case.json").read_text())
    case = make_case(document=document)
    expected = newest(case)
    for section in SECTIONS:
        for table in section.tables:
            for row in table.model.objects.filter(case=case):
                for name, text in texts_of(row, labels_of(case)).items():
                    assert reread(case, row, name, text) == getattr(row, name), (name, text)
    assert expected == newest(case)


def labels_of(case):
    return {event.key: event.label for event in case.event_rows.all()}


def reread(case, row, name, text):
    cell = make_cell(row._meta.get_field(name))
    if isinstance(cell, ReferenceCell):
        model = cell.column.related_model
        cell.offer({one.key: one for one in model.objects.filter(case=case)})
    if isinstance(cell, PlacementCell):
        cell.events = {label: key for key, label in labels_of(case).items() if key != row.key}
    return cell.clean(text)


def rows_shown(case, section):
    parts = SectionPage(case, section).parts
    return {f"{p.prefix}-rows": p.row_numbers for p in parts if hasattr(p, "row_numbers")}


@pytest.mark.django_db
@pytest.mark.parametrize(("section", "table"), TABLES, ids=lambda o: getattr(o, "key", None))
def test_filled_row_is_saved(client, section, table):
    case = make_case()
    client.force_login(case.author)
    columns = [f for f in document_fields(table.model) if f.name not in HIDDEN]
    name = f"{table.key}-{'course' if table.key == 'narrative' else 'new4'}"
    typed = {f"{name}-{field.name}": example(field)[0] for field in columns}
    texts = SectionPage(case, section).texts() | {"base_version": "1"} | typed
    response = client.post(address(case, section), texts)
    assert response.status_code == 302, response.context["errors"]
    stored = newest(case)[table.key][-1]
    for field in columns:
        text, held = example(field)
        expected = text if field.is_relation else held
        assert stored.get(field.name) == expected, field.name

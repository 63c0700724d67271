"""Every field of the record is unchanged after POST or PUT, GET, and restoring a version."""

import json

import pytest
from django.urls import reverse

from imaging.models import Annotation, Figure, Panel, SliceLevel
from patients.models import Case, Patient
from patients.record.document import CASE_COLUMNS, PATIENT_FIELDS
from patients.record.kinds import top_models
from tests.api import LIST, Caller, address_of
from tests.factories import make_case
from tests.filled import filled_document

pytestmark = pytest.mark.django_db

# Fields that belong to one site and are not part of the document.
KEPT_HERE = {
    Case: {"id", "team", "author", "patient", "status", "version"}
    | {"returned_version", "created", "updated", "archived", "deleted", "template", "form_token"}
    | {"copied_visits"},
    Patient: {"id", "team", "image_key"},
}


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def caller(case):
    return Caller(case.author)


def entered(document):
    """Return a document without its computed part and without empty values."""
    if isinstance(document, dict):
        kept = {key: entered(value) for key, value in document.items() if key != "computed"}
        return {key: value for key, value in kept.items() if value not in ("", None, [])}
    return [entered(one) for one in document] if isinstance(document, list) else document


def read(caller, case):
    return entered(caller.get(address_of(case)).json())


def replace(caller, case, document):
    address = address_of(case)
    etag = caller.get(address)["ETag"]
    answer = caller.send("PUT", address, document, if_match=etag)
    assert answer.status_code == 200, answer.content


def test_the_test_document_fills_every_field():
    document = filled_document()
    for model, names in ((Case, CASE_COLUMNS), (Patient, PATIENT_FIELDS)):
        here = {field.name for field in model._meta.concrete_fields}
        assert here - KEPT_HERE[model] == set(names)
    for model in top_models():
        assert document[model.DOCUMENT_KEY]
    for model, key in ((Annotation, "annotations"), (SliceLevel, "levels"), (Figure, "figures")):
        here = {field.name for field in model._meta.concrete_fields}
        assert here - {"id", "case", "position"} <= document["imaging"][key][0].keys()
    panel = document["imaging"]["figures"][0]["panels"][0]
    assert {field.name for field in Panel._meta.concrete_fields} - {"id", "figure"} == panel.keys()


def test_a_created_case_is_read_back(caller):
    document = filled_document()
    made = caller.send("POST", LIST, document)
    assert made.status_code == 201, made.content
    assert entered(caller.get(made["Location"]).json()) == entered(document)


def test_a_replaced_case_is_read_back(caller, case):
    document = filled_document()
    replace(caller, case, document)
    assert read(caller, case) == entered(document)


def test_a_restored_version_has_every_field(client, caller, case):
    document = filled_document()
    replace(caller, case, document)
    bare = {key: document[key] for key in ("schema",)}
    bare |= {"case": {"title": "Nearly nothing"}, "patient": {"code": document["patient"]["code"]}}
    replace(caller, case, bare)
    assert read(caller, case).keys() == {"schema", "case", "patient", "imaging"}
    client.force_login(case.author)
    case.refresh_from_db()
    address = reverse("caserecords:restore-version", args=[case.pk, case.version - 1])
    assert client.post(address, {"version": case.version}).status_code == 302
    assert read(caller, case) == entered(document)


def test_each_changed_field_is_a_difference(client, caller, case):
    """The history lists every changed field of the case and the patient."""
    replace(caller, case, filled_document())
    client.force_login(case.author)
    case.refresh_from_db()
    address = reverse("api:compare-version", args=[case.pk, case.version])
    paths = {one["path"] for one in caller.get(address).json()["changes"]}
    heads = {f"case.{name}" for name in CASE_COLUMNS} | {f"patient.{n}" for n in PATIENT_FIELDS}
    reported = {path.replace("patient.age", "case.age") for path in paths}
    assert heads - reported == set()


def changed(value):
    """Return another valid value for a text or boolean; None if it cannot be changed."""
    if isinstance(value, str) and " of " in value:
        return value.replace(" of ", " Of ")  # of the same length
    return {True: False, False: True}.get(value) if isinstance(value, bool) else None


def texts_in(node, path=()):
    """Yield (path, new value) for each free text and boolean in a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from texts_in(value, (*path, key))
        elif (new := changed(value)) is not None:
            yield (*path, key), new


def with_change(document, path, value):
    copy = json.loads(json.dumps(document))
    node = copy
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return copy


def test_every_free_text_and_choice_that_changes_alone_is_stored_and_restored(client, caller, case):
    """Two documents that differ in every field that can be changed on its own."""
    first = filled_document()
    second = first
    for path, value in texts_in(first):
        second = with_change(second, path, value)
    reasoning = [value for value, _label in Case._meta.get_field("reasoning_in_report").choices]
    second["case"]["reasoning_in_report"] = next(
        value for value in reasoning if value != first["case"]["reasoning_in_report"]
    )
    assert len(list(texts_in(first))) > 100
    replace(caller, case, first)
    replace(caller, case, second)
    assert read(caller, case) == entered(second)
    client.force_login(case.author)
    case.refresh_from_db()
    address = reverse("caserecords:restore-version", args=[case.pk, case.version - 1])
    assert client.post(address, {"version": case.version}).status_code == 302
    assert read(caller, case) == entered(first)

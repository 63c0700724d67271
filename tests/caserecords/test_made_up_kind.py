"""A kind of finding added during the tests appears on every page and in every format."""

import csv
import json

import jsonschema
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.urls import reverse

from caserecords.reasoning.care.checklist import care
from caserecords.reasoning.checks import check
from caserecords.report.missing import missing_items
from patients.actions.deleting import erase_case
from patients.api.cases import schema_bytes
from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.models import ROW_MODELS, Case, Event, Investigation, Visit
from patients.models.case import side_field
from patients.models.events import VisitRow
from patients.models.fields import CodesField, ValueField
from patients.record.document import DocumentError, build
from patients.record.fragments import build_fragment
from patients.versions.reading import served_text
from tests.api import Caller, address_of
from tests.factories import make_case, make_document
from tests.patients.test_kinds import table_of_kinds

KEY = "tappings"
ROW = {
    "visit": "on-admission",
    "place": "knee",
    "side": "left",
    "rate": {"number": "7", "unit": "Hz"},
    "codes": [{"system": "Made up", "code": "T1"}],
    "since": "weakness",
}


def make_kind():
    """Return a model such as a contributor would write."""

    class Tapping(VisitRow):
        """The rate of tapping at one place."""

        DOCUMENT_KEY = KEY
        SECTION = "investigations"
        TITLE = "tapping test"
        COLUMNS = ("visit", "place", "side", "rate")
        HELP = "One tap a row, for these tests."
        GRID = True
        IDENTITY = ("place", "side", "visit")
        FINDING = ("rate",)
        IS_TEST = True
        TWO_SIDED = True
        OMIT_EMPTY = True
        HAS_RESPONSES = True
        REPORT_CHAPTER = "investigation"
        REPORT_TITLE = "Tapping of limbs"
        REPORT_COLUMNS = ("visit", "place", "side", "rate", "since")

        place = models.CharField("tapped at", max_length=60)
        side = side_field()
        rate = ValueField("rate", unit="Hz")
        codes = CodesField("codes")
        since = models.ForeignKey(
            Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="since"
        )

        class Meta(VisitRow.Meta):
            app_label = "patients"

        def __str__(self):
            return self.place

    return Tapping


def forget(model):
    """Remove a model and its reverse relations from Django's registry."""
    del apps.all_models["patients"][model._meta.model_name]
    for target in (Case, Visit):
        delattr(target, f"{model._meta.model_name}_rows")
    apps.clear_cache()


@pytest.fixture(autouse=True)
def tapping(transactional_db):
    """The new kind, added to ROW_MODELS and the database for one test."""
    model = make_kind()
    with connection.schema_editor() as editor:
        editor.create_model(model)
    ROW_MODELS.insert(ROW_MODELS.index(Investigation), model)
    schema_bytes.cache_clear()
    yield model
    ROW_MODELS.remove(model)
    schema_bytes.cache_clear()
    with connection.schema_editor() as editor:
        editor.delete_model(model)
    forget(model)


@pytest.fixture
def case():
    return make_case(document=make_document(**{KEY: [ROW]}))


@pytest.fixture
def page(client, case):
    client.force_login(case.author)

    def get(name, *args, namespace="caserecords"):
        response = client.get(reverse(f"{namespace}:{name}", args=[case.pk, *args]))
        assert response.status_code == 200
        return response.content.decode()

    return get


def newest(case):
    return json.loads(served_text(case.versions.first()))


def section_address(case):
    return reverse("patients:edit-section", args=[case.pk, "investigations"])


def typed(case, **cells):
    """Return the form data of the page with one new row."""
    found = SectionPage(case, BY_SLUG["investigations"])
    shown = {f"{part.prefix}-rows": part.row_numbers for part in found.parts}
    row = {f"{KEY}-new1-{name}": text for name, text in cells.items()}
    return found.texts() | shown | {"base_version": str(case.version)} | row


# Entry


def test_entry_page_shows_the_table(page):
    html = page("edit-section", "investigations", namespace="patients")
    assert "Tapping test" in html and "One tap a row, for these tests." in html
    assert "Rate, Hz" in html and 'value="7 Hz"' in html and 'value="knee"' in html
    assert "no response, in columns for responses" in html  # in the list of keys
    assert "no response" in html[html.index("data-keys") :]  # the shortcut "n" of a measured cell


def test_entry_page_stores_a_row(client, case):
    client.force_login(case.author)
    case.refresh_from_db()
    texts = typed(case, visit="later", place="elbow", side="right", rate="n", codes="X 1")
    assert client.post(section_address(case), texts).status_code == 302
    assert newest(case)[KEY] == [
        ROW,
        {
            "visit": "later",
            "place": "elbow",
            "side": "right",
            "rate": {"state": "no_response"},
            "codes": [{"system": "X", "code": "1"}],
        },
    ]


def test_entry_page_shows_an_error_at_its_cell(client, case):
    client.force_login(case.author)
    case.refresh_from_db()
    response = client.post(section_address(case), typed(case, rate="7"))
    assert response.status_code == 422
    assert "Tapping test, row 2, tapped at: " in response.content.decode()


def test_a_draft_keeps_the_input(client, case):
    client.force_login(case.author)
    case.refresh_from_db()
    address = reverse("patients:save-draft", args=[case.pk, "investigations"])
    assert client.post(address, typed(case, place="a draft of a tap")).status_code == 200
    assert "a draft of a tap" in client.get(section_address(case)).content.decode()


def test_a_visit_in_use_cannot_be_deleted(client, case):
    client.force_login(case.author)
    case.refresh_from_db()
    case.sensoryconduction_rows.all().delete()
    case.motorconduction_rows.all().delete()
    case.strengthscore_rows.all().delete()
    found = SectionPage(case, BY_SLUG["timeline"])
    visit = Visit.objects.get(case=case, key="on-admission")
    shown = {f"{part.prefix}-rows": part.row_numbers for part in found.parts}
    texts = found.texts() | shown | {"base_version": "1", f"visits-{visit.pk}-delete": "on"}
    response = client.post(reverse("patients:edit-section", args=[case.pk, "timeline"]), texts)
    assert response.status_code == 422 and "tapping: knee" in response.content.decode()


# Document, schema, API


def test_document_contains_it_in_order(case):
    document = newest(case)
    assert document[KEY] == [ROW]
    keys = list(document)
    assert keys.index("imaging_findings") < keys.index(KEY) < keys.index("investigations")


def test_documents_without_it_are_unchanged(case):
    document = json.loads(served_text(make_case().versions.get()))
    assert KEY not in document and document["investigations"] == []


def test_schema_describes_it(case):
    schema = json.loads(Caller(case.author).get("/api/v1/schema/case.json").content)
    table = schema["properties"][KEY]
    assert table["description"] == "The rate of tapping at one place."
    assert set(table["items"]["properties"]) >= {"visit", "place", "rate", "words", "note"}
    assert not list(jsonschema.Draft202012Validator(schema).iter_errors(newest(case)))


def test_a_fetched_document_can_be_put(case):
    api = Caller(case.author)
    got = api.get(address_of(case))
    changed = got.json() | {KEY: [ROW | {"place": "ankle"}]}
    put = api.send("PUT", address_of(case), changed, if_match=got["ETag"])
    assert put.status_code == 200, put.content
    assert api.get(address_of(case)).json()[KEY] == [ROW | {"place": "ankle"}]
    diff = api.get(f"{address_of(case)}versions/2/diff/").json()["changes"]
    assert [one["label"] for one in diff] == [
        "tapping test · knee, left, On admission",
        "tapping test · ankle, left, On admission",
    ]
    assert diff[0]["before"].startswith("rate: 7 Hz")


def test_an_invalid_field_is_reported(case):
    document = make_document(**{KEY: [ROW | {"rate": 7}]})
    with pytest.raises(DocumentError) as error:
        build(document)
    assert error.value.errors[0][0] == f"{KEY}[0].rate"


def test_a_fragment_can_contain_it(case):
    row = {"place": "knee"}
    assert build_fragment({KEY: [row]}).rows[KEY][0].place == "knee"


# Versions


def test_history_and_restoring(client, page, case, tapping):
    case.refresh_from_db()
    texts = typed(case, place="elbow", side="right")
    assert client.post(section_address(case), texts).status_code == 302
    assert "version 2" in page("list-versions")
    assert "tapping test · elbow, right" in page("show-version", 2)
    address = reverse("caserecords:restore-version", args=[case.pk, 1])
    assert client.post(address, {"version": "2"}).status_code == 302
    assert newest(case)[KEY] == [ROW] and case.versions.count() == 3
    assert tapping.objects.filter(case=case).count() == 1


def test_erasing_a_deleted_case_deletes_its_rows(case, tapping):
    response = Caller(case.author).delete(address_of(case))
    assert response.status_code == 204, response.content
    assert tapping.objects.exists()
    erase_case(case)
    assert not tapping.objects.exists()


# Pages that show a case


def test_case_page_shows_it(page):
    html = page("show-case")
    assert "Tapping test" in html or "tapping test" in html
    assert "<td>knee</td>" in html and "Rate, Hz" in html


def test_report_prints_it_in_its_chapter(page):
    html = page("show-report")
    chapter = html[html.index("Investigations</h2>") :]
    assert "Tapping of limbs" in chapter
    assert "knee" in chapter and "7 Hz" in chapter


def test_csv_export_includes_it(case, tmp_path):
    content = Caller(case.author).get(f"{address_of(case)}export/csv/?table={KEY}").content
    (row,) = csv.DictReader(content.decode().splitlines())
    assert (row["Visit"], row["Tapped at"], row["Rate, Hz"]) == ("On admission", "knee", "7 Hz")
    assert (row["Codes"], row["Since"]) == ("Made up T1", "Weakness")
    target = tmp_path / "table.csv"
    command = ("export_case", str(case.pk), "--format", "csv", "--table", KEY)
    call_command(*command, "--output", str(target))
    assert target.read_bytes() == content


# Reasoning

TESTED = {"motor_conduction": [], "sensory_conduction": []}


def answers(record):
    return {part.id: part for part in care(record).parts}


def test_care_list_counts_it_as_a_test():
    assert answers(build(make_document(**TESTED)))["8a"].state == "missing"
    answer = answers(build(make_document(**TESTED, **{KEY: [ROW]})))["8a"].answer
    assert answer.state == "met"
    assert [row.words for row in answer.rows] == ["knee, left, 7 Hz, On admission"]
    assert answer.rows[0].section == "investigations"


def test_it_is_a_test_at_follow_up():
    later = build(make_document(**TESTED, **{KEY: [ROW | {"visit": "later"}]}))
    assert "tests at follow-up" in missing_items(build(make_document(**TESTED)))
    assert "tests at follow-up" not in missing_items(later)
    assert KEY in [row.table for row in answers(later)["10b"].answer.rows]


def test_checks_include_it():
    bare = {name: text for name, text in ROW.items() if name != "side"}
    document = make_document(**{KEY: [bare, bare]})
    document["visits"].append({"key": "third", "label": "Third"})
    found = {one.rule: one for one in check(build(document)) if KEY in str(one.rows)}
    assert "tapping test: knee, 7 Hz, On admission" in found["row-twice"].message
    assert "tapping test" in found["side-not-stated"].message
    assert "Made up T1" in found["code-unknown"].message
    document[KEY].append(ROW | {"visit": "third", "since": "follow-up"})
    record = build(document)
    assert "visit-empty" not in {one.rule for one in check(record)}
    used = [one for one in check(record) if one.rule == "event-without-time"]
    assert KEY in str([one.rows for one in used])


def test_the_docs_would_list_it():
    assert f"| `{KEY}` | The rate of tapping at one place. |" in table_of_kinds()

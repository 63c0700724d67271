"""Values and grades as papers print them, entered on the pages and through the API."""

import copy
import json
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from patients.actions.restoring import restore_version
from patients.language.values import read_value
from patients.models import StrengthScore
from patients.record.document import build
from patients.record.schema import document_schema
from patients.tables import scale_table, treatment_table
from patients.versions.differences import differences
from patients.versions.reading import served_text
from patients.versions.saving import save_version
from tests.api import LIST, Caller, address_of, assert_problem
from tests.factories import make_case, make_document
from tests.versions import put_document

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

EXAMPLES = json.loads((Path(__file__).parent.parent / "grades.json").read_text("utf-8"))
VALUES = {
    "at least 40": {"comparator": ">=", "number": "40", "printed": "at least 40"},
    "40 or more": {"comparator": ">=", "number": "40", "printed": "40 or more"},
    "positive at 1:200": {"titre": "1:200", "remark": "positive", "printed": "positive at 1:200"},
    "7 out of 10": {"number": "7", "out_of": "10", "printed": "7 out of 10"},
    "65/110 mm": {"text": "65/110 mm"},
    "within normal limits": {"state": "normal", "printed": "within normal limits"},
    "3,5": {"number": "3.5", "printed": "3,5"},
    "60 to 10 mg": {"low": "10", "high": "60", "unit": "mg", "printed": "60 to 10 mg"},
    "5 microgram": {"number": "5", "unit": "microgram"},
    "5 mcg": {"number": "5", "unit": "mcg"},
    "3.2 L (88 % predicted)": {
        "number": "3.2",
        "unit": "L",
        "also": {"percent": "88", "of": "predicted"},
    },
    "41 (onset to peak)": {"number": "41", "remark": "onset to peak"},
    "6 (unit not stated)": {"number": "6", "unit": "not stated"},
    "24.1*": {"number": "24.1", "remark": "*", "printed": "24.1*"},
    "24.1 mg/dL†": {"number": "24.1", "unit": "mg/dL", "remark": "†", "printed": "24.1 mg/dL†"},
    "1,200 ¶": {"number": "1,200", "remark": "¶", "printed": "1,200 ¶"},
    "12^a": {"number": "12", "remark": "^a", "printed": "12^a"},
    "12 a": {"number": "12", "unit": "a"},
    "normal#": {"state": "normal", "printed": "normal#"},
    "50 % drop": {"text": "50 % drop"},
    '"12.."': {"text": "12.."},
}


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def address(case, slug):
    return reverse("patients:edit-section", args=[case.pk, slug])


def newest(case):
    return json.loads(served_text(case.versions.first()))


def shown_on(client, case, name="caserecords:show-case"):
    return client.get(reverse(name, args=[case.pk])).content.decode()


def test_values_as_printed_are_stored_and_shown_again(client, case):
    texts = {"base_version": str(case.version), "laboratory-rows": ""}
    for number, text in enumerate(VALUES, 1):
        texts |= {f"laboratory-new{number}-analyte": f"Analyte {number}"}
        texts |= {f"laboratory-new{number}-value": text}
    assert client.post(address(case, "laboratory"), texts).status_code == 302
    assert [row["value"] for row in newest(case)["laboratory"]] == list(VALUES.values())
    page = client.get(address(case, "laboratory")).content.decode()
    shown = {text: text for text in VALUES} | {"50 % drop": "“50 % drop”", '"12.."': "“12..”"}
    shown |= {"65/110 mm": "“65/110 mm”", "3.2 L (88 % predicted)": "3.2 L (88% predicted)"}
    assert [text for text in shown.values() if f'value="{text}"' not in page] == []
    assert page.count("not recognised, kept as text: result") == 3
    overview = shown_on(client, case)
    assert overview.count('title="not recognised as a value"') >= 2 and "40 or more" in overview


def test_the_api_accepts_values_as_text_and_as_objects(case):
    document = make_document()
    document["patient"]["code"] = "P-2"
    document["laboratory"] = [
        {"analyte": f"text:analyte {number}", "value": given}
        for number, given in enumerate([*VALUES, *VALUES.values()])
    ]
    answer = Caller(case.author).send("POST", LIST, document)
    assert answer.status_code == 201, answer.content
    stored = Caller(case.author).get(answer["Location"]).json()["laboratory"]
    assert [row["value"] for row in stored] == list(VALUES.values()) * 2


def test_a_typing_error_in_the_api_is_rejected_with_the_way_to_keep_it(case):
    document = make_document()
    document["laboratory"] = [{"analyte": "text:one", "value": "3.5.2 mg/dL"}]
    problem = assert_problem(Caller(case.author).send("POST", LIST, document), 400)
    [error] = problem["errors"]
    assert error["path"] == "laboratory[0].value" and "quotation marks" in error["message"]


@pytest.mark.parametrize(
    ("instrument", "before", "after", "change"),
    [
        ("alsfrs_r", "37/48", "35 of 48", "worse"),
        ("alsfrs_r", "37", "35", "worse"),
        ("alsfrs_r", "1/48", "2/48", "better"),
        ("alsfrs_r", "37/40", "35/48", None),
        ("mrc_sum", "48/60", "70 %", None),
        ("mrc_sum", "48/60", "50 points", "better"),
        ("pain_vas", "80", "45 mm", "better"),
        ("pain_vas", "8 cm", "45 mm", None),
        ("fvc", "2500 mL", "3.0 L", None),
        ("fvc", "2.5 L", "3 litres", "better"),
        ("fvc", "3.2 L", "88 % predicted", None),
        ("fvc", "80 % predicted", "88 % predicted", "better"),
    ],
)
def test_scores_are_compared_only_in_one_unit_and_of_one_maximum(instrument, before, after, change):
    document = make_document()
    document["scales"] = [
        {"instrument": instrument, "visit": visit, "value": value}
        for visit, value in (("on-admission", before), ("later", after))
    ]
    record = build(document)
    [row] = scale_table(record.scales, record.visits).rows
    assert row.change == change


def test_several_values_of_one_test_at_one_visit_are_all_shown(client, case):
    texts = {"base_version": str(case.version), "dynamometry-rows": "", "strength-rows": ""}
    for number, (condition, value) in enumerate(
        [("sitting", "11 kg"), ("second trial", "12 kg"), ("", "13 kg"), ("", "14 kg")], 1
    ):
        texts |= {
            f"dynamometry-new{number}-measure": "Grip strength",
            f"dynamometry-new{number}-side": "left",
            f"dynamometry-new{number}-condition": condition,
            f"dynamometry-new{number}-value": value,
        }
    assert client.post(address(case, "strength"), texts).status_code == 302
    assert [row.get("condition") for row in newest(case)["dynamometry"]] == [
        "sitting",
        "second trial",
        None,
        None,
    ]
    report = shown_on(client, case, "caserecords:show-report")
    csv = Caller(case.author).get(f"{address_of(case)}export/csv/?table=dynamometry")
    for page in (report, shown_on(client, case), csv.content.decode()):
        assert all(text in page for text in ("11 kg", "12 kg", "13 kg", "14 kg", "second trial"))


# Grades


def test_the_api_returns_canonical_grades_with_the_text_as_printed(case):
    given = [*EXAMPLES["grades"], *EXAMPLES["words"]]
    document = make_document()
    document["patient"]["code"] = "P-2"
    document["strength"] = [
        {"muscle": f"text:muscle {number}", "grade": text} for number, text in enumerate(given)
    ]
    answer = Caller(case.author).send("POST", LIST, document)
    assert answer.status_code == 201, answer.content
    api = Caller(case.author)
    stored = api.get(answer["Location"]).json()["strength"]
    canonical = EXAMPLES["grades"] | {text: text for text in EXAMPLES["words"]}
    assert [row["grade"] for row in stored] == [canonical[text] for text in given]
    printed = [row.get("printed_grade") for row in stored]
    assert printed == [None if canonical[text] == text else text for text in given]
    assert stored_grades("P-2") == set(canonical.values())
    again = api.send("POST", LIST, {**document, "strength": stored})
    assert api.get(again["Location"]).json()["strength"] == stored


def test_a_grade_that_is_not_the_printed_one_is_rejected(case):
    document = make_document()
    document["strength"][0] |= {"grade": "4", "printed_grade": "3"}
    problem = assert_problem(Caller(case.author).send("POST", LIST, document), 400)
    assert problem["errors"] == [
        {
            "path": "strength[0].printed_grade",
            "message": "3 is not the grade 4: correct one of them",
        }
    ]


def test_grades_typed_in_the_grid_are_canonical_and_shown_as_printed(client, case):
    name = "strength-movement.hip_flexion-left-on-admission"
    texts = {"base_version": str(case.version), name: "IV+"}
    assert client.post(address(case, "strength"), texts).status_code == 302
    row = newest(case)["strength"][0]
    assert (row["grade"], row["printed_grade"]) == ("4+", "IV+")
    page = client.get(address(case, "strength")).content.decode()
    assert 'value="IV+"' in page
    assert "4+ (IV+)" in shown_on(client, case)
    case.refresh_from_db()
    client.post(address(case, "strength"), {"base_version": str(case.version), name: "4"})
    assert "printed_grade" not in newest(case)["strength"][0]


def test_words_in_the_grid_are_kept_and_marked(client, case):
    name = "strength-movement.hip_flexion-left-on-admission"
    texts = {"base_version": str(case.version), name: "weak"}
    assert client.post(address(case, "strength"), texts).status_code == 302
    assert newest(case)["strength"][0]["grade"] == "weak"
    assert "weak is not an MRC grade" in client.get(address(case, "strength")).content.decode()
    for page in ("caserecords:show-case", "caserecords:show-report"):
        assert "weak (not an MRC grade)" in shown_on(client, case, page)


def test_grades_of_earlier_versions_differ_only_in_meaning():
    old = make_document()
    new = copy.deepcopy(old)
    old["strength"][4]["grade"], new["strength"][4]["grade"] = "3−", "3-"
    new["strength"][4]["printed_grade"] = "3−"
    assert differences(old, new) == differences(new, old) == []
    new["strength"][4] |= {"grade": "4", "printed_grade": "M4"}
    assert [one.path for one in differences(old, new)] == [
        "strength[4].grade",
        "strength[4].printed_grade",
    ]


def test_a_version_with_another_spelling_can_be_restored(case):
    old = newest(case)
    old["strength"][4]["grade"] = "3−"
    put_document(case.versions.get(), old)
    save_version(case, case.author, comment="later")
    case.refresh_from_db()
    restore_version(case, 1, case.author, case.version)
    row = newest(case)["strength"][4]
    assert (row["grade"], row["printed_grade"]) == ("3-", "3−")
    assert differences(old, newest(case)) == []


def stored_grades(code):
    """Return the grades of a patient as they are in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT grade FROM patients_strengthscore s JOIN patients_case c"
            " ON c.id = s.case_id JOIN patients_patient p ON p.id = c.patient_id"
            " WHERE p.code = %s",
            [code],
        )
        return {grade for (grade,) in cursor.fetchall()}


@pytest.mark.parametrize(
    "before, after, printed", [("4−", "4-", "4−"), ("2/5", "2", "2/5"), ("3+", "3+", "")]
)
def test_stored_grades_are_migrated_to_canonical_text(case, before, after, printed):
    score = StrengthScore.objects.filter(case=case).first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE patients_strengthscore SET grade = %s WHERE case_id = %s",
            [before, score.case_id.hex if connection.vendor == "sqlite" else score.case_id],
        )
    migration = import_module("patients.migrations.0016_canonical_grades")
    migration.split_grades(apps, SimpleNamespace(connection=connection))
    assert stored_grades(case.patient.code) == {after}
    score.refresh_from_db()
    assert (score.grade.text, score.printed_grade, str(score.grade)) == (
        after,
        printed,
        printed or after,
    )


def test_the_schema_names_the_new_fields():
    properties = document_schema()["properties"]
    assert "printed_grade" in properties["strength"]["items"]["properties"]
    assert "condition" in properties["laboratory"]["items"]["properties"]


# Doses


def phase_after(client, case, **texts):
    """Return the document row of a phase after entering these cells on the treatment page."""
    case.refresh_from_db()
    typed = {"base_version": str(case.version), "treatments-rows": ""}
    typed |= {"treatments-new1-kind": "steroid", "treatments-new1-agent": "prednisolone"}
    typed |= {f"phases.new1-new1-{name}": text for name, text in texts.items()}
    response = client.post(address(case, "treatment"), typed)
    assert response.status_code == 302, response.context["errors"]
    return newest(case)["treatments"][-1]["phases"][0]


DOSES = {
    "60mg od": {"dose": "60 mg", "frequency": "od"},
    "1 g b.i.d.": {"dose": "1 g", "frequency": "b.i.d."},
    "1 g q 12 h": {"dose": "1 g", "frequency": "q 12 h"},
    "20 mg twice daily": {"dose": "20 mg", "frequency": "twice daily"},
    "1 g every 3 weeks": {"dose": "1 g", "frequency": "every 3 weeks"},
    "60 to 10 mg": {"dose": "60 mg", "end_dose": "10 mg"},
    "60 mg tapered to 10 mg over 4 weeks": {
        "dose": "60 mg",
        "end_dose": "10 mg",
        "duration": "4 weeks",
    },
    "10 mg mane": {"dose": "10 mg", "frequency": "mane"},
    "20 mg as needed": {"dose": "20 mg", "frequency": "as needed"},
    "500 mg/d x 5": {"dose": "500 mg/d", "duration": "5 days"},
    "1 g x 3": {"dose": "1 g", "per": "session", "sessions": "3"},
    "0.4 g/kg/day for 5 days": {"dose": "0.4 g/kg/day", "duration": "5 days"},
    "20 mg": {"dose": "20 mg"},
    "high dose": {"dose": "high dose"},
}


def test_a_dose_fills_the_other_empty_cells(client, case):
    for text, expected in DOSES.items():
        row = phase_after(client, case, kind="fixed", dose=text)
        expected = {
            name: value if name in ("frequency", "per") else read_value(value).as_document()
            for name, value in expected.items()
        }
        assert {name: row[name] for name in row if name != "kind"} == expected, text


def test_a_dose_that_contradicts_another_cell_is_kept_as_entered(client, case):
    row = phase_after(client, case, kind="fixed", dose="20 mg bd", frequency="od")
    assert (row["dose"], row["frequency"]) == ({"text": "20 mg bd"}, "od")


@pytest.mark.parametrize(
    "texts, total, daily",
    [
        ({"dose": "20 mg twice daily for three weeks"}, "840 mg", "(40 mg a day)"),
        ({"dose": "60 mg od", "duration": "10 days"}, "600 mg", ""),
        ({"dose": "5 mcg tds for 2 days"}, "30 mcg", "(15 mcg a day)"),
        ({"dose": "0.4 g/kg/day for 5 days"}, "2 g/kg", ""),
        ({"dose": "500 mg/d x 5"}, "2,500 mg", ""),
        ({"dose": "1 g x 3"}, "3 g", ""),
        ({"dose": "60 mg tapered to 10 mg over 4 weeks"}, "", ""),
        ({"dose": "1 g every 3 weeks for 12 weeks"}, "", ""),
        ({"dose": "20 mg", "per": "day", "frequency": "bd", "duration": "5 days"}, "", ""),
        ({"dose": "20 mg as needed for 5 days"}, "", ""),
        ({"dose": "40 mg bd for 1 month"}, "", "(80 mg a day)"),
    ],
)
def test_the_dose_of_a_day_and_the_total_are_computed_where_that_is_safe(
    client, case, texts, total, daily
):
    phase_after(client, case, kind="fixed", **texts)
    report = shown_on(client, case, "caserecords:show-report")
    assert (f"Total dose: {total} (computed" in report) if total else ("Total dose" not in report)
    assert (daily in report) if daily else (" a day)" not in report)
    assert daily in shown_on(client, case)


def test_spellings_of_one_unit_are_added_up():
    document = make_document()
    phases = [
        {"kind": "fixed", "dose": f"10 {unit}", "frequency": "od", "duration": "2 days"}
        for unit in ("mcg", "µg", "micrograms")
    ]
    document["treatments"] = [{"kind": "text:steroid", "agent": "one", "phases": phases}]
    record = build(document)
    [row] = treatment_table(record.treatments, record.phases)
    assert [(one.amount, one.unit) for one in row.cumulative] == [(60, "mcg")]

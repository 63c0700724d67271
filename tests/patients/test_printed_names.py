"""Printed names and words that say more than the catalogue entry that they stand for."""

import json

import pytest
from django.urls import reverse

from patients.catalogue.names import says_more
from patients.models import LaboratoryResult, NeedleEMG
from patients.versions.reading import served_text
from tests.api import LIST, Caller
from tests.factories import make_case, make_document

pytestmark = pytest.mark.django_db
# (field, printed, stored, shown)
EMG = (
    ("muap_polyphasia", "increased", "1+", "increased (1+)"),
    ("fibrillations", "many", "3+", "many (3+)"),
    ("positive_sharp_waves", "rare", "+/-", "rare (+/-)"),
    ("fasciculations", "occasional", "1+", "occasional (1+)"),
    ("muap_amplitude", "giant", "increased", "giant (increased)"),
    ("recruitment", "single unit", "reduced_severe", "single unit (severely reduced)"),
)
ANALYTES = (("Anti-GQ1b IgG", "anti_gq1b"), ("fasting glucose", "blood_glucose"))
PAGES = ("caserecords:show-case", "caserecords:show-report")


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def save(client, case, slug, **texts):
    case.refresh_from_db()
    texts = {name.replace("__", "-"): text for name, text in texts.items()}
    texts |= {"base_version": str(case.version)}
    response = client.post(reverse("patients:edit-section", args=[case.pk, slug]), texts)
    assert response.status_code == 302, response.context["errors"]
    return json.loads(served_text(case.versions.first()))


def shown_on(client, case, name):
    return client.get(reverse(name, args=[case.pk])).content.decode()


def test_words_for_a_grade_are_shown_as_printed_with_the_grade(client, case):
    texts = {f"needle_emg__new1__{name}": printed for name, printed, *_rest in EMG}
    texts |= {"needle_emg__new1__muscle": "deltoid", "needle_emg__rows": ""}
    row = save(client, case, "emg", **texts)["needle_emg"][-1]
    assert [row[name] for name, *_rest in EMG] == [stored for *_rest, stored, _shown in EMG]
    for page in PAGES:
        html = shown_on(client, case, page)
        assert [shown for *_rest, shown in EMG if shown not in html] == [], page
    page = client.get(reverse("patients:edit-section", args=[case.pk, "emg"])).content.decode()
    assert [printed for _name, printed, *_rest in EMG if f'value="{printed}"' not in page] == []
    stored = NeedleEMG.objects.get(muscle="deltoid")
    changes = {f"needle_emg__{stored.pk}__muap_polyphasia": "2+", "needle_emg__rows": ""}
    row = save(client, case, "emg", **changes)["needle_emg"][-1]
    assert row["muap_polyphasia"] == "2+" and "polyphasia" not in row["words"]
    assert "fibrillations: many" in row["words"]


def test_a_name_that_says_more_than_its_entry_is_kept(client, case):
    texts = {"laboratory__rows": ""}
    for number, (printed, _id) in enumerate(ANALYTES, 1):
        texts |= {f"laboratory__new{number}__analyte": printed}
        texts |= {f"laboratory__new{number}__value": "5"}
    save(client, case, "laboratory", **texts)
    rows = LaboratoryResult.objects.filter(words__startswith="analyte: ")
    assert {(row.words.removeprefix("analyte: "), row.analyte) for row in rows} == set(ANALYTES)
    for page in (*PAGES, "patients:edit-section"):
        args = [case.pk] if page in PAGES else [case.pk, "laboratory"]
        html = client.get(reverse(page, args=args)).content.decode()
        assert all(printed in html for printed, _id in ANALYTES), page


def test_the_api_keeps_printed_names_and_words(case):
    document = make_document()
    document["patient"]["code"] = "P-2"
    document["laboratory"] = [{"analyte": name, "value": "5"} for name, _id in ANALYTES]
    words = {name: printed for name, printed, *_rest in EMG}
    document["needle_emg"] = [{"muscle": "deltoid", **words}]
    api = Caller(case.author)
    answer = api.send("POST", LIST, document)
    assert answer.status_code == 201, answer.content
    stored = api.get(answer["Location"]).json()
    assert [(row["words"], row["analyte"]) for row in stored["laboratory"]] == [
        (f"analyte: {name}", id) for name, id in ANALYTES
    ]
    [row] = stored["needle_emg"]
    assert all(f": {printed}" in row["words"] for printed in words.values())
    assert [row[name] for name in words] == [stored for *_rest, stored, _shown in EMG]


@pytest.mark.parametrize(
    "text, known, more",
    [
        ("Anti-GQ1b IgG", "Anti-GQ1b", True),
        ("GQ1b IgM", "Anti-GQ1b", True),
        ("total calcium", "Calcium", True),
        ("high-sensitivity troponin T", "Troponin T", True),
        ("anti-GQ1b antibodies", "Anti-GQ1b", False),
        ("serum sodium", "Sodium", True),
        ("serum sodium", "Sodium serum", False),
        ("CK", "Creatine kinase", False),
        ("the median nerve", "Median", False),
    ],
)
def test_a_name_says_more_by_a_qualifier_or_another_word(text, known, more):
    assert says_more(text, known) is more

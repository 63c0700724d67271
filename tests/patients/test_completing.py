"""The codes and the kind of treatment that a diagnosis or a drug brings from the catalogue."""

import json

import pytest
from django.urls import reverse

from patients.entry.cells import show_codes
from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.models import Comorbidity, Diagnosis, Treatment
from patients.versions.reading import served_text
from tests.factories import make_case

pytestmark = pytest.mark.django_db
GBS = {
    ("ICD-10 (WHO 2019)", "G61.0"),
    ("ICD-10-CM (April 2026)", "G61.0"),
    ("ICD-11 MMS", "8C01.0"),
    ("Orphanet", "ORPHA:2103"),
    ("MONDO", "MONDO:0016218"),
}


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def save(client, case, slug, **cells):
    """Enter cells, by input name with "__" for "-", and return the response."""
    page = SectionPage(case, BY_SLUG[slug])
    rows = {f"{part.prefix}-rows": part.row_numbers for part in page.parts}
    case.refresh_from_db()
    data = page.texts() | rows | {"base_version": str(case.version)}
    data |= {name.replace("__", "-"): text for name, text in cells.items()}
    return client.post(reverse("patients:edit-section", args=[case.pk, slug]), data)


def pairs(row):
    return {(code["system"], code["code"]) for code in row.codes}


def diagnosis(client, case, text="GBS", **cells):
    typed = {"text": text, "status": "final"} | cells
    names = {f"diagnoses__new1__{name}": value for name, value in typed.items()}
    assert save(client, case, "diagnosis", **names).status_code == 302
    return Diagnosis.objects.latest("pk")


def test_a_diagnosis_brings_its_codes_and_keeps_the_text_as_typed(client, case):
    row = diagnosis(client, case)
    assert row.text == "GBS"
    assert pairs(row) == GBS
    document = json.loads(served_text(case.versions.first()))
    saved = next(one for one in document["diagnoses"] if one["text"] == "GBS")
    inexact = [code["system"] for code in saved["codes"] if "display" in code]
    assert inexact == ["ICD-11 MMS"]


@pytest.mark.parametrize("text", ["DM", "Guillain-Barré-like illness"])
def test_a_text_that_names_no_single_entry_brings_no_codes(client, case, text):
    assert diagnosis(client, case, text).codes == []


def test_codes_that_were_entered_are_kept(client, case):
    assert pairs(diagnosis(client, case, codes="ICD-10 G61.8")) == {("ICD-10", "G61.8")}


def test_codes_that_were_cleared_stay_empty_until_another_name_is_entered(client, case):
    row = diagnosis(client, case)
    name = f"diagnoses__{row.pk}__"
    save(client, case, "diagnosis", **{f"{name}codes": ""})
    save(client, case, "diagnosis", **{f"{name}stage": "acute"})
    row.refresh_from_db()
    assert (row.codes, row.stage) == ([], "acute")
    save(client, case, "diagnosis", **{f"{name}text": "CIDP"})
    row.refresh_from_db()
    assert ("Orphanet", "ORPHA:2932") in pairs(row)


def test_codes_that_were_cleared_in_the_browser_before_saving_stay_empty(client, case):
    assert diagnosis(client, case, completed="GBS").codes == []


@pytest.mark.parametrize("name", ["Motor illness", "leeches"])
def test_codes_of_the_name_before_are_removed_for_a_name_outside_the_catalogue(client, case, name):
    row = diagnosis(client, case)
    save(client, case, "diagnosis", **{f"diagnoses__{row.pk}__text": name})
    row.refresh_from_db()
    assert (row.text, row.codes) == (name, [])


def test_a_changed_name_replaces_what_came_with_the_old_one_but_not_what_was_typed(client, case):
    row = diagnosis(client, case)
    codes = show_codes(row.codes)
    name = f"diagnoses__{row.pk}__"
    changes = {f"{name}text": "CIDP", f"{name}codes": f"{codes}; LOCAL 7"}
    save(client, case, "diagnosis", **changes)
    row.refresh_from_db()
    assert ("Orphanet", "ORPHA:2932") in pairs(row) and ("LOCAL", "7") in pairs(row)
    assert ("Orphanet", "ORPHA:2103") not in pairs(row)
    # Filled in the browser for GBS, which was then typed over; the code entered by hand stays.
    typed = {"completed": "GBS", "codes": codes}
    assert ("Orphanet", "ORPHA:2932") in pairs(diagnosis(client, case, "CIDP", **typed))
    by_hand = diagnosis(client, case, "MMN", completed="GBS", codes="ICD-10 G61.9")
    assert pairs(by_hand) == {("ICD-10", "G61.9")}


def test_another_spelling_of_the_same_name_changes_nothing(client, case):
    row = diagnosis(client, case, completed="GBS")
    changes = {f"diagnoses__{row.pk}__text": "Guillain-Barré syndrome"}
    save(client, case, "diagnosis", **changes)
    row.refresh_from_db()
    assert row.codes == []


def test_a_comorbidity_brings_its_codes(client, case):
    save(client, case, "diagnosis", comorbidities__new1__text="sarcoidosis")
    assert Comorbidity.objects.latest("pk").codes


def test_another_agent_replaces_the_code_and_the_kind(client, case):
    save(client, case, "treatment", treatments__new1__agent="prednisone")
    row = Treatment.objects.latest("pk")
    assert (row.kind, pairs(row)) == ("drug", {("ATC", "H02AB07")})
    save(client, case, "treatment", **{f"treatments__{row.pk}__agent": "plasma exchange"})
    row.refresh_from_db()
    assert (row.kind, row.codes) == ("plasma_exchange", [])


def test_a_drug_brings_its_code_and_kind_but_no_route(client, case):
    cells = {"treatments__new1__agent": "IVIG", "treatments__new2__agent": "prednisolone"}
    cells |= {"treatments__new2__route": "Rectal", "treatments__new3__agent": "leeches"}
    cells["treatments__new3__kind"] = "Procedure"
    assert save(client, case, "treatment", **cells).status_code == 302
    first, second, third = Treatment.objects.order_by("-pk")[:3][::-1]
    assert (first.agent, first.kind, first.route) == ("IVIG", "immunoglobulin", "")
    assert pairs(first) == {("ATC", "J06BA02")}
    assert (second.kind, second.route) == ("drug", "rectal")
    assert pairs(second) == {("ATC", "H02AB06")}
    assert (third.kind, third.codes) == ("procedure", [])


def test_what_was_filled_is_visible_when_the_page_has_errors(client, case):
    before = Diagnosis.objects.count()
    page = save(client, case, "diagnosis", diagnoses__new1__text="GBS").content.decode()
    assert "ORPHA:2103" in page and 'value="GBS" data-completed' in page
    assert Diagnosis.objects.count() == before

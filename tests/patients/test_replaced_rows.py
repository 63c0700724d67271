"""Unsaved input is merged by row and chapter, although a document has replaced all rows."""

import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from patients.actions.importing import replace_case
from patients.actions.restoring import restore_version
from patients.actions.row_keys import same_places
from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.entry.undoing import undo_save
from patients.models import Case, Draft, LaboratoryResult, Symptom
from patients.record.document import entered_document, read
from tests.factories import make_case

pytestmark = pytest.mark.django_db
PAGE = "00000000-0000-4000-8000-000000000001"
CHAPTER = "narrative-presentation-text"
TESTS = ("Creatine kinase", "Albumin", "Sodium")


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    LaboratoryResult.objects.filter(case=case).delete()
    post(client, case, "laboratory", {f"laboratory-new{n}-analyte": t for n, t in enumerate(TESTS)})
    post(client, case, "narrative", {CHAPTER: "First."})
    return Case.objects.get(pk=case.pk)


def post(client, case, slug, changes, page="", name="edit-section"):
    """Send the inputs of an entry page as it is now, with changes."""
    shown = SectionPage(case, BY_SLUG[slug])
    texts = shown.texts() | shown.row_lists | changes
    texts |= {"base_version": str(Case.objects.get(pk=case.pk).version), "page": page}
    if page:
        texts["sequence"] = "1"
    answer = client.post(reverse(f"patients:{name}", args=[case.pk, slug]), texts)
    assert answer.status_code == (200 if name == "save-draft" else 302), answer.content.decode()
    return texts


def put(case, change):
    """Replace the case by its document as an API client does, after `change(document)`."""
    document = entered_document(read(case))
    change(document)
    replace_case(case, document, case.author)


def put_title(client, case):
    put(case, lambda document: document["case"].update(title="Another title"))


def put_symptom(client, case):
    assert Symptom.objects.filter(case=case).exists()
    put(case, lambda document: document["symptoms"][0].update(site="thigh"))


def restore(client, case):
    post(client, case, "signs", {"signs-new1-domain": "gait", "signs-new1-finding": "normal"})
    case.refresh_from_db()
    restore_version(case, case.version - 1, case.author, case.version)


def undo(client, case):
    before = case.version
    row = LaboratoryResult.objects.filter(case=case)[1]
    post(client, case, "laboratory", {f"laboratory-{row.pk}-note": "haemolytic"})
    undo_save(case, BY_SLUG["laboratory"], before, before + 1, case.author)


@pytest.mark.parametrize("replace", [put_title, put_symptom, restore, undo])
def test_typing_is_saved_into_its_row_and_chapter_after_all_rows_were_replaced(
    client, case, replace
):
    third = LaboratoryResult.objects.filter(case=case)[2]
    result = {f"laboratory-{third.pk}-value": "140 mmol/L"}
    typed = {
        "laboratory": post(client, case, "laboratory", result, PAGE, "save-draft"),
        "narrative": post(
            client, case, "narrative", {CHAPTER: "More."}, PAGE[:-1] + "2", "save-draft"
        ),
    }
    replace(client, case)
    for slug, texts in typed.items():
        address = reverse("patients:edit-section", args=[case.pk, slug])
        assert client.get(address).status_code == 200
        answer = client.post(address, texts, follow=True)
        if answer.status_code == 409:  # the section itself has changed: check, then save
            shown = answer.context["page"].given
            answer = client.post(address, shown, follow=True)
        assert "Saved as version" in answer.content.decode()
    rows = LaboratoryResult.objects.filter(case=case)
    assert [(row.analyte, bool(row.value)) for row in rows] == [
        ("ck", False),
        ("albumin", False),
        ("sodium", True),
    ]
    assert case.narrative_rows.get().text == "More."
    assert not Draft.objects.filter(case=case).exists()


def test_a_chapter_changed_by_both_shows_both(client, case):
    post(client, case, "narrative", {CHAPTER: "Mine."}, PAGE, "save-draft")
    put(case, lambda document: document["narrative"][0].update(text="Theirs."))
    html = client.get(
        reverse("patients:edit-section", args=[case.pk, "narrative"])
    ).content.decode()
    conflict = html[html.index('id="merge"') :].partition("</section>")[0]
    assert "Mine." in conflict and "Theirs." in conflict and "in the meantime" in conflict
    assert "Mine.</textarea>" in html


def test_a_row_changed_elsewhere_and_here_is_one_row(client, case):
    first = LaboratoryResult.objects.filter(case=case)[0]
    mine = {f"laboratory-{first.pk}-value": "900 U/L"}
    post(client, case, "laboratory", mine, PAGE, "save-draft")
    put(case, lambda document: document["laboratory"][0].update(note="haemolytic"))
    html = client.get(
        reverse("patients:edit-section", args=[case.pk, "laboratory"])
    ).content.decode()
    assert f'name="laboratory-{first.pk}-value"' in html
    rows = set(re.findall(r'name="laboratory-(\d+)-analyte"', html))
    assert len(rows) == LaboratoryResult.objects.filter(case=case).count() == 3


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_each_row_is_replaced_at_most_once_and_equal_tables_in_order(before, after):
    pairs = list(same_places(before, after))
    for places in zip(*pairs, strict=True) if pairs else ():
        assert list(places) == sorted(set(places))
    if len(before) == len(after):
        assert [pair for pair in same_places(before, before)] == [
            (n, n) for n in range(len(before))
        ]

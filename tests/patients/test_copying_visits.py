"""Copying a visit: the entry pages offer its rows for a new visit, and nothing is saved unseen."""

import json

import pytest
from django.urls import reverse

from patients.models import AccessLog, Case, Draft, MotorConduction, StrengthScore, Visit
from patients.versions.reading import served_text
from tests.factories import make_case

pytestmark = pytest.mark.django_db
SECTIONS = ["strength", "conduction"]


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def address(case, slug):
    return reverse("patients:edit-section", args=[case.pk, slug])


def copy(client, case, **changes):
    source = Visit.objects.get(case=case, key="on-admission")
    texts = {"source": source.pk, "label": "Day 8", "sections": SECTIONS}
    return client.post(reverse("patients:copy-visit", args=[case.pk]), texts | changes)


def document_of(case):
    case.refresh_from_db()
    return json.loads(served_text(case.versions.get(number=case.version)))


def texts_of(page):
    """Return {input name: text} of a page of tables, as a browser would send it."""
    texts = {"base_version": str(page.case.version)}
    for part in page.parts:
        texts[f"{part.prefix}-rows"] = part.row_numbers
        for form in part.forms:
            texts |= {f"{form.prefix}-{name}": text for name, text in form.texts.items()}
    return texts


def grid_texts(page):
    return {cell.name: cell.text for row in page.parts[0].rows() for cell in row.cells}


def test_the_record_gets_the_new_visit_and_nothing_else(client, case):
    before = document_of(case)
    assert copy(client, case).url == address(case, "strength")
    after = document_of(case)
    assert after["visits"] == [*before["visits"], {"key": "day-8", "label": "Day 8"}]
    names = before.keys() - {"visits", "computed"}
    assert {name: after[name] for name in names} == {name: before[name] for name in names}
    page = client.get(address(case, "timeline")).content.decode()
    assert "Visit “Day 8” added." in page and 'name="before" value="1"' in page
    undo = reverse("patients:undo-save", args=[case.pk, "timeline"])
    assert client.post(undo, {"before": "1", "after": "2"}).status_code == 302
    undone = document_of(case)
    assert {name: undone[name] for name in names} == {name: before[name] for name in names}
    assert undone["visits"] == before["visits"]
    assert client.get(address(case, "strength")).status_code == 200


def test_rows_are_offered_without_their_results_and_saved_with_one(client, case):
    copy(client, case)
    page = client.get(address(case, "conduction")).context["page"]
    texts = texts_of(page)
    offered = {k: v for k, v in texts.items() if k.startswith("motor_conduction-new1-") and v}
    assert offered == {
        "motor_conduction-new1-visit": "day-8",
        "motor_conduction-new1-nerve": "fibular, deep",
        "motor_conduction-new1-side": "left",
    }
    assert [form.is_offered for form in page.parts[1].forms if not form.is_stored][:2] == [True] * 2
    answer = client.post(reverse("patients:save-draft", args=[case.pk, "conduction"]), texts)
    assert answer.json()["saved_at"] is None and not Draft.objects.exists()
    texts["motor_conduction-new1-amplitude_mv"] = "3"
    client.post(address(case, "conduction"), texts)
    saved = MotorConduction.objects.get(visit__key="day-8")
    assert (saved.nerve, saved.side, str(saved.amplitude_mv)) == ("text:fibular, deep", "left", "3")
    names = texts_of(client.get(address(case, "conduction")).context["page"])
    assert (
        names["motor_conduction-new1-nerve"] == "" if "motor_conduction-new1-nerve" in names else 1
    )
    assert names["sensory_conduction-new1-nerve"] == "sural"


def test_the_strength_grid_starts_empty_at_the_new_visit(client, case):
    copy(client, case)
    page = client.get(address(case, "strength")).context["page"]
    assert page.start_visit == "day-8"
    assert not any(text for name, text in grid_texts(page).items() if name.endswith("-day-8"))


def test_results_are_copied_only_on_request_and_stay_unsaved_until_saved(client, case):
    copy(client, case, values="yes")
    assert not StrengthScore.objects.filter(visit__key="day-8").exists()
    response = client.get(address(case, "strength"))
    texts = grid_texts(response.context["page"])
    assert texts["strength-movement.hip_abduction-left-day-8"] == "2"
    assert response.context["is_unsaved"]
    texts["strength-movement.hip_abduction-left-day-8"] = "3"
    client.post(address(case, "strength"), texts | {"base_version": "2"})
    saved = StrengthScore.objects.filter(visit__key="day-8").order_by("movement")
    assert [(one.movement, str(one.grade).replace("−", "-")) for one in saved] == [
        ("ankle_dorsiflexion", "3-"),
        ("hip_abduction", "3"),
        ("hip_flexion", "5"),
    ]


def test_copied_results_of_a_table_are_saved_as_shown_or_discarded(client, case):
    copy(client, case, values="yes")
    stored = MotorConduction.objects.get(case=case)
    response = client.get(address(case, "conduction"))
    texts = texts_of(response.context["page"])
    copied = texts["motor_conduction-new1-amplitude_mv"]
    assert copied and copied == texts[f"motor_conduction-{stored.pk}-amplitude_mv"]
    assert response.context["is_unsaved"] and not MotorConduction.objects.filter(visit__key="day-8")
    draft = reverse("patients:save-draft", args=[case.pk, "conduction"])
    assert client.post(draft, texts).json()["saved_at"]
    client.post(address(case, "conduction"), {"discard": "1"})
    page = client.get(address(case, "conduction")).context["page"]
    assert not page.is_prefilled and "motor_conduction-new1-amplitude_mv" in texts_of(page)
    assert not Draft.objects.exists()
    assert client.post(address(case, "conduction"), texts).status_code == 302
    assert MotorConduction.objects.filter(visit__key="day-8").count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": " "}, "Enter a name for the visit"),
        ({"label": "On admission"}, "There is already a visit"),
        ({"sections": []}, "Choose at least one section"),
        ({"source": "99999"}, "no longer in the case"),
        ({"source": "x"}, "no longer in the case"),
        ({"sections": ["narrative"]}, "Select a valid choice"),
        ({"sections": ["emg"], "values": "yes"}, "“On admission” has no rows in these sections"),
    ],
)
def test_bad_input_copies_nothing_and_is_kept(client, case, changes, message):
    response = copy(client, case, **changes)
    assert response.status_code == 422 and message in response.content.decode()
    assert Visit.objects.filter(case=case).count() == 2
    assert Case.objects.get(pk=case.pk).copied_visits == {}


def test_the_page_returns_to_where_it_was_opened_and_is_logged(client, case):
    page = reverse("patients:copy-visit", args=[case.pk])
    Visit.objects.create(case=case, key="empty", label="Day 30", position=9)
    shown = client.get(page)
    form = shown.context["form"]
    counts = {visit.key: sum(found.values()) for visit, found in form.counts.items()}
    assert counts["empty"] == 0 and form["source"].initial.key == max(
        (key for key, count in counts.items() if count), key=list(counts).index
    )
    assert "Day 30 (no rows yet)" in shown.content.decode()
    strength = StrengthScore.objects.filter(case=case, visit__key="on-admission").count()
    assert f"On admission: {strength} rows" in dict(form.fields["sections"].choices)["strength"]
    assert AccessLog.objects.filter(case=case, what__endswith="/visits/copy/").exists()
    source = Visit.objects.get(case=case, key="later")
    texts = {"source": source.pk, "label": "Day 9", "sections": SECTIONS}
    assert client.post(f"{page}?next=conduction", texts).url == address(case, "conduction")
    texts["label"] = "Day 10"
    assert client.post(f"{page}?next=//evil", texts).url == address(case, "strength")


def test_a_deleted_visit_is_no_longer_offered(client, case):
    copy(client, case)
    Visit.objects.get(case=case, key="day-8").delete()
    page = client.get(address(case, "conduction")).context["page"]
    assert not any(form.is_offered for part in page.parts for form in part.forms)

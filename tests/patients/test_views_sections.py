"""Entry pages: saving, validation, drafts and concurrent edits."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from patients.access.permissions import get_case
from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG, SECTIONS
from patients.models import (
    Case,
    Draft,
    Event,
    LaboratoryResult,
    NeedleEMG,
    Status,
    StrengthScore,
    Symptom,
)
from patients.versions.reading import served_text
from patients.views.sections import save_section
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db


def address(case, slug, name="edit-section"):
    return reverse(f"patients:{name}", args=[case.pk, slug])


def typed(case, slug, **changes):
    """Return the form data of a page; `changes` are inputs by name, with "__" for "-"."""
    page = SectionPage(case, BY_SLUG[slug])
    shown = {f"{p.prefix}-rows": p.row_numbers for p in page.parts if hasattr(p, "row_numbers")}
    case.refresh_from_db()
    texts = page.texts() | shown | {"base_version": str(case.version)}
    return texts | {name.replace("__", "-"): text for name, text in changes.items()}


def newest(case):
    return json.loads(served_text(case.versions.first()))


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


# Access


@pytest.mark.parametrize("slug", BY_SLUG)
def test_an_author_can_open_every_section(client, case, slug):
    response = client.get(address(case, slug))
    assert response.status_code == 200
    assert b" style=" not in response.content


@pytest.mark.parametrize("name", ["edit-section", "save-draft"])
def test_user_outside_the_team_gets_404(client, case, name):
    client.force_login(make_user())
    assert client.post(address(case, "signs", name)).status_code == 404


@pytest.mark.parametrize("name", ["edit-section", "save-draft"])
def test_an_approved_case_gets_403(client, name):
    case = make_case(status="approved")
    client.force_login(case.author)
    assert client.post(address(case, "signs", name)).status_code == 403


def test_a_team_member_who_is_not_an_author_gets_403(client, case):
    client.force_login(make_user(team=case.team))
    assert client.get(address(case, "signs")).status_code == 403


def test_unknown_section_is_404(client, case):
    assert client.get(f"/cases/{case.pk}/unheard-of/").status_code == 404


# Saving


def test_save_creates_a_version_and_keeps_the_other_rows(client, case):
    changes = {"laboratory-new1-analyte": "CSF protein", "laboratory-new1-value": "36.95 mg/dL"}
    response = client.post(address(case, "laboratory"), typed(case, "laboratory", **changes))
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.version == 2
    stored = newest(case)["laboratory"]
    assert [row["value"] for row in stored] == [{"number": "36.95", "unit": "mg/dL"}]


def test_errors_are_shown_and_nothing_is_saved(client, case):
    changes = {
        "sensory_conduction-new1-nerve": "sural",
        "sensory_conduction-new1-amplitude_uv": "6.5. µV",
        "motor_conduction-new1-nerve": "tibial",
    }
    response = client.post(address(case, "conduction"), typed(case, "conduction", **changes))
    assert response.status_code == 422
    [(where, message)] = response.context["errors"]
    assert where == "id_sensory_conduction-new1-amplitude_uv"
    assert "row 3 (sural)" in message.lower() and "amplitude" in message and "6.5. µV" in message
    assert 'value="6.5. µV"' in response.content.decode()
    assert case.versions.count() == 1
    assert len(newest(case)["motor_conduction"]) == 1


def test_values_are_shown_as_entered(client, case):
    changes = {
        "sensory_conduction-new1-nerve": "sural",
        "sensory_conduction-new1-amplitude_uv": "6 µV both sides",
        "sensory_conduction-new2-nerve": "superficial fibular",
        "sensory_conduction-new2-amplitude_uv": "n",
        "motor_conduction-new1-nerve": "tibial",
        "motor_conduction-new1-side": "left",
        "motor_conduction-new1-amplitude_mv": "46.8 % of right",
    }
    assert (
        client.post(address(case, "conduction"), typed(case, "conduction", **changes)).status_code
        == 302
    )
    document = newest(case)
    assert document["motor_conduction"][-1]["amplitude_mv"] == {"percent": "46.8", "of": "right"}
    both, absent = document["sensory_conduction"][-2:]
    assert (both["side"], both["amplitude_uv"]) == ("both", {"number": "6", "unit": "µV"})
    assert absent["amplitude_uv"] == {"state": "no_response"}
    page = client.get(address(case, "conduction")).content.decode()
    for text in ("6 µV", "no response", "46.8% of right"):
        assert f'value="{text}"' in page


def test_a_value_for_both_sides_is_rejected_in_a_row_of_one_side(client, case):
    changes = {
        "sensory_conduction-new1-nerve": "sural",
        "sensory_conduction-new1-side": "left",
        "sensory_conduction-new1-amplitude_uv": "6 µV both sides",
    }
    response = client.post(address(case, "conduction"), typed(case, "conduction", **changes))
    assert "side of the row is left" in response.context["errors"][0][1]


def test_emg_grades_have_shortcuts_and_words_for_grades_are_kept(client, case):
    changes = {
        "needle_emg-new1-muscle": "tibialis anterior",
        "needle_emg-new1-fibrillations": "2",
        "needle_emg-new1-fasciculations": "few",
        "needle_emg-new1-recruitment": "N",
        "needle_emg-new1-muap_amplitude": "giant",
        "needle_emg-new1-words": "see table",
        "needle_emg-new1-active_denervation": "yes",
    }
    client.post(address(case, "emg"), typed(case, "emg", **changes))
    row = NeedleEMG.objects.get()
    assert (row.fibrillations, row.positive_sharp_waves) == ("2+", "")
    assert row.active_denervation is True
    grades = (row.fasciculations, row.recruitment, row.muap_amplitude)
    assert grades == ("1+", "normal", "increased")
    assert row.words == "see table; fasciculations: few; MUAP amplitude: giant"


def test_text_not_in_the_catalogue_is_kept_and_marked(client, case):
    changes = {"laboratory-new1-analyte": "moon dust", "laboratory-new1-value": "<5"}
    client.post(address(case, "laboratory"), typed(case, "laboratory", **changes))
    assert LaboratoryResult.objects.get().analyte == "text:moon dust"
    page = client.get(address(case, "laboratory")).content.decode()
    assert "not in the catalogue, kept as text: analyte" in page


def test_rows_can_be_added_without_javascript(client, case):
    texts = typed(case, "signs", **{"signs-new1-domain": "gait", "add": "signs"})
    response = client.post(address(case, "signs"), texts)
    page = response.content.decode()
    assert 'value="gait"' in page or 'value="Gait"' in page
    assert "signs-new4-domain" in page
    assert case.versions.count() == 1


def test_rows_can_be_moved_and_deleted(client, case):
    first, second = case.sensoryconduction_rows.all()
    changes = {f"sensory_conduction-{second.pk}-order": "1"}
    client.post(address(case, "conduction"), typed(case, "conduction", **changes))
    assert [row["side"] for row in newest(case)["sensory_conduction"]] == ["right", "left"]
    changes = {f"sensory_conduction-{second.pk}-delete": "on"}
    client.post(address(case, "conduction"), typed(case, "conduction", **changes))
    assert [row["side"] for row in newest(case)["sensory_conduction"]] == ["left"]


# The timeline


def test_events_can_refer_to_each_other_in_one_save(client, case):
    changes = {
        "events-new1-label": "Pain",
        "events-new1-placement": "5 days before first fall",
        "events-new2-label": "First fall",
        "events-new2-placement": "-25d",
        "visits-new1-label": "At the fall",
        "visits-new1-event": "First fall",
    }
    response = client.post(address(case, "timeline"), typed(case, "timeline", **changes))
    assert response.status_code == 302, response.context["errors"]
    pain, fall = newest(case)["events"][-2:]
    assert (pain["key"], pain["placement"]["anchor"]) == ("pain", "first-fall")
    assert fall["placement"]["offset"] == "-25"
    assert newest(case)["visits"][-1]["event"] == "first-fall"
    assert newest(case)["computed"]["days"]["pain"] == -30


def test_a_renamed_event_keeps_its_key_and_references(client, case):
    event = Event.objects.get(case=case, key="weakness")
    changes = {f"events-{event.pk}-label": "Weakness of the leg"}
    client.post(address(case, "timeline"), typed(case, "timeline", **changes))
    event.refresh_from_db()
    assert (event.key, event.label) == ("weakness", "Weakness of the leg")
    assert Symptom.objects.get(case=case).onset == event


def test_an_event_in_use_cannot_be_deleted(client, case):
    event = Event.objects.get(case=case, key="weakness")
    texts = typed(case, "timeline", **{f"events-{event.pk}-delete": "on"})
    response = client.post(address(case, "timeline"), texts)
    [(_where, message)] = response.context["errors"]
    assert "You cannot delete “Weakness”" in message and "symptom: weakness (onset)" in message
    assert Event.objects.filter(pk=event.pk).exists()


def test_events_in_a_cycle_are_rejected(client, case):
    event = Event.objects.get(case=case, key="weakness")
    changes = {
        f"events-{event.pk}-placement": "2 days after pain",
        "events-new1-label": "Pain",
        "events-new1-placement": "2 days after weakness",
    }
    response = client.post(address(case, "timeline"), typed(case, "timeline", **changes))
    assert "dated relative to each other" in response.context["errors"][0][1]


# Treatment and narrative


def test_a_course_is_entered_with_its_phases(client, case):
    changes = {
        "treatments-new1-kind": "Drug",
        "treatments-new1-agent": "prednisolone",
        "treatments-new1-status": "given",
        "phases.new1-new1-kind": "taper",
        "phases.new1-new1-duration": "5 days",
    }
    client.post(address(case, "treatment"), typed(case, "treatment", **changes))
    first, second = newest(case)["treatments"]
    assert first["phases"][0]["kind"] == "fixed"
    assert second["phases"] == [{"kind": "taper", "duration": {"number": "5", "unit": "days"}}]


def test_a_chapter_is_added_in_order_and_removed_when_empty(client, case):
    chapter = case.narrative_rows.get()
    changes = {
        "narrative-patient_perspective-text": "I walk again.",
        "narrative-discussion-text": "A\r\nB",
    }
    client.post(address(case, "narrative"), typed(case, "narrative", **changes))
    chapters = newest(case)["narrative"]
    assert [row["chapter"] for row in chapters] == [
        "presentation",
        "discussion",
        "patient_perspective",
    ]
    assert chapters[1]["text"] == "A\nB"
    changes = {f"narrative-{chapter.chapter}-text": ""}
    client.post(address(case, "narrative"), typed(case, "narrative", **changes))
    assert len(newest(case)["narrative"]) == 2


# The patient


def test_patient_and_case_are_edited_on_one_page(client, case):
    changes = {"patient-title": "Another title", "patient-age_at_presentation": "6 months"}
    changes |= {"patient-birth_year": "1990"}
    client.post(address(case, "patient"), typed(case, "patient", **changes))
    document = newest(case)
    assert document["case"]["title"] == "Another title"
    assert document["patient"]["age_at_presentation"] == {"number": "6", "unit": "months"}
    assert document["patient"]["birth_year"] == 1990


def test_age_and_code_are_checked(client, case):
    other = make_case(team=case.team)
    changes = {"patient-age_at_presentation": "74 mV", "patient-code": other.patient.code}
    response = client.post(address(case, "patient"), typed(case, "patient", **changes))
    messages = " ".join(message for _where, message in response.context["errors"])
    assert (
        "not an age" in messages and "Another patient in the team already has this code" in messages
    )
    assert case.versions.count() == 1


# Strength


def cell(movement, visit="on-admission", side="left"):
    return f"strength-movement.{movement}-{side}-{visit}"


def test_an_invalid_grade_is_shown_and_nothing_is_saved(client, case):
    texts = typed(case, "strength", **{cell("ankle_dorsiflexion"): "26"})
    texts[cell("knee_extension")] = "4"
    response = client.post(address(case, "strength"), texts)
    [(_where, message)] = response.context["errors"]
    assert message.startswith("Ankle dorsiflexor, left, On admission: 26 is not an MRC grade")
    assert 'value="26"' in response.content.decode()
    assert not StrengthScore.objects.filter(case=case, movement="knee_extension").exists()


def test_grades_are_stored_row_by_row(client, case):
    texts = typed(case, "strength")
    texts |= {cell("hip_extension"): "3+", cell("hip_extension", "later"): "n"}
    texts |= {cell("hip_abduction"): "", "strength-new1": "Tibialis anterior"}
    texts |= {"strength-new1-left-later": "4−"}
    response = client.post(address(case, "strength") + "?set=leg_short&sides=left", texts)
    assert response.status_code == 302
    rows = newest(case)["strength"]
    assert [row.get("movement", row.get("muscle")) for row in rows] == [
        "hip_flexion",
        "hip_flexion",
        "hip_abduction",
        "hip_extension",
        "hip_extension",
        "ankle_dorsiflexion",
        "ankle_dorsiflexion",
        "tibialis_anterior",
    ]
    assert rows[4]["grade"] == "not tested"
    assert rows[-1]["grade"] == "4-" and rows[-1]["printed_grade"] == "4−"


def test_query_parameters_choose_the_rows_and_sides(client, case):
    page = client.get(address(case, "strength") + "?set=arm&sides=both").content.decode()
    assert cell("elbow_flexion", side="right") in page
    assert cell("hip_flexion") in page  # shown because it has grades


def test_the_grid_keeps_the_source_wording_of_a_grade(client, case):
    score = StrengthScore.objects.filter(case=case).first()
    texts = typed(case, "strength-rows", **{f"strength-{score.pk}-words": "full power"})
    client.post(address(case, "strength-rows"), texts)
    client.post(address(case, "strength"), typed(case, "strength", **{cell("hip_flexion"): "4"}))
    row = newest(case)["strength"][0]
    assert (row["grade"], row["words"]) == ("4", "full power")


# Drafts


def test_an_error_does_not_affect_blank_rows(client, case):
    page = SectionPage(case, BY_SLUG["strength"])
    name = next(name for name, text in page.texts().items() if text == "3-")
    untouched = {"visit": "", "measure": "", "side": "not_stated", "value": "", "instrument": ""}
    sent = {f"dynamometry-new1-{column}": text for column, text in untouched.items()}
    answer = client.post(address(case, "strength"), typed(case, "strength") | sent | {name: "26"})
    html = answer.content.decode()
    assert answer.status_code == 422 and "26 is not an MRC grade" in html
    assert "This field is required" not in html and "Enter the " not in html


def test_a_draft_is_shown_again_and_deleted_on_save(client, case):
    texts = typed(case, "signs", **{"signs-new1-domain": "gait", "signs-new1-finding": "normal"})
    answer = client.post(address(case, "signs", "save-draft"), texts)
    assert answer.status_code == 200 and answer.json()["saved_at"]
    assert "csrf" not in Draft.objects.get().data
    page = client.get(address(case, "signs")).content.decode()
    assert "Unsaved changes from" in page
    assert case.versions.count() == 1
    client.post(address(case, "signs"), texts)
    assert not Draft.objects.exists()
    assert newest(case)["signs"] == [{"domain": "gait", "side": "not_stated", "finding": "normal"}]


def test_a_draft_is_private_and_can_be_discarded(client, case):
    texts = typed(case, "signs", **{"signs-new1-domain": "gait"})
    client.post(address(case, "signs", "save-draft"), texts)
    other = make_user(team=case.team)
    case.co_authors.add(other)
    client.force_login(other)
    assert "You have unsaved changes" not in client.get(address(case, "signs")).content.decode()
    client.force_login(case.author)
    client.post(address(case, "signs"), {"discard": "1"})
    assert not Draft.objects.exists()


def test_a_draft_without_changes_is_deleted(client, case):
    changed = typed(case, "signs", **{"signs-new1-domain": "gait"})
    client.post(address(case, "signs", "save-draft"), changed)
    assert Draft.objects.exists()
    answer = client.post(address(case, "signs", "save-draft"), typed(case, "signs"))
    assert answer.json()["saved_at"] is None
    assert not Draft.objects.exists()


# Two people, two tabs


def test_submitting_a_page_twice_creates_rows_once(client, case):
    changes = {"events-new1-label": "Pain", "events-new1-placement": "-30d"}
    texts = typed(case, "timeline", **changes)
    for _time in range(2):
        assert client.post(address(case, "timeline"), texts).status_code == 302
    assert Event.objects.filter(case=case, label="Pain").count() == 1
    case.refresh_from_db()
    assert case.version == 2


def test_the_second_save_shows_both_versions(client, case):
    mine = typed(case, "strength", **{cell("hip_flexion"): "4", cell("hip_extension"): "3"})
    theirs = typed(case, "strength", **{cell("hip_flexion"): "4+", cell("knee_extension"): "5"})
    assert client.post(address(case, "strength"), theirs).status_code == 302
    response = client.post(address(case, "strength"), mine)
    assert response.status_code == 409
    assert newest(case)["strength"][0]["grade"] == "4+"
    conflict = [choice for choice in response.context["choices"] if choice.is_conflict]
    assert [(c.before, c.theirs, c.mine) for c in conflict] == [("5", "4+", "4")]
    merged = response.context["page"].given
    assert merged[cell("hip_flexion")] == "4"
    assert merged[cell("knee_extension")] == "5"
    merged |= {"base_version": str(response.context["base_version"])}
    assert client.post(address(case, "strength"), merged).status_code == 302
    grades = {row["movement"]: row["grade"] for row in newest(case)["strength"][::-1]}
    assert grades["hip_flexion"] == "4"
    assert (grades["knee_extension"], grades["hip_extension"]) == ("5", "3")


def test_two_tabs_on_the_patient_show_both_titles(client, case):
    mine = typed(case, "patient", **{"patient-title": "Mine", "patient-summary": "My summary"})
    client.post(address(case, "patient"), typed(case, "patient", **{"patient-title": "Theirs"}))
    response = client.post(address(case, "patient"), mine)
    assert response.status_code == 409
    shown = {c.name: (c.before, c.theirs, c.mine) for c in response.context["choices"]}
    assert shown["patient-title"] == ("Leg weakness after pain", "Theirs", "Mine")
    assert shown["patient-summary"] == ("", "", "My summary")


def test_rows_of_both_tabs_are_kept(client, case):
    mine = typed(case, "laboratory", **{"laboratory-new1-analyte": "CSF glucose"})
    theirs = typed(case, "laboratory", **{"laboratory-new1-analyte": "CSF protein"})
    client.post(address(case, "laboratory"), theirs)
    response = client.post(address(case, "laboratory"), mine)
    assert response.status_code == 409
    texts = response.context["page"].given | {"base_version": "2"}
    assert client.post(address(case, "laboratory"), texts).status_code == 302
    found = [row["analyte"] for row in newest(case)["laboratory"]]
    assert found == ["csf_protein", "csf_glucose"]


def test_saving_another_section_is_not_a_conflict(client, case):
    mine = typed(case, "laboratory", **{"laboratory-new1-analyte": "CSF glucose"})
    client.post(address(case, "strength"), typed(case, "strength", **{cell("hip_flexion"): "4"}))
    assert client.post(address(case, "laboratory"), mine).status_code == 302


@pytest.mark.parametrize("slug", [section.slug for section in SECTIONS])
def test_invalid_form_data_causes_no_server_error(client, case, slug):
    key = BY_SLUG[slug].keys[0]
    texts = {f"{key}-{row}-{name}": "\x00☃" for row in ("new1", "77") for name in NONSENSE}
    texts |= {"base_version": "minus one", f"{key}-rows": "a,b", "strength-new1": "x" * 500}
    response = client.post(address(case, slug), texts)
    assert response.status_code in (302, 409, 422)


NONSENSE = ("label", "visit", "side", "order", "text", "placement", "value", "kind", "codes")


def test_the_timeline_drawing_follows_the_input(client, case):
    texts = typed(case, "timeline") | {
        "events-new1-label": "Plateau reached",
        "events-new1-placement": "10 days before admission",
    }
    drawing = client.post(address(case, "timeline", "save-draft"), texts).json()["drawing"]
    assert "<svg" in drawing and "Plateau reached" in drawing and "−10" in drawing


def test_events_in_a_cycle_are_drawn_without_days(client, case):
    texts = typed(case, "timeline") | {
        "events-new1-label": "First",
        "events-new1-placement": "1 day after Second",
        "events-new2-label": "Second",
        "events-new2-placement": "1 day after First",
    }
    answer = client.post(address(case, "timeline", "save-draft"), texts)
    assert answer.status_code == 200 and "First" in answer.json()["drawing"]


def test_a_page_opened_before_submission_cannot_be_saved(case, rf):
    """The status is checked again under the lock."""
    texts = typed(case, "signs")
    request = rf.post(address(case, "signs"), texts)
    request.user = case.author
    stale = get_case(request, case.pk, edit=True)
    type(case).objects.filter(pk=case.pk).update(status=Status.SUBMITTED)
    with pytest.raises(PermissionDenied):
        save_section(request, stale, BY_SLUG["signs"], texts)


# Forged form data


@pytest.mark.parametrize("slug", BY_SLUG)
def test_stored_rows_submitted_as_new_are_rejected(client, case, slug):
    """Each stored row is submitted under the name of a new row, without a base version."""
    texts = {}
    for name, text in typed(case, slug).items():
        table, _dash, rest = name.partition("-")
        row, _dash, column = rest.partition("-")
        if row.isdigit() and column:
            texts[f"{table}-new{row}-{column}"] = text
    response = client.post(address(case, slug), texts)
    assert response.status_code in (302, 422)


def test_a_chapter_saved_by_somebody_else_is_not_overwritten(client, case):
    page = {"narrative-presentation-text": "Mine.", "base_version": str(case.version)}
    theirs = {"narrative-presentation-text": "Theirs."}
    client.post(address(case, "narrative"), typed(case, "narrative", **theirs))
    response = client.post(address(case, "narrative"), page)
    html = response.content.decode()
    assert response.status_code == 409 and "Theirs." in html and "Mine.</textarea>" in html
    assert case.narrative_rows.get().text == "Theirs."


# Save and go to the next section


def test_save_and_go_opens_the_next_section_of_the_navigation(client, case):
    changes = {"laboratory-new1-analyte": "CSF protein", "laboratory-new1-value": "36.95 mg/dL"}
    texts = typed(case, "laboratory", **changes) | {"go_on": "1"}
    assert (
        "Save and go to Imaging findings"
        in client.get(address(case, "laboratory")).content.decode()
    )
    response = client.post(address(case, "laboratory"), texts, follow=True)
    assert response.redirect_chain == [(address(case, "imaging-findings"), 302)]
    assert "Laboratory saved as version 2." in response.content.decode()
    assert len(newest(Case.objects.get(pk=case.pk))["laboratory"]) == 1


def test_save_and_go_stays_on_the_page_if_there_are_errors(client, case):
    changes = {"laboratory-new1-analyte": "CSF protein", "laboratory-new1-value": "3.5.2"}
    texts = typed(case, "laboratory", **changes) | {"go_on": "1"}
    assert client.post(address(case, "laboratory"), texts).status_code == 422


def test_after_the_last_section_save_and_go_leads_to_the_case(client, case):
    assert "Save and go to the case" in client.get(address(case, "narrative")).content.decode()
    answer = client.post(address(case, "narrative"), typed(case, "narrative") | {"go_on": "1"})
    assert answer.url == reverse("caserecords:show-case", args=[case.pk])

"""Status changes: submit, return to draft, approve, return to the authors."""

import pytest
from django.urls import reverse

from caserecords.demo.load import read_case
from patients.actions.importing import import_case
from patients.actions.review import STEPS, take_step
from patients.models import Case, Draft, Role, Status
from patients.versions.saving import save_version
from tests.factories import make_case, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def reviewer(case):
    return make_user("reviewer", case.team, Role.REVIEWER)


def send(client, case, user, step, **data):
    client.force_login(user)
    url = reverse("caserecords:change-status", args=[case.pk])
    answer = client.post(url, {"step": step, "version": case.version} | data)
    case.refresh_from_db()
    return answer


def test_confirmation_shows_the_case_and_changes_nothing(client, case):
    client.force_login(case.author)
    url = reverse("caserecords:change-status", args=[case.pk])
    page = client.get(url, {"step": "submit"}).content.decode()
    assert case.title in page
    case.refresh_from_db()
    assert case.status == Status.DRAFT


def test_author_submits_and_returns_to_draft(client, case):
    assert send(client, case, case.author, "submit").status_code == 302
    assert case.status == Status.SUBMITTED
    send(client, case, case.author, "withdraw")
    assert case.status == Status.DRAFT
    comments = [version.comment for version in case.versions.order_by("number")]
    assert comments == ["", "Submitted for review", "Returned to draft"]


def test_approval_records_the_reviewer(client, case, reviewer):
    send(client, case, case.author, "submit")
    send(client, case, reviewer, "approve", reason="Well documented")
    assert case.status == Status.APPROVED
    version = case.versions.get(number=3)
    assert (version.saved_by, version.comment) == (reviewer, "Approved: Well documented")


def test_returning_needs_a_reason(client, case, reviewer):
    send(client, case, case.author, "submit")
    page = send(client, case, reviewer, "return").content.decode()
    assert "Enter what the authors should change." in page
    assert case.status == Status.SUBMITTED
    send(client, case, reviewer, "return", reason="Which side?")
    assert case.status == Status.DRAFT
    assert case.versions.get(number=3).comment == "Returned to the authors: Which side?"


@pytest.mark.parametrize("step", ["approve", "return"])
def test_author_cannot_review(client, case, step):
    send(client, case, case.author, "submit")
    assert send(client, case, case.author, step, reason="x").status_code == 403
    assert case.status == Status.SUBMITTED


@pytest.mark.parametrize("step", ["approve", "return"])
def test_a_reviewer_cannot_review_a_case_as_its_co_author(client, case, reviewer, step):
    case.co_authors.add(reviewer)
    send(client, case, case.author, "submit")
    assert send(client, case, reviewer, step, reason="x").status_code == 403
    assert case.status == Status.SUBMITTED


@pytest.mark.parametrize("role", [Role.READER, Role.CLINICIAN, Role.REVIEWER])
def test_only_authors_can_submit(client, case, role):
    assert send(client, case, make_user(team=case.team, role=role), "submit").status_code == 403
    assert case.status == Status.DRAFT


@pytest.mark.parametrize("step", STEPS)
def test_user_outside_the_team_gets_404(client, case, step):
    stranger = make_user("stranger", make_team(), Role.REVIEWER)
    assert send(client, case, stranger, step).status_code == 404


@pytest.mark.parametrize("step", STEPS)
def test_an_approved_case_has_no_steps(client, case, reviewer, step):
    send(client, case, case.author, "submit")
    send(client, case, reviewer, "approve")
    for user in (case.author, reviewer):
        assert send(client, case, user, step, reason="x").status_code == 403
    assert case.status == Status.APPROVED


def test_a_submitted_case_is_not_editable(client, case):
    send(client, case, case.author, "submit")
    page = client.get(reverse("caserecords:show-case", args=[case.pk]))
    assert not page.context["can_edit"]


def test_a_stale_page_changes_nothing(client, case):
    case.version -= 1
    answer = send(client, case, case.author, "submit")
    assert answer.status_code == 302
    assert case.status == Status.DRAFT
    assert "has changed since you opened this page" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("step", ["", "publish"])
def test_an_unknown_step_is_404(client, case, step):
    assert send(client, case, case.author, step).status_code == 404


def test_an_invalid_version_number_is_rejected(client, case):
    assert send(client, case, case.author, "submit", version="x").status_code == 200
    assert case.status == Status.DRAFT


def test_a_double_submit_creates_one_version(client, case):
    send(client, case, case.author, "submit")
    assert send(client, case, case.author, "submit").status_code == 403
    assert case.versions.count() == 2


def test_a_long_reason_is_truncated(case, reviewer):
    take_step(case, STEPS["submit"], case.author)
    version = take_step(case, STEPS["return"], reviewer, "x" * 400)
    assert len(version.comment) == 300


# Unsaved sections


def type_in(client, case, section, **texts):
    """Autosave an entry page as the author: the stored values, with those in `texts` changed."""
    client.force_login(case.author)
    page = client.get(reverse("patients:edit-section", args=[case.pk, section])).context["page"]
    url = reverse("patients:save-draft", args=[case.pk, section])
    assert (
        client.post(url, page.texts() | {"base_version": case.version} | texts).status_code == 200
    )


def narrative_input(case):
    """Return the name of the text input of the case's only chapter."""
    return f"narrative-{case.narrative_rows.get().chapter}-text"


def test_submitting_with_unsaved_sections_asks_first(client, case):
    type_in(client, case, "patient", **{"patient-title": "Typed title"})
    type_in(client, case, "narrative", **{narrative_input(case): "Typed text."})
    answer = send(client, case, case.author, "submit")
    assert answer.status_code == 409 and case.status == Status.DRAFT
    page = answer.content.decode()
    assert "2 sections have unsaved changes" in page
    for section in ("patient", "narrative"):
        assert reverse("patients:edit-section", args=[case.pk, section]) in page


def test_unsaved_sections_are_saved_before_submitting(client, case):
    type_in(client, case, "patient", **{"patient-title": "Typed title"})
    type_in(client, case, "narrative", **{narrative_input(case): "Typed text."})
    answer = send(client, case, case.author, "submit", save_drafts="1")
    assert "2 sections saved." in client.get(answer.url).content.decode()
    assert (case.title, case.status, case.version) == ("Typed title", Status.DRAFT, 3)
    assert case.narrative_rows.filter(text="Typed text.").exists()
    assert send(client, case, case.author, "submit").status_code == 302
    assert case.status == Status.SUBMITTED


def test_unsaved_sections_are_discarded_before_submitting(client, case):
    type_in(client, case, "patient", **{"patient-title": "Typed title"})
    answer = send(client, case, case.author, "submit", discard_drafts="1")
    assert "Unsaved changes of 1 section discarded." in client.get(answer.url).content.decode()
    assert (case.title, case.version) == ("Leg weakness after pain", 1)
    assert not Draft.objects.exists()


def test_a_section_with_an_error_is_named_and_kept(client, case):
    type_in(client, case, "patient", **{"patient-title": ""})
    type_in(client, case, "narrative", **{narrative_input(case): "Typed text."})
    answer = send(client, case, case.author, "submit", save_drafts="1")
    page = answer.content.decode()
    assert answer.status_code == 422 and case.status == Status.DRAFT
    assert "1 section saved." in page and "Patient and case</a>: 1 error to fix." in page
    assert Draft.objects.get().section == "patient"
    assert case.narrative_rows.filter(text="Typed text.").exists()


def test_a_section_that_someone_else_changed_is_not_overwritten(client, case):
    type_in(client, case, "patient", **{"patient-title": "Mine"})
    Case.objects.filter(pk=case.pk).update(title="Theirs")
    save_version(case, make_user())
    page = send(client, case, case.author, "submit", save_drafts="1").content.decode()
    assert "This section was changed after you started" in page
    assert case.title == "Theirs" and Draft.objects.get().section == "patient"


def test_drafts_of_other_authors_are_mentioned_and_kept(client, case):
    other = make_user("colleague")
    case.co_authors.add(other)
    Draft.objects.create(case=case, user=other, section="signs", data="", base_version=1)
    client.force_login(case.author)
    url = reverse("caserecords:change-status", args=[case.pk])
    page = client.get(url, {"step": "submit"}).content.decode()
    assert "Unsaved changes in Signs" in page and "colleague" in page
    send(client, case, case.author, "submit")
    assert case.status == Status.SUBMITTED and Draft.objects.exists()


def test_reviewers_are_not_asked_about_drafts(client, case, reviewer):
    Draft.objects.create(case=case, user=reviewer, section="signs", data="", base_version=1)
    send(client, case, case.author, "submit")
    send(client, case, reviewer, "approve")
    assert case.status == Status.APPROVED


def test_submitting_names_the_open_checks(client):
    case = import_case(read_case("published_case"), make_team(), make_user())
    client.force_login(case.author)
    count = case.summary_row.open_checks
    address = reverse("caserecords:change-status", args=[case.pk])
    page = client.get(address, {"step": "submit"}).content.decode()
    assert count > 1 and f"{count} possible errors and gaps are open." in page


def test_a_returned_case_shows_who_returned_it_and_why(client, case, reviewer):
    take_step(case, STEPS["submit"], case.author)
    take_step(case, STEPS["return"], reviewer, "State the side.")
    client.force_login(case.author)
    address = reverse("caserecords:show-case", args=[case.pk])
    page = client.get(address).content.decode()
    assert "Returned by" in page and reviewer.username in page and ": State the side." in page
    take_step(case, STEPS["submit"], case.author)
    assert "Returned by" not in client.get(address).content.decode()


def test_a_section_under_review_says_why_and_leads_back_to_the_case(client, case):
    take_step(case, STEPS["submit"], case.author)
    client.force_login(case.author)
    response = client.get(reverse("patients:edit-section", args=[case.pk, "signs"]))
    page = response.content.decode()
    assert response.status_code == 403
    assert "This case is under review and cannot be edited." in page
    assert reverse("caserecords:show-case", args=[case.pk]) in page

"""Undo in the message after a save brings a section back as it was, in a new version."""

import re

import pytest
from django.urls import reverse

from patients.actions.importing import import_case
from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.models import Event, LaboratoryResult, Status, StrengthScore, Visit
from patients.versions.reading import document_of
from tests.caserecords.test_round_trip import entered
from tests.factories import make_case, make_team, make_user
from tests.filled import filled_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def address(case, slug, name="edit-section"):
    return reverse(f"patients:{name}", args=[case.pk, slug])


def record(case):
    case.refresh_from_db()
    return entered(document_of(case.versions.get(number=case.version)))


def save(client, case, slug, **changes):
    """Save changes; return the fields of the Undo button in the message."""
    texts = {"base_version": str(case.version)} | changes
    answer = client.post(address(case, slug), texts, follow=True)
    html = answer.content.decode()
    case.refresh_from_db()
    assert f"Saved as version {case.version}." in html
    form = html[html.index(address(case, slug, "undo-save")) :].partition("</form>")[0]
    return dict(re.findall(r'name="(before|after)" value="(\d+)"', form))


def undo(client, case, slug, fields):
    return client.post(address(case, slug, "undo-save"), fields, follow=True).content.decode()


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_section_comes_back_as_it_was(client, slug):
    document, team = filled_document(), make_team()
    author = make_user(team=team)
    document.pop("imaging")
    case = import_case(document, team, author)
    client.force_login(author)
    before, others = record(case), Visit.objects.get(case=case).pk
    texts = SectionPage(case, BY_SLUG[slug]).texts()
    removed = {name: "on" for name in texts if name.endswith("-delete")}
    cleared = {name: "" for name in texts if name.endswith(("-text", "-summary", "-left-one"))}
    if slug == "timeline":  # its rows are in use
        removed = {name: "renamed" for name in texts if name.endswith("-label")}
    fields = save(client, case, slug, **(removed or cleared))
    assert record(case) != before
    assert "Undone. Saved as version 3." in undo(client, case, slug, fields)
    assert record(case) == before and case.version == 3
    assert Visit.objects.get(case=case).pk == others


def test_added_events_and_visits_are_removed_and_deleted_ones_come_back(client, case):
    before, later = record(case), Visit.objects.get(case=case, key="later")
    added = {"events-new1-label": "Relapse", "visits-new1-label": "At the relapse"}
    fields = save(client, case, "timeline", **added)
    undo(client, case, "timeline", fields)
    assert record(case) == before
    StrengthScore.objects.filter(case=case, visit=later).delete()
    fields = save(client, case, "timeline", **{f"visits-{later.pk}-delete": "on"})
    assert not Visit.objects.filter(case=case, key="later").exists()
    undo(client, case, "timeline", fields)
    assert record(case)["visits"] == before["visits"]


def test_nothing_is_undone_if_the_section_has_changed_again(client, case):
    lab = {"laboratory-new1-analyte": "CSF protein"}
    fields = save(client, case, "laboratory", **lab)
    save(client, case, "signs", **{"signs-new1-domain": "gait", "signs-new1-finding": "normal"})
    row = LaboratoryResult.objects.get(case=case)
    again = save(client, case, "laboratory", **{f"laboratory-{row.pk}-note": "second sample"})
    now = record(case)
    assert "was changed again, so nothing was undone" in undo(client, case, "laboratory", fields)
    for wrong in ({}, {"before": "9", "after": "10"}, {"before": "x", "after": "²"}):
        assert "nothing was undone" in undo(client, case, "laboratory", wrong)
    assert record(case) == now
    undo(client, case, "laboratory", again)
    assert "note" not in record(case)["laboratory"][0]
    assert record(case)["signs"] == now["signs"]


def test_an_event_that_another_section_uses_meanwhile_is_kept(client, case):
    fields = save(client, case, "timeline", **{"visits-new1-label": "At the relapse"})
    visit = Visit.objects.get(case=case, label="At the relapse")
    lab = {"laboratory-new1-analyte": "CSF protein", "laboratory-new1-visit": visit.key}
    save(client, case, "laboratory", **lab)
    assert "other sections now use" in undo(client, case, "timeline", fields)
    assert (
        Visit.objects.filter(pk=visit.pk).exists() and Event.objects.filter(case=case).count() == 3
    )


def test_a_case_under_review_is_not_changed(client, case):
    fields = save(client, case, "patient", **{"patient-title": "Another title"})
    case.status = Status.SUBMITTED
    case.save()
    assert client.post(address(case, "patient", "undo-save"), fields).status_code == 403
    assert record(case)["case"]["title"] == "Another title"

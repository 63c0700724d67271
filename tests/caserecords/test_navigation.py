"""The section navigation of the case page, the entry pages and the images page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.entry.navigation import ATTENTION, EMPTY, FILLED, PARTLY, UNSAVED
from patients.entry.sections import BY_SLUG, SECTIONS
from patients.models import Draft, Role
from tests.factories import make_case, make_user
from tests.patients.test_tables import load

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
GROUPS = ["History", "Examination", "Tests", "Conclusion", "Review"]


@pytest.fixture
def case(client):
    case = make_case(document=load("published_case"))
    client.force_login(case.author)
    return case


def open_section(client, case, slug="strength"):
    return client.get(reverse("patients:edit-section", args=[case.pk, slug]))


def lines_of(answer):
    return {line.slug: line for line in answer.context["navigation"].lines}


def make_draft(case, section, user=None):
    return Draft.objects.create(
        case=case, user=user or case.author, section=section, data="a=b", base_version=case.version
    )


@pytest.mark.parametrize("page", ["case", "section", "images"])
def test_every_section_is_listed_in_groups_with_its_state_and_count(client, case, page):
    address = {
        "case": reverse("caserecords:show-case", args=[case.pk]),
        "section": reverse("patients:edit-section", args=[case.pk, "signs"]),
        "images": reverse("imaging:list-series", args=[case.pk]),
    }[page]
    answer = client.get(address)
    navigation, lines = answer.context["navigation"], lines_of(answer)
    assert [group.title for group in navigation.groups] == GROUPS
    assert {section.slug for section in SECTIONS} | {"imaging", "checks", "care"} == set(lines)
    counts = {slug: (line.state, line.count) for slug, line in lines.items()}
    assert counts["patient"] == (FILLED, "")
    assert counts["timeline"] == (FILLED, "10")  # events, without visits
    assert counts["strength"] == (FILLED, "14")
    assert counts["conduction"] == (FILLED, "6")
    assert counts["narrative"] == (ATTENTION, "5")  # chapters, without references
    assert counts["scales"] == (EMPTY, "")
    assert counts["checks"] == (ATTENTION, str(len(open_checks(client, case))))
    assert counts["care"] == (PARTLY, "8/30")
    html = answer.content.decode()
    for words in ("(filled)", "(empty)", "(needs attention)", "(partly met)"):
        assert words in html
    assert html.count('aria-label="Sections"') == 1


def open_checks(client, case):
    return client.get(reverse("caserecords:show-checks", args=[case.pk])).context["checks"].open


def test_open_contradiction_marks_its_section(client):
    codes = [{"system": "ICD-10", "code": "G54.5", "display": "Neuralgic amyotrophy"}]
    case = make_case(
        visits=[], events=[], strength=[], sensory_conduction=[], motor_conduction=[],
        symptoms=[{"name": "pain", "side": "left"}, {"name": "pain", "side": "left"}],
        diagnoses=[{"text": "x", "status": "final", "codes": codes}],
    )  # fmt: skip
    client.force_login(case.author)
    contradicted = {
        one.section for one in open_checks(client, case) if one.severity == "contradiction"
    }
    lines = lines_of(open_section(client, case))
    assert {slug for slug, line in lines.items() if line.state == ATTENTION} - {
        "checks"
    } == contradicted


def test_own_draft_is_unsaved_and_that_of_another_author_is_not(client, case):
    friend = make_user("friend", case.team)
    case.co_authors.add(friend)
    make_draft(case, "signs")
    make_draft(case, "scales", friend)
    answer = open_section(client, case)
    lines = lines_of(answer)
    assert (lines["signs"].state, lines["scales"].state) == (UNSAVED, EMPTY)
    before_the_templates, *_marks = answer.content.decode().split("<template")
    assert before_the_templates.count("(unsaved)") == 1


def test_draft_of_the_detailed_view_belongs_to_strength(client, case):
    make_draft(case, "strength-rows")
    assert lines_of(open_section(client, case, "signs"))["strength"].state == UNSAVED


@pytest.mark.parametrize("newest", ["strength", "strength-rows"])
def test_newest_of_two_strength_drafts_is_shown_and_continued(client, case, newest):
    saved = timezone.now() - timedelta(hours=2)
    for section in ("strength", "strength-rows"):
        make_draft(case, section)
        later = timedelta(hours=section == newest)
        Draft.objects.filter(section=section).update(saved_at=saved + later)
    answer = client.get(reverse("caserecords:show-case", args=[case.pk]))
    assert lines_of(answer)["strength"].draft_saved_at == saved + timedelta(hours=1)
    (step,) = [one for one in answer.context["next"].steps if one.draft_saved_at]
    page = reverse("patients:edit-section", args=[case.pk, newest])
    assert (step.address, step.draft_saved_at) == (page, saved + timedelta(hours=1))
    html = answer.content.decode()
    card = html[html.index('id="strength"') :].partition("</section>")[0]
    assert f'<a href="{page}">Continue<' in card


def test_draft_is_shown_on_the_case_page(client, case):
    make_draft(case, "signs")
    html = client.get(reverse("caserecords:show-case", args=[case.pk])).content.decode()
    assert "1 section unsaved" in html
    card = html[html.index('id="signs"') :].partition("</section>")[0]
    assert "Unsaved changes from" in card and "Not part of the case yet." in card


@pytest.mark.parametrize("slug", BY_SLUG)
def test_current_section_is_marked(client, case, slug):
    html = open_section(client, case, slug).content.decode()
    marked = "strength" if slug == "strength-rows" else slug
    assert html.count('aria-current="page"') == html.count(
        f'href="/cases/{case.pk}/{marked}/" aria-current="page"'
    )
    assert f'href="/cases/{case.pk}/{marked}/" aria-current="page"' in html


def test_readers_get_links_to_cards_instead_of_forms(client, case):
    client.force_login(make_user(team=case.team, role=Role.READER))
    html = client.get(reverse("imaging:list-series", args=[case.pk])).content.decode()
    assert f'href="/cases/{case.pk}/#strength"' in html
    assert f'href="/cases/{case.pk}/strength/"' not in html
    assert f'href="/cases/{case.pk}/#scales"' not in html  # an empty section has no card

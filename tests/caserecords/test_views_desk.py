"""The case page."""

import pytest
from django.urls import reverse

from patients.entry.sections import SECTIONS
from patients.models import AccessLog, Membership, Role, Status
from tests.factories import make_case, make_document, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case()


def open_desk(client, case, user=None):
    client.force_login(user or case.author)
    return client.get(reverse("caserecords:show-case", args=[case.pk]))


def test_author_sees_every_section_with_a_link_to_its_page(client, case):
    page = open_desk(client, case).content.decode()
    assert page.count("<h1") == 1
    for section in SECTIONS:
        assert f'href="/cases/{case.pk}/{section.slug}/"' in page


def test_desk_shows_the_entered_values(client, case):
    page = open_desk(client, case).content.decode()
    for words in ("74 years", "day −25", "4.1 % of right", "6 µV", "1000 mg", "3−", "2+"):
        assert words in page
    assert page.count('<span class="better">') == 2


def test_text_not_in_the_catalogue_is_marked(client, case):
    page = open_desk(client, case).content.decode()
    assert '<span class="unlisted" title="not in the catalogue">sural</span>' in page


def test_missing_values_are_shown_as_not_recorded(client):
    document = make_document(events=[], visits=[], symptoms=[], strength=[])
    for key in ("motor_conduction", "sensory_conduction", "diagnoses", "treatments", "narrative"):
        document.pop(key)
    document["patient"] = {"code": "P-0"}
    case = make_case(document=document)
    page = open_desk(client, case).content.decode()
    assert "age not recorded, sex not recorded" in page
    assert page.count("nothing entered yet") == len(
        SECTIONS
    )  # all but the patient section, plus images


def test_markup_is_escaped(client):
    case = make_case(title="<script>alert(1)</script>", symptoms=[{"name": "<b>pain</b>"}])
    page = open_desk(client, case).content.decode()
    assert "<script>alert" not in page
    assert "<b>pain" not in page


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.CLINICIAN])
def test_other_members_can_read_but_not_edit(client, case, role):
    page = open_desk(client, case, make_user(team=case.team, role=role))
    assert page.status_code == 200
    assert f'/cases/{case.pk}/strength/"' not in page.content.decode()


def test_an_approved_case_has_no_edit_links_or_steps(client):
    case = make_case(status=Status.APPROVED)
    page = open_desk(client, case).content.decode()
    assert f'/cases/{case.pk}/strength/"' not in page
    assert "status/?step=" not in page


def test_co_author_can_edit(client, case):
    friend = make_user("friend")
    case.co_authors.add(friend)
    assert open_desk(client, case, friend).context["can_edit"]


def test_user_outside_the_team_gets_404_without_details(client, case):
    answer = open_desk(client, case, make_user("stranger", make_team()))
    assert answer.status_code == 404
    assert case.title not in answer.content.decode()


def test_a_former_member_gets_404(client, case):
    user = make_user("left", case.team)
    Membership.objects.filter(user=user).delete()
    assert open_desk(client, case, user).status_code == 404


def test_opening_is_logged(client, case):
    open_desk(client, case)
    assert AccessLog.objects.get().what == f"GET /cases/{case.pk}/"


def test_desk_needs_thirteen_queries_for_any_size(client, django_assert_max_num_queries):
    rows = [
        {"visit": visit, "muscle": f"text:muscle {number}", "side": "left", "grade": "4"}
        for number in range(100)
        for visit in ("on-admission", "later")
    ]
    case = make_case(strength=rows)
    client.force_login(case.author)
    with django_assert_max_num_queries(13):
        client.get(reverse("caserecords:show-case", args=[case.pk]))

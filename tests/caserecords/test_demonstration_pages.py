"""What only the demonstration shows: its logins on the sign-in page, and the tour of its pages."""

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from caserecords.demo.load import load_demonstration
from caserecords.demo.users import USERS
from patients.actions.review import STEPS, take_step
from patients.models import Case
from tests.factories import make_case

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
LOGIN = "/accounts/login/"


@pytest.fixture
def demonstration(settings, tmp_path):
    """Load the demonstration, record it in a temporary data folder, and return the record."""
    settings.DATA = tmp_path
    loaded = load_demonstration()
    (tmp_path / "demonstration.json").write_text(json.dumps(loaded))
    return loaded


def sign_in(client, name):
    user = get_user_model().objects.get(username=name)
    client.force_login(user)
    return user


def next_pages(client):
    """Follow the tour; yield the HTML of each page's panel."""
    assert "Take the tour" in client.get("/").content.decode()
    address = client.post("/tour/").url
    while address:
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200
        panel = re.search(r'<nav class="tour".*?</nav>', answer.content.decode(), re.DOTALL)[0]
        yield panel
        found = re.search(r'href="([^"]+)">Next', panel)
        address = found and found[1]


def test_sign_in_page_names_each_login_and_signs_in_with_one_button(client, demonstration):
    html = client.get(LOGIN).content.decode()
    for login in demonstration["users"]:
        assert login["password"] in html
        assert str(USERS[login["username"]].can) in html
        data = {"username": login["username"], "password": login["password"], "next": ""}
        assert client.post(LOGIN, data).url == reverse("caserecords:home")
        client.post("/accounts/logout/")
    assert html.count("Sign in as") == len(USERS)


def test_all_people_of_the_demonstration_say_that_they_are_invented(demonstration):
    assert all("(invented)" in user.get_full_name() for user in get_user_model().objects.all())


def test_other_sites_show_neither_logins_nor_the_tour(client, settings, tmp_path):
    settings.DATA = tmp_path
    case = make_case()
    client.force_login(case.author)
    home = client.get("/").content.decode()
    assert "Take the tour" not in home
    assert client.post("/tour/").status_code == 404
    client.post("/accounts/logout/")
    assert "Logins of this demonstration" not in client.get(LOGIN).content.decode()


def test_a_site_that_others_can_reach_shows_no_passwords(client, settings, demonstration):
    settings.BEHIND_TLS = True
    assert demonstration["users"][0]["password"] not in client.get(LOGIN).content.decode()


def test_tour_leads_an_author_through_six_pages(client, demonstration):
    sign_in(client, "clinician")
    panels = list(next_pages(client))
    titles = [re.search(r"Tour (\d of \d: [\w ]+)<", panel)[1] for panel in panels]
    assert titles == [
        "1 of 6: Work list",
        "2 of 6: Case",
        "3 of 6: Enter strength",
        "4 of 6: Images",
        "5 of 6: Report",
        "6 of 6: Review",
    ]
    assert all("End tour" in panel for panel in panels)
    assert "Back" not in panels[0] and "Next" not in panels[-1]


@pytest.mark.parametrize("name", ["colleague", "reviewer", "reader"])
def test_tour_only_has_pages_that_the_user_may_open(client, demonstration, name):
    sign_in(client, name)
    assert len(list(next_pages(client))) == 6


def test_tour_leaves_out_editing_once_the_case_is_submitted(client, demonstration):
    user = sign_in(client, "clinician")
    take_step(Case.objects.get(pk=demonstration["cases"][0]), STEPS["submit"], user)
    assert "Strength before and after" in list(next_pages(client))[2]


def test_a_user_without_cases_is_not_offered_the_tour(client, demonstration):
    sign_in(client, "stranger")
    assert "Take the tour" not in client.get("/").content.decode()
    assert client.post("/tour/").status_code == 404


def test_tour_is_shown_on_its_pages_until_it_is_ended(client, demonstration):
    sign_in(client, "clinician")
    assert 'class="tour"' not in client.get("/").content.decode()
    client.post("/tour/")
    assert 'class="tour"' in client.get("/").content.decode()
    assert 'class="tour"' not in client.get("/teams/").content.decode()
    client.post("/tour/end/")
    assert 'class="tour"' not in client.get("/").content.decode()

"""The strength comparison of two visits."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_case, make_team, make_user
from tests.patients.test_tables import load

pytestmark = pytest.mark.django_db


def address(case):
    return reverse("caserecords:compare-strength", args=[case.pk])


def page(client, case, query=""):
    client.force_login(case.author)
    response = client.get(address(case) + query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def published():
    return make_case(document=load("published_case"))


def body_rows(html):
    return re.findall(r"<tr.*?</tr>", html[html.index("<tbody") : html.index("</tbody>")], re.S)


def test_seven_rows_have_five_better_and_two_the_same(client, published):
    html = page(client, published)
    rows = body_rows(html)
    assert len(rows) == 7
    shown = '{}</span> <span class="change-word">{}</span>'
    assert sum(shown.format("▲", "better") in row for row in rows) == 5
    assert sum(shown.format("=", "same") in row for row in rows) == 2
    assert "5 better, 2 the same" in html


def test_changed_only_is_a_link(client, published):
    everything, changed = page(client, published), page(client, published, "?changed=1")
    assert 'href="?changed=1"' in everything
    assert "compare only-changed" in changed
    assert sum("unchanged" in row for row in body_rows(changed)) == 2


def test_each_side_has_its_own_columns(client):
    html = page(client, make_case(document=load("invented_case")), "?to=relapse")
    head = html[html.index("<thead") : html.index("</thead>")]
    assert "Left" in head and "Right" in head
    assert head.count("Change") == 2
    assert "limited by pain" in html and "not comparable" in html


def test_any_two_visits_can_be_selected_by_url(client):
    case = make_case(document=load("invented_case"))
    html = page(client, case, "?from=relapse&to=after-immunoglobulin&changed=1")
    head = html[html.index("<thead") : html.index("</thead>")]
    assert head.index("Relapse") < head.index("After immunoglobulin")
    assert "First visit" not in head
    assert '<option value="relapse" selected>' in html
    assert 'href="?from=relapse&amp;to=after-immunoglobulin"' in html
    assert "not tested" in html


@pytest.mark.parametrize("query", ["", "?from=nonsense", "?from=first-visit&to=first-visit"])
def test_first_and_last_visit_are_compared_by_default(client, query):
    html = page(client, make_case(document=load("invented_case")), query)
    assert "15 better, 1 the same" in html


def test_sum_score_or_its_missing_groups_are_shown(client, published):
    assert "Shoulder abductor (left, right)" in page(client, published)
    html = page(client, make_case(document=load("invented_case")), "?to=relapse")
    assert "46 of 60" in html
    assert "an interval across two whole grades: Ankle dorsiflexor (right)" in html


def test_body_maps_show_both_visits_and_the_change(client, published):
    html = page(client, published)
    assert html.count('<figure class="body-map"') == 3
    assert "<title>Ankle dorsiflexor, left: 3−</title>" in html
    assert "<title>Ankle dorsiflexor, left: better</title>" in html


def test_three_or_more_visits_have_trends(client, published):
    assert "All visits" not in page(client, published)
    html = page(client, make_case(document=load("invented_case")))
    assert html.count('<li class="trend">') == 8
    assert "evenly spaced for display only" in html
    assert "Horizontal axis: days from the index event" in html


def test_one_visit_has_no_change_and_no_toggle(client):
    rows = [{"visit": "on-admission", "movement": "hip_flexion", "side": "left", "grade": "4"}]
    html = page(client, make_case(strength=rows))
    assert "better" not in html
    assert "only-changed" not in html


def test_page_without_grades_explains_what_to_enter(client):
    assert "No strength has been entered" in page(client, make_case(strength=[]))


def test_comparison_needs_few_queries(client, published):
    client.force_login(published.author)
    client.get(address(published))
    with CaptureQueriesContext(connection) as queries:
        client.get(address(published))
    assert len(queries) <= 12


def test_user_outside_the_team_gets_404(client, published):
    client.force_login(make_user(team=make_team()))
    assert client.get(address(published)).status_code == 404


def test_anonymous_user_is_redirected_to_sign_in(client, published):
    assert client.get(address(published)).status_code == 302


def test_post_is_rejected(client, published):
    client.force_login(published.author)
    assert client.post(address(published)).status_code == 405

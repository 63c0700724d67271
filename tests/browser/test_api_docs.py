"""The API page in a real browser: its index and its example."""

import json
import shlex
from string import Template
from urllib.request import Request, urlopen

import pytest

from patients.models import ApiToken
from tests.browser.conftest import sign_in
from tests.factories import make_case, make_team, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]


def test_index_jumps_and_the_example_works_as_pasted(browser_page, live_server):
    user = make_user(team=make_team())
    case = make_case(user)
    sign_in(browser_page, live_server, user)
    browser_page.goto(f"{live_server.url}/api/docs/")
    index = browser_page.get_by_role("navigation", name="Calls")
    index.get_by_role("link", name="GET /cases/{id}/", exact=True).click()
    call = browser_page.locator("article:target")
    assert call.get_by_role("heading", level=3).inner_text() == "GET /api/v1/cases/{id}/"
    line = Template(call.locator("pre").inner_text())
    curl, h, header, address = shlex.split(
        line.substitute(TOKEN=ApiToken.objects.issue(user), ID=case.pk)
    )
    assert (curl, h) == ("curl", "-H")
    with urlopen(Request(address, headers=dict([header.split(": ")]))) as answer:
        assert json.load(answer)["case"]["title"] == case.title

"""The API's page in a real browser: it renders under the strict CSP and asks nobody else."""

import pytest

from tests.browser.conftest import sign_in
from tests.factories import make_team, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_page_of_the_api_renders(browser_page, live_server):
    hosts = set()
    browser_page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    sign_in(browser_page, live_server, make_user(team=make_team()))
    browser_page.goto(f"{live_server.url}/api/docs/")
    browser_page.get_by_text("The case document: the whole case").click()
    browser_page.get_by_role("button", name="Try it out").click()
    assert browser_page.get_by_role("button", name="Execute").is_visible()
    assert hosts == {live_server.url.removeprefix("http://")}

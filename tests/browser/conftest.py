"""Fixtures for tests in a real browser: $CHROMIUM, or a Chromium on the PATH."""

import os
import shutil
import time
from threading import get_ident

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import sync_playwright

from tests import PASSWORD

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")  # fastest first
PATIENCE_S = 20
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium():
    """Return the path of a Chromium program, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def chromium():
    """A running browser; tests are skipped if there is none."""
    path = find_chromium()
    if not path:
        pytest.skip("no Chromium found: install the chromium package, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def quiet_server(live_server):
    """The live server; at the end of a test, wait for pending requests such as autosaves.

    Otherwise they would write to the database while it is being flushed.
    """
    at_work = set()

    def begin(**_signal):
        at_work.add(get_ident())

    def end(**_signal):
        at_work.discard(get_ident())

    request_started.connect(begin)
    request_finished.connect(end)
    yield live_server
    deadline = time.monotonic() + PATIENCE_S
    while at_work and time.monotonic() < deadline:
        time.sleep(0.05)
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def browser_page(chromium, quiet_server):
    """A signed-out page, 1366 × 768 pixels; script errors and CSP violations fail the test."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(60_000)  # a busy machine renders slowly
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield page
    context.close()
    assert not errors, errors


def eventually(page, holds, seconds=20):
    """Wait until `holds()` is true; fail the test if it is still false after `seconds`."""
    for _turn in range(seconds * 10):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail(f"the condition was not met within {seconds} s")


def save(page):
    """Save an entry page with the keyboard; return when the page that says so has loaded."""
    with page.expect_event("load"):
        page.keyboard.press("Control+s")
    page.locator(".notice-success", has_text="Saved as version").wait_for()


def sign_in(page, live_server, user):
    """Sign a user in by setting the session cookie, without the sign-in page."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])


def sign_in_by_page(page, live_server, user):
    """Sign a user in on the sign-in page."""
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/")

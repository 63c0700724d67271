"""Nothing typed is lost: every page with autosave, against a server that is really restarted."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import requests
from django.db import connection

from patients.entry.sections import BY_SLUG
from tests import PASSWORD
from tests.browser.conftest import save
from tests.imaging.orthanc import free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db,
]  # the database is copied
ROOT = Path(__file__).parents[2]
SERVER = "-m granian --interface wsgi caserecords.wsgi:application --no-ws --log-level error --port"
SETUP = """
import json
from tests.factories import make_case, make_user
case = make_case()
print(json.dumps({"case": str(case.pk), "user": case.author.username,
                  "other": make_user(team=case.team).username}))
"""
TYPE = """(form, words) => {
    const isText = (one) => one.name && (one.tagName === "TEXTAREA" || one.type === "text");
    for (const cell of [...form.elements].filter(isText)) {
        cell.value = `${words} ${cell.name}`;
        cell.dispatchEvent(new Event("input", { bubbles: true }));
    }
}"""
CONTENT = "form => Object.fromEntries(new FormData(form))"


class Site:
    """The site in a process of its own, on a copy of the test database with one case."""

    def __init__(self, folder, database):
        self.folder = folder
        self.environment = os.environ | {"CASERECORDS_DATA": str(folder), "DATABASE_URL": ""}
        del self.environment["DATABASE_URL"]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with closing(sqlite3.connect(database)) as source, closing(self.connect()) as target:
            source.backup(target)  # migrated, and much faster than migrating again
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        self.known = json.loads(self.manage("shell", "--no-imports", "-c", SETUP))
        self.process = None
        self.start()

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def connect(self):
        return sqlite3.connect(self.folder / "caserecords.sqlite3", timeout=20)

    def execute(self, *statements):
        """Run SQL on the site's database; return the rows of the last statement."""
        with closing(self.connect()) as database, database:
            return [database.execute(one).fetchall() for one in statements][-1]

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, *SERVER.split(), str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _try in range(300):
            try:
                return requests.get(f"{self.url}/healthz", timeout=5).raise_for_status()
            except requests.ConnectionError:
                time.sleep(0.1)
        raise RuntimeError("the site did not start")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup):
    if connection.vendor != "sqlite":
        pytest.skip("the site of this test uses SQLite")
    site = Site(tmp_path_factory.mktemp("site"), connection.settings_dict["NAME"])
    yield site
    site.stop()


@pytest.fixture
def page(chromium, site):
    context = chromium.new_context(base_url=site.url, viewport={"width": 1366, "height": 768})
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(page, site.known["user"])
    yield page
    context.close()
    assert not errors


def sign_in(page, name):
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main form:has(#id_username) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/$"))


def sign_in_elsewhere(page, name):
    other = page.context.new_page()
    sign_in(other, name)
    other.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")


def address(site, slug):
    return "/cases/new/" if slug == "new case" else f"/cases/{site.known['case']}/{slug}/"


def type_in_every_field(page, words):
    """Type in the text fields of a page; return {name: text} of the form."""
    form = page.locator("#entry")
    form.evaluate(TYPE, words)
    return form.evaluate(CONTENT)


def typed(content, words):
    return {name: text for name, text in content.items() if words in text}


def wait_stored(page):
    page.wait_for_selector("text=/Unsaved changes stored \\d\\d:\\d\\d/")


def stored_texts(page):
    return page.locator("#entry").evaluate(CONTENT)


PAGES = ["new case", *BY_SLUG]


def test_session_server_and_network_are_lost_while_typing_on_every_page(page, site):
    """On each page: 0 characters are lost, and the page says what is wrong."""
    for number, slug in enumerate(PAGES):
        page.goto(address(site, slug))
        trouble = ("session", "server", "network")[number % 3]
        lose_and_return(page, site, trouble, slug)


def lose_and_return(page, site, trouble, slug):
    words = f"{trouble} {slug} lost"
    {
        "session": lambda: site.execute("DELETE FROM django_session"),
        "server": site.stop,
        "network": lambda: page.context.set_offline(True),
    }[trouble]()
    content = type_in_every_field(page, words)
    assert typed(content, words), slug
    said = {"session": "You are signed out", "server": "The server does not respond"}
    page.wait_for_selector(f"text={said.get(trouble, 'Offline. What you typed')}")
    assert typed(stored_texts(page), words) == typed(content, words)
    {
        "session": lambda: sign_in_elsewhere(page, site.known["user"]),
        "server": site.start,
        "network": lambda: page.context.set_offline(False),
    }[trouble]()
    wait_stored(page)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(slug), dialog.accept()))
    page.goto("/")
    if slug == "new case":
        page.get_by_role("link", name=re.compile(words)).click()
    else:
        page.goto(address(site, slug))
    page.wait_for_selector("text=Unsaved changes from")
    # Each text names its field. The new visit that was typed is now one of the page's visits.
    found = set(typed(stored_texts(page), words).values())
    assert found >= set(typed(content, words).values()), slug
    assert asked == []
    site.execute("DELETE FROM patients_draft", "DELETE FROM patients_unsavedcase")


def test_a_page_is_saved_after_signing_in_again_and_never_for_another_user(page, site):
    words = "session lost at saving"
    path = address(site, "narrative")
    page.goto(path)
    versions = site.execute("SELECT count(*) FROM patients_caseversion")
    page.locator("#entry textarea").first.fill(words)
    site.execute("DELETE FROM django_session")
    page.keyboard.press("Control+s")
    page.wait_for_selector("text=You are signed out. What you typed is lost if")
    assert page.url.endswith(path)
    sign_in_elsewhere(page, site.known["other"])
    page.wait_for_selector("text=Another user is signed in now.")
    assert site.execute("SELECT count(*) FROM patients_caseversion") == versions
    assert words not in str(site.execute("SELECT data FROM patients_draft"))
    sign_in_elsewhere(page, site.known["user"])
    page.wait_for_selector("text=/Saved as version/")
    assert words in stored_texts(page).values()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector("text=/Undone. Saved as version/")
    assert not typed(stored_texts(page), words)


def hold_saving(page, path):
    """Hold each POST to a page; return the list of held routes."""
    held = []
    page.route(
        re.compile(re.escape(path) + r"(\?.*)?$"),
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    return held


def test_what_is_typed_while_saving_is_shown_as_unsaved_where_it_was_typed(page, site):
    """Before and after the server has saved; on a new row; twice; with the focus and the scroll."""
    path = address(site, "laboratory")
    page.set_viewport_size({"width": 1366, "height": 400})
    page.goto(path)
    held = hold_saving(page, path)
    for number, words in enumerate(("before the server saves", "after the server has saved")):
        analyte, note = (
            page.locator(f"tbody.is-new [name^=laboratory-][name$=-{name}]").first
            for name in ("analyte", "note")
        )
        analyte.fill(f"substance {number}")
        if not note.is_visible():
            page.locator("tbody.is-new summary").first.click()
        note.fill("saved")
        newest = versions(site)
        page.keyboard.press("Control+s")
        page.wait_for_selector("text=Saving to the case")
        route = wait_for(page, held)
        answer = route.fetch(max_redirects=0) if number else None
        page.keyboard.type(f" {words}")
        wait_for_state(page, "stored")
        top = note.bounding_box()["y"]
        route.fulfill(response=answer) if answer else route.continue_()
        page.wait_for_selector(f".notice >> text=Saved as version {newest + 1}.", state="attached")
        page.wait_for_selector("text=Unsaved changes from", state="attached")
        assert page.locator("#merge").count() == 0
        page.wait_for_function(
            "text => document.activeElement.value === text", arg=f"saved {words}"
        )
        assert "new" not in page.locator(":focus").get_attribute("name")
        assert number or abs(page.locator(":focus").bounding_box()["y"] - top) < 2
    page.keyboard.press("Control+s")
    wait_for(page, held).continue_()
    page.wait_for_selector(f"[data-draft-state] >> text=Saved as version {versions(site) + 1}.")
    rows = site.execute("SELECT analyte, note FROM patients_laboratoryresult ORDER BY position")
    assert rows == [
        ("text:substance 0", "saved before the server saves"),
        ("text:substance 1", "saved after the server has saved"),
    ]
    assert not site.execute("SELECT data FROM patients_draft")


def wait_for_state(page, words):
    """Wait until the status line of the page has changed to one with these words."""
    line = page.locator("[data-draft-state]")
    line.filter(has_text="Storing").wait_for()
    line.filter(has_text=words).wait_for()


def wait_for(page, held):
    for _turn in range(100):
        if held:
            return held.pop()
        page.wait_for_timeout(50)
    raise AssertionError("nothing was sent")


def versions(site):
    return site.execute("SELECT max(number) FROM patients_caseversion")[0][0]


def check_says_why_the_case_cannot_be_edited(page, site, field):
    """The page keeps the text and sends it only when more is typed; saving keeps it, too."""
    sent = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/draft/") else None)
    site.execute("UPDATE patients_case SET status = 'submitted'")
    page.keyboard.type("typed too late")
    trouble = page.locator("[data-not-sent]").get_by_text("This case is under review")
    trouble.wait_for()
    requests_sent = len(sent)
    page.wait_for_timeout(1500)  # longer than the pause before a draft is sent
    assert len(sent) == requests_sent
    assert trouble.is_visible() and "typed too late" in field.input_value()
    page.keyboard.press("Control+s")
    page.wait_for_selector("h1:has-text('Not saved yet')")
    assert "typed too late" in page.locator("main .typed").first.inner_text()
    site.execute("UPDATE patients_case SET status = 'draft'")
    page.get_by_role("button", name="Send again").click()
    page.wait_for_selector("text=/Saved as version/")


def test_input_is_stored_while_typing_goes_on_and_nowhere_in_the_browser(page, site):
    site.execute("DELETE FROM patients_draft")
    page.goto(address(site, "narrative"))
    field = page.locator("#entry textarea").first
    field.focus()
    begin = time.monotonic()
    while time.monotonic() - begin < 4 and not site.execute("SELECT data FROM patients_draft"):
        page.keyboard.type("pain ", delay=40)  # never a pause of a second
    assert site.execute("SELECT data FROM patients_draft")
    wait_stored(page)
    kept = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length,
            (await indexedDB.databases()).length, (await caches.keys()).length]"""
    )
    assert kept == [0, 0, 0, 0]
    check_says_why_the_case_cannot_be_edited(page, site, field)
    assert "no-store" in page.request.get(address(site, "narrative")).headers["cache-control"]


def check_asks_before_leaving(page):
    """Only a changed text field asks, and no longer once it is as before; and a rejected form."""
    field = page.locator("main form [type=text], main form textarea").first
    before, asked = field.input_value(), []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    field.click()
    page.keyboard.press("End")
    page.keyboard.type(" changed")
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"] and field.input_value() == f"{before} changed"
    field.fill(before)
    page.reload()
    page.get_by_label("Patient code").fill("P" * 3)
    field.fill("")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_selector("#error-summary")
    page.once("dialog", lambda dialog: (asked.append("rejected"), dialog.accept()))
    page.locator("h1").click()
    page.goto(page.url)  # a reload would send the form again
    assert asked == ["beforeunload", "rejected"]


def test_the_session_that_ended_is_noticed_without_typing_on_any_page(page, site):
    for path in (f"/cases/{site.known['case']}/people/", f"/cases/{site.known['case']}/duplicate/"):
        page.goto(path)
        if path.endswith("/duplicate/"):
            check_asks_before_leaving(page)
        site.execute("DELETE FROM django_session")
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.wait_for_selector("text=You are signed out. What you typed is lost if")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_timeout(300)
        assert page.url.endswith(path)
        sign_in_elsewhere(page, site.known["user"])
        page.wait_for_selector("text=/Co-authors changed|Case copied|Co-authors/")


def test_a_reload_right_after_typing_shows_what_was_typed_last(page, site):
    site.execute("DELETE FROM patients_draft")
    page.goto(address(site, "narrative"))
    field = page.locator("#entry textarea").first
    field.fill("first")
    wait_stored(page)
    page.on("dialog", lambda dialog: dialog.accept())
    for words in (" second", " third"):
        field.focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(words)
        typed_last = field.input_value()
        page.reload()
        page.wait_for_function(
            "text => document.querySelector('#entry textarea')?.value === text", arg=typed_last
        )
        page.wait_for_function("() => !document.querySelector('#entry').inert")
    assert len(site.execute("SELECT data FROM patients_draft")) == 1
    save(page)
    assert page.locator("#merge, [data-other-draft]:visible").count() == 0

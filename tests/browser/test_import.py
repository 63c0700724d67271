"""The import pages in a browser: progress, a lost connection, a reload during an upload."""

import pytest

from imaging.intake import receiving
from imaging.models import FileOutcome, ImportFile, ImportJob, State
from tests.browser.conftest import sign_in
from tests.factories import make_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def page(browser_page, live_server):
    """A page on which the author of a case without images is signed in."""
    case = make_case()
    sign_in(browser_page, live_server, case.author)
    browser_page.case = case
    browser_page.images = f"{live_server.url}/cases/{case.pk}/imaging/"
    yield browser_page
    browser_page.unroute_all(behavior="ignoreErrors")


def test_page_keeps_polling_while_the_server_is_unavailable(page):
    job = receiving.open_job(page.case, page.case.author)
    ImportJob.objects.filter(pk=job.pk).update(state=State.RUNNING)
    asked = []

    def away_once(route):
        asked.append(route)
        if len(asked) == 1:
            return route.abort()
        ImportJob.objects.filter(pk=job.pk).update(state=State.DONE)
        return route.continue_()

    page.route("**/progress/", away_once)
    page.goto(f"{page.images}imports/{job.pk}/")
    page.wait_for_selector("p[role=status]:not([data-progress])")
    assert page.inner_text("p[role=status]") == "done"


def test_counts_are_updated_while_files_are_read(page):
    job = receiving.open_job(page.case, page.case.author)
    ImportJob.objects.filter(pk=job.pk).update(state=State.RUNNING)
    job.files.create(name="a.txt")
    page.goto(f"{page.images}imports/{job.pk}/")
    page.wait_for_selector("text=reading files 0/1")
    job.files.update(outcome=FileOutcome.REFUSED)
    page.wait_for_selector("text=reading files 1/1")
    counts = {name: page.inner_text(f"[data-count={name}]") for name in ("refused", "waiting")}
    assert counts == {"refused": "1", "waiting": "0"}


def test_reload_during_an_upload_shows_the_received_files(page):
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(page.images)
    page.route("**/files/", lambda route: route.continue_() if not arrived() else None)

    def arrived():
        return ImportFile.objects.count()

    files = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"words"} for n in range(9)]
    page.set_input_files("#files", files)
    page.click("form[data-upload] [type=submit]")
    page.wait_for_selector("text=/Uploading [1-9]/")
    page.reload()
    assert page.url == f"{page.images}imports/{ImportJob.objects.get().pk}/"
    assert "Upload the rest" in page.inner_text("main")

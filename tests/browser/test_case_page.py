"""The case page and the section navigation in a real browser: sizes, keyboard, drafts, saving."""

import pytest
from django.urls import reverse

from caserecords.demo.load import load_demonstration
from patients.models import Case, Draft
from tests.browser.conftest import eventually, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
HIGHEST = 2800  # px, for the published case in a window 1366 px wide


@pytest.fixture
def demonstration(live_server):
    """The published case, and the fictitious case with weakness of all four limbs."""
    loaded = load_demonstration()["cases"]
    return [Case.objects.get(pk=pk) for pk in loaded[:2]]


def size(page):
    script = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    return page.evaluate(script)


def visible_lines(page):
    """Return the numbers of (fully visible, all) lines of the navigation."""
    return page.evaluate(
        """() => {
            const lines = [...document.querySelectorAll(".section-line")];
            const isIn = ({ top, bottom, height }) =>
                height > 0 && top >= 0 && bottom <= innerHeight;
            const seen = lines.filter((line) => isIn(line.getBoundingClientRect()));
            return [seen.length, lines.length];
        }"""
    )


def test_navigation_is_in_view_and_pages_fit(browser_page, live_server, demonstration):
    page = browser_page
    published, four_limbs = demonstration
    sign_in(page, live_server, published.author)
    case_page = reverse("caserecords:show-case", args=[published.pk])
    page.goto(live_server.url + case_page)
    assert size(page)[0] == 1366 and size(page)[1] <= HIGHEST
    page.evaluate("scrollTo(0, 900)")
    seen, lines = visible_lines(page)
    assert seen == lines == 20
    page.goto(f"{live_server.url}/cases/{published.pk}/strength/")
    assert visible_lines(page) == [20, 20]  # even before scrolling
    page.set_viewport_size({"width": 320, "height": 640})
    sections = [f"/cases/{published.pk}/{slug}/" for slug in ("diagnosis", "strength", "imaging")]
    for path in (case_page, reverse("caserecords:show-case", args=[four_limbs.pk]), *sections):
        page.goto(live_server.url + path)
        assert size(page)[0] == 320, path
        assert visible_lines(page)[0] == 0  # folded
        page.get_by_text("Sections ·").click()
        assert page.locator(".section-line").first.is_visible()
        assert cut_lines(page) == [] and size(page)[0] == 320, path


def cut_lines(page):
    """Return the titles in the navigation that are cut off."""
    return page.eval_on_selector_all(
        ".section-title",
        "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)",
    )


def test_details_open_with_the_keyboard(browser_page, live_server, demonstration):
    page, case = browser_page, demonstration[0]
    sign_in(page, live_server, case.author)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    note = page.get_by_text("medical history and the results of the evaluation")
    assert not note.is_visible()
    page.locator("#diagnosis .card-details summary").first.focus()
    page.keyboard.press("Enter")
    assert note.is_visible()


def test_draft_is_marked_while_typing_and_discarded_from_the_bar(
    browser_page, live_server, demonstration
):
    page, case = browser_page, demonstration[0]
    sign_in(page, live_server, case.author)
    page.goto(f"{live_server.url}/cases/{case.pk}/signs/")
    assert not page.locator("[data-draft-tag]").is_visible()
    page.locator("[name='signs-new1-domain']").fill("gait")
    page.wait_for_selector("text=Storing unsaved changes …")
    page.wait_for_selector("text=/Unsaved changes stored \\d\\d:\\d\\d/")
    assert page.locator("[data-draft-tag]").is_visible()
    page.context.set_offline(True)
    page.locator("[name='signs-new1-region']").fill("legs")
    page.wait_for_selector("text=Offline. What you typed is kept in this page.")
    page.context.set_offline(False)
    page.wait_for_selector("text=/Unsaved changes stored \\d\\d:\\d\\d/")
    page.reload()
    assert page.inner_text(".draft-line").strip().startswith("Unsaved changes from ")
    assert "today" in page.inner_text(".draft-line") and "UTC" not in page.inner_text(".draft-line")
    page.get_by_role("button", name="Discard unsaved changes").click()
    page.wait_for_selector("text=Unsaved changes discarded.")
    assert not Draft.objects.exists()


def test_save_and_go_saves_and_opens_the_next_section(browser_page, live_server, demonstration):
    page, case = browser_page, demonstration[0]
    sign_in(page, live_server, case.author)
    page.goto(f"{live_server.url}/cases/{case.pk}/signs/")
    page.locator("[name='signs-new1-domain']").fill("gait")
    page.locator("[name='signs-new1-finding']").select_option("normal")
    page.get_by_role("button", name="Save and go to Scales").click()
    page.wait_for_url(f"{live_server.url}/cases/{case.pk}/scales/")
    page.wait_for_selector("text=Signs saved as version")
    assert page.evaluate("document.activeElement.name.startsWith('scales-')")
    eventually(page, lambda: not Draft.objects.exists())

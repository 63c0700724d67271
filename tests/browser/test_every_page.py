"""Every page in a real browser: accessibility, widths, colour schemes, no third-party requests."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.browser.conftest import sign_in
from tests.factories import make_team, make_user
from tests.pages import PAGES, SECTION_PAGES, address, rich_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
NARROW_RULES = ["target-size", "scrollable-region-focusable", "region", "heading-order"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"type": "tag", "values": RULES}
CHANGED_BY_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
CHANGED_BY_WIDTH = {"type": "rule", "values": NARROW_RULES}
NARROW, WIDE = 320, 1366
OTHERS = [name for name in PAGES if name not in SECTION_PAGES]
GROUPS = {
    "lists and reports": OTHERS[:12] + ["API"],
    "images": OTHERS[12:-1],
    "entry, first half": SECTION_PAGES[: len(SECTION_PAGES) // 2],
    "entry, second half": SECTION_PAGES[len(SECTION_PAGES) // 2 :],
}
SEEN_DARK = {"home", "desk", "report", "compare", "history", "images", "viewer", "figure"}
SEEN_DARK |= {"section strength", "section timeline", "API", "sign-in", "patient", "follow-ups"}

ALIKE = set(SECTION_PAGES) - {
    "section strength",
    "section diagnosis",
}  # not checked with axe when narrow: their tables are built like the diagnosis table
STILL = ["report", "images", "viewer", "figure", "section strength", "section timeline"]
NOTE_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (one.value > 0.01) {
    const moved = one.sources.map(({ node }) => (node && node.outerHTML || "").slice(0, 90));
    window.shifts.push([one.value, ...moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def hosts(browser_page):
    """The hosts that the page sent requests to."""
    found = set()
    browser_page.on("request", lambda request: found.add(request.url.split("/")[2]))
    return found


def broken_rules(page, rules=ALL):
    """Return each rule that axe reports as violated, with the first element concerned."""
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]


def complaints(page, name, url):
    """Return the problems of a page in a wide and a narrow window; some pages also in dark mode."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": WIDE, "height": 768})
    page.goto(url)
    page.wait_for_load_state("networkidle")
    found = too_wide(page, WIDE) + broken_rules(page)
    if name in SEEN_DARK:
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found += [("dark", *rule) for rule in broken_rules(page, CHANGED_BY_COLOURS)]
    found += too_wide(page, NARROW)
    if name not in ALIKE:
        found += [("narrow", *rule) for rule in broken_rules(page, CHANGED_BY_WIDTH)]
    return [(name, *one) for one in found]


def unroll(page, width):
    """Set the window's width, and its height to that of the whole page.

    Otherwise axe reports targets under a sticky bar as too small, although they can be scrolled to.
    """
    page.set_viewport_size({"width": width, "height": 768})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})


def too_wide(page, width):
    """Set the window's width with `unroll`; return [problem] if the page is wider, else []."""
    unroll(page, width)
    taken = page.evaluate("document.documentElement.scrollWidth")
    return [("scrolls sideways", f"{taken} px of {width}")] if taken > width else []


@pytest.mark.parametrize("group", GROUPS)
def test_pages_are_accessible_fit_and_send_no_third_party_requests(
    browser_page, live_server, hosts, group
):
    case = rich_case()
    sign_in(browser_page, live_server, case.author)
    found = []
    for name in GROUPS[group]:
        found += complaints(browser_page, name, live_server.url + address(name, case))
    assert not found, "\n".join(map(str, found))
    assert hosts == {live_server.url.removeprefix("http://")}


def test_pages_around_the_cases(browser_page, live_server, hosts):
    found = complaints(browser_page, "sign-in", live_server.url + reverse("login"))
    sign_in(browser_page, live_server, make_user(team=make_team()))
    found += complaints(browser_page, "not found", f"{live_server.url}/nothing-here/")
    assert not found, "\n".join(map(str, found))
    assert hosts == {live_server.url.removeprefix("http://")}


def late(route):
    """Delay a response, so that the page is painted before its scripts and images arrive."""
    time.sleep(0.2)
    route.continue_()


def test_layout_does_not_shift_while_a_page_loads(browser_page, live_server):
    """A button that moves between press and release is not clicked."""
    case = rich_case()
    sign_in(browser_page, live_server, case.author)
    browser_page.add_init_script(NOTE_SHIFTS)
    browser_page.set_viewport_size({"width": 1366, "height": 4000})  # keeps every shift in view
    browser_page.route(re.compile(r"\.(css|js|png|jpg|woff2)(\?|$)"), late)
    found = []
    for name in STILL:
        browser_page.goto(live_server.url + address(name, case))
        browser_page.wait_for_load_state("networkidle")
        found += [(name, *shift) for shift in browser_page.evaluate("window.shifts")]
    browser_page.unroute_all(behavior="ignoreErrors")
    assert not found, "\n".join(map(str, found))


def test_pages_use_the_fonts_of_the_site(browser_page, live_server):
    """Every page uses all four fonts, so that they are in the cache for the next page."""
    for _turn in range(2):  # the first page may be painted before its fonts arrive
        browser_page.goto(live_server.url + reverse("login"))
        browser_page.wait_for_load_state("networkidle")
    loaded = browser_page.evaluate(
        "[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family + f.weight)"
    )
    families = ("Inter", "Caserecords Serif")
    assert {one.replace('"', "") for one in loaded} == {
        f"{name}{weight}" for name in families for weight in (400, 600)
    }


def test_page_scrolls_at_once_to_a_focused_field(browser_page, live_server):
    """A button that is still moving would not be clicked."""
    case = rich_case()
    sign_in(browser_page, live_server, case.author)
    browser_page.goto(live_server.url + address("figure", case))
    last = browser_page.get_by_role("button", name="Save figure")
    last.focus()
    before = last.bounding_box()
    browser_page.wait_for_timeout(300)
    assert last.bounding_box() == before
    assert browser_page.evaluate("scrollY") > 0

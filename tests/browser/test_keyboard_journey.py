"""From the work list to a submitted case by keyboard alone: Tab, Enter and typing."""

import json

import pytest

from patients.entry.navigation import section_after
from patients.entry.sections import SECTIONS
from patients.models import Case, Status
from patients.versions.reading import served_text
from tests.browser.conftest import sign_in
from tests.factories import make_case, make_team, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
MAX_TABS = 250
FOCUSED = """() => {
    const one = document.activeElement;
    const label = one.labels?.[0]?.innerText || one.getAttribute("aria-label") || one.innerText;
    const [box] = one.getClientRects();  // of a link that wraps, its first line
    const line = Math.min(box.height / 2, 12);  // the first line of a long text, with the cursor
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + line);
    const isSeen = one === at || one.contains(at) || Boolean(at?.contains(one));
    return { tag: one.tagName, label: (label || "").replace(/\\s+/g, " ").trim(), isSeen };
}"""


class Hands:
    """A user without a mouse; every focused element on the way must be visible."""

    def __init__(self, page):
        self.page = page

    def focused(self):
        return self.page.evaluate(FOCUSED)

    def tab_to(self, label, key="Tab"):
        """Press Tab until the focus is on an element whose label starts with `label`."""
        passed = []
        for _turn in range(MAX_TABS):
            found = self.focused()
            if found["label"].startswith(label):
                return
            if found["tag"] != "BODY":
                assert found["isSeen"], f"hidden while it has the focus: {found}"
                passed.append(found["label"])
            self.page.keyboard.press(key)
        pytest.fail(f"“{label}” cannot be reached; passed {passed}")

    def press_enter(self, label):
        """Go to a link or button, press Enter, and wait for the next page."""
        self.tab_to(label)
        assert self.focused()["isSeen"]
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def offered(self):
        """Return where "Save and go to" leads from an entry page."""
        self.tab_to("Save and go to")
        return self.focused()["label"].removeprefix("Save and go to ").removesuffix(" ›")

    def type(self, label, text):
        self.tab_to(label)
        self.page.keyboard.type(text)


def test_a_case_is_entered_and_submitted_without_a_mouse(browser_page, live_server):
    page, hands = browser_page, Hands(browser_page)
    user = make_user("clinician", team=make_team())
    sign_in(page, live_server, user)
    page.goto(live_server.url)

    hands.press_enter("New case")
    page.keyboard.type("Foot drop after a journey")  # the title has the focus
    hands.type("Age", "52")
    hands.type("Sex", "f")
    hands.type("Event 1", "Foot drop")
    hands.type("When event 1", "-3d")
    hands.press_enter("Create case")

    hands.press_enter("Symptoms")
    opened = []
    while (offered := hands.offered()) != "the case":
        opened.append(offered)
        hands.press_enter("Save and go to")
        fill_in(hands, offered)
    assert opened == [section.title for section in in_order()[2:]]
    hands.press_enter("Save and go to the case")

    hands.press_enter("Submit for review")
    hands.press_enter("Submit for review")
    case = Case.objects.get()
    assert case.status == Status.SUBMITTED
    document = json.loads(served_text(case.versions.get(number=case.version)))
    assert document["patient"]["sex"] == "female"
    assert [row["grade"] for row in document["strength"]] == ["2"]
    assert document["narrative"][0]["text"] == "A woman of 52 years."


def fill_in(hands, title):
    if title == "Strength":
        hands.type("Ankle dorsiflexor, left", "2")
        hands.page.keyboard.press("Enter")
    elif title == "Narrative":
        hands.type("presentation", "A woman of 52 years.")


def in_order():
    """Return the entry sections in the order of the navigation."""
    found = [SECTIONS[0]]
    while following := section_after(found[-1].slug):
        found.append(following)
    return found


def test_ctrl_enter_saves_and_goes_to_the_next_page(browser_page, live_server):
    case = make_case(strength=[])
    sign_in(browser_page, live_server, case.author)
    browser_page.goto(f"{live_server.url}/cases/{case.pk}/strength/")
    browser_page.keyboard.type("3")
    with browser_page.expect_navigation():
        browser_page.keyboard.press("Control+Enter")
    assert browser_page.url.endswith("/signs/")
    case.refresh_from_db()
    assert case.version == 2


def test_question_mark_lists_the_keys_and_returns_the_focus(browser_page, live_server):
    case = make_case(strength=[])
    sign_in(browser_page, live_server, case.author)
    browser_page.goto(f"{live_server.url}/cases/{case.pk}/strength/")
    dialog = browser_page.get_by_role("dialog", name="Keyboard shortcuts")
    cell = browser_page.locator(".cell-grade").first
    browser_page.keyboard.type("?")
    assert cell.input_value().endswith("?") and not dialog.is_visible()
    link = browser_page.get_by_role("link", name="Keys")
    link.focus()
    browser_page.keyboard.type("?")
    assert dialog.is_visible() and "fill the column" in dialog.inner_text()
    assert dialog.get_by_role("heading", name="Keyboard shortcuts").is_visible()
    browser_page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert link.evaluate("link => link === document.activeElement")
    link.click()
    dialog.get_by_label("Use single keys").uncheck()
    dialog.get_by_role("button", name="Close").click()
    browser_page.goto(live_server.url)
    browser_page.keyboard.type("?")
    assert not dialog.is_visible()


def test_without_scripts_keys_are_a_page(chromium, live_server):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, make_user(team=make_team()))
    page.goto(live_server.url)
    page.get_by_role("link", name="Keys").click()
    assert page.get_by_role("heading", name="Strength grid", exact=True).is_visible()
    context.close()

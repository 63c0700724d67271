"""Pasting tables in a browser: preview, correction, entry and undo, by keyboard and on phones."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from patients.versions.reading import served_text
from tests.browser.conftest import save, sign_in
from tests.browser.keyboard import Keyboard, paste, paste_table
from tests.factories import make_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
STRENGTH = """\
\tWeek 2\t\tOn admission\t
Movement\tR\tL\tR\tL
Hip flexor\t4\t5\t3−\t5
Moon flexor\t4+\t5\t3\t5
A note below the table"""
CONDUCTION = """<table><tr><th>Nerve<th>Side<th>Stim. site<th>DML (ms)<th>Amplitude (mV)</tr>
<tr><td rowspan=2>Median<td>R<td>Wrist<td>3.5<td>9.1<tr><td>R<td>Elbow<td>7.8<td>8.7
<tr><td colspan=5>Sensory studies<tr><td>Sural<td>L<td>calf<td>2.1<td>NR</table>"""
LABORATORY = "\n".join(
    ["Test\tResult\tUnit", *(f"{name}\t4\tmmol/L" for name in "Na K Ca Mg Urea CK TSH".split())]
)


@pytest.fixture
def case():
    return make_case()


def open_page(page, live_server, case, slug, query=""):
    sign_in(page, live_server, case.author)
    page.goto(live_server.url + reverse("patients:edit-section", args=[case.pk, slug]) + query)


def grade(page, name):
    return page.input_value(f"[name='strength-{name}']")


def test_a_strength_table_is_pasted_with_enter_undone_and_saved(browser_page, live_server, case):
    page, keys = browser_page, Keyboard(browser_page)
    open_page(page, live_server, case, "strength", "?set=leg_short&sides=both")
    page.locator(".cell-grade").first.focus()
    before = page.eval_on_selector_all(".cell-grade", "all => all.map(one => one.value)")
    paste(page, STRENGTH)
    page.wait_for_selector("[data-paste-form]")
    assert "8 of 8 cells will be entered." in page.inner_text(".paste-summary")
    keys.press("Enter")
    page.wait_for_selector(".paste-report")
    assert keys.count == 1
    assert grade(page, "movement.hip_flexion-right-on-admission") == "3-"
    assert grade(page, "movement.hip_flexion-left-on-admission") == "5"
    assert grade(page, "movement.hip_flexion-right-week-2") == "4"
    assert grade(page, "new1") == "Moon flexor"
    assert "A note below the table" in page.inner_text(".paste-report")
    map_text = page.inner_text("#entry-map")
    keys.press("Control+z")
    page.wait_for_selector(".paste-report", state="detached")
    after = page.eval_on_selector_all(".cell-grade", "all => all.map(one => one.value)")
    assert (after, page.locator("[name='strength-new1']").input_value()) == (before, "")
    assert page.inner_text("#entry-map") != map_text
    paste_table(page, STRENGTH)
    page.click("[data-paste-dismiss]")
    assert page.locator(".paste-report").count() == 0
    page.click("[data-save]")
    page.wait_for_selector("text=Saved as version 2.")
    rows = json.loads(served_text(case.versions.first()))["strength"]
    found = {(row.get("visit"), row["side"], row["movement"]): row["grade"] for row in rows}
    assert found["week-2", "right", "text:Moon flexor"] == "4+"


def test_a_correction_redraws_the_preview_and_escape_keeps_it(browser_page, live_server, case):
    page = browser_page
    open_page(page, live_server, case, "strength", "?set=leg_short&sides=both")
    page.click("button[data-paste]")
    box = page.get_by_label("Table", exact=True)
    assert box.evaluate("box => box === document.activeElement")
    paste(page, STRENGTH)
    page.wait_for_selector(".paste-table")
    name = page.get_by_label("Name of row 4")
    name.fill("Hip extensor")
    name.press("Enter")
    page.wait_for_selector("text=not recognised, kept as text", state="detached")
    with page.expect_response(lambda answer: "/paste/" in answer.url):
        page.get_by_label("Visit of “Week 2 L”").select_option("on-admission")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.click("button[data-paste]")
    assert page.get_by_label("Name of row 4").input_value() == "Hip extensor"
    page.click("text=Enter these cells")
    page.wait_for_selector(".paste-report")
    assert grade(page, "movement.hip_extension-right-week-2") == "4+"


def test_a_conduction_table_fills_both_tables(browser_page, live_server, case):
    page = browser_page
    open_page(page, live_server, case, "conduction")
    page.locator("[name='motor_conduction-new1-nerve']").focus()
    paste_table(page, "as HTML", CONDUCTION)
    rows = page.eval_on_selector_all(
        "tbody[data-row^=new]:has([name*=nerve])",
        """all => all.map(row => [...row.querySelectorAll('[name$=-nerve], [name$=-side]')]
             .map(cell => cell.value)).filter(([nerve]) => nerve)""",
    )
    assert rows == [["Median", "right"], ["Median", "right"], ["Sural", "left"]]
    save(page)


def test_a_laboratory_table_adds_rows_on_a_phone(browser_page, live_server, case):
    page = browser_page
    page.set_viewport_size({"width": 320, "height": 640})
    open_page(page, live_server, case, "laboratory")
    page.locator("[name='laboratory-new1-analyte']").focus()
    paste_table(page, LABORATORY, apply=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    dialog = page.locator("dialog[open]")
    assert dialog.evaluate("box => box.scrollWidth <= box.clientWidth")
    results = Axe().run(
        page, context="dialog", options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]}
    )
    assert results.violations_count == 0, results.generate_report()
    page.keyboard.press("Enter")
    page.wait_for_selector(".paste-report")
    values = page.eval_on_selector_all("[name$=-value]", "all => all.map(one => one.value)")
    assert values.count("4 mmol/L") == 7


def test_a_single_value_is_pasted_by_the_browser(browser_page, live_server, case):
    page = browser_page
    open_page(page, live_server, case, "laboratory")
    page.locator("[name='laboratory-new1-value']").focus()
    paste(page, "4.1\r\n", "<table><tr><td>4.1</td></tr></table>")
    assert page.locator("dialog[open]").count() == 0


def test_without_a_network_the_pasted_text_stays_in_the_dialog(browser_page, live_server, case):
    page = browser_page
    open_page(page, live_server, case, "strength")
    page.locator(".cell-grade").first.focus()
    page.route("**/paste/", lambda route: route.abort())
    paste(page, STRENGTH)
    box = page.get_by_label("Pasted text")
    box.wait_for()
    assert box.input_value() == STRENGTH
    page.keyboard.press("Escape")
    page.unroute("**/paste/")
    page.context.clear_cookies()
    page.locator(".cell-grade").first.focus()
    paste(page, STRENGTH)
    page.locator("dialog").get_by_role("link", name="Sign in in a new tab").wait_for()
    assert box.input_value() == STRENGTH

"""Fast entry in a browser: repeated cells, fill down, new rows, new visits, and the body map."""

import pytest
from django.urls import reverse

from patients.models import MotorConduction
from tests.browser.conftest import eventually, sign_in
from tests.browser.keyboard import Keyboard
from tests.factories import make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(browser_page, live_server):
    """A case whose author is signed in."""
    case = make_case()
    sign_in(browser_page, live_server, case.author)
    return case


def open_section(page, live_server, case, slug, query=""):
    page.goto(live_server.url + reverse("patients:edit-section", args=[case.pk, slug]) + query)


def row_values(page, column, table="motor_conduction"):
    cells = page.locator(f"[name^='{table}-new'][name$='-{column}']")
    return cells.evaluate_all("all => all.map(one => one.value)")


def test_cells_are_repeated_filled_down_and_undone_by_keys(browser_page, live_server, case):
    page, keys = browser_page, Keyboard(browser_page)
    open_section(page, live_server, case, "conduction")
    page.locator("[name='motor_conduction-new1-nerve']").focus()
    keys.free("tibial")
    keys.press("ArrowDown")
    page.locator("[name='motor_conduction-new2-nerve']").focus()
    keys.press("Control+'")
    assert row_values(page, "nerve") == ["tibial", "tibial", ""]
    page.locator("[name='motor_conduction-new1-side']").focus()
    page.keyboard.press("r")
    keys.press("Shift+ArrowDown", "Shift+ArrowDown")
    assert "3 cells selected" in page.locator("[data-grid-state]").first.inner_text()
    page.locator("[name='motor_conduction-new1-nerve']").focus()
    keys.press("Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    assert row_values(page, "nerve") == ["tibial"] * 3
    keys.press("Control+z", "Control+z")
    assert row_values(page, "nerve") == ["tibial", "", ""]


def test_blank_rows_follow_the_visit_and_the_side_of_the_row_above(browser_page, live_server, case):
    page = browser_page
    open_section(page, live_server, case, "conduction")
    page.locator("[name='motor_conduction-new3-side']").select_option("both")
    page.locator("[name='motor_conduction-new1-visit']").select_option("later")
    page.locator("[name='motor_conduction-new1-side']").select_option("right")
    assert row_values(page, "visit") == ["later"] * 3
    assert row_values(page, "side") == ["right", "right", "both"]
    page.locator("[data-add]").first.click()
    assert row_values(page, "side")[3:] == ["both"] * 3
    page.locator("[name='motor_conduction-new1-nerve']").fill("tibial")
    page.keyboard.press("Control+s")
    eventually(page, lambda: MotorConduction.objects.count() == 2)

"""Entry tables in a browser: every kind of cell takes a click and pasted text."""

import json

import pytest
from django.urls import reverse

from patients.versions.reading import served_text
from tests.browser.conftest import save, sign_in
from tests.browser.keyboard import paste_table
from tests.factories import make_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
BLOCK = "ulnar\t\tleft\telbow\t17 mm²\tincreased\t\tenlarged\n\tdeltoid\tupwards\t\t\t\t2\tnormal\n"


def test_a_pasted_block_fills_texts_and_choices(browser_page, live_server):
    case = make_case()
    sign_in(browser_page, live_server, case.author)
    address = reverse("patients:edit-section", args=[case.pk, "ultrasound"])
    browser_page.goto(live_server.url + address)
    browser_page.locator("[name='ultrasound-new1-nerve']").focus()
    paste_table(browser_page, BLOCK)
    assert browser_page.input_value("[name='ultrasound-new1-side']") == "left"
    assert browser_page.input_value("[name='ultrasound-new2-heckmatt']") == "2"
    assert "upwards (row 2, column 3): This is not a side." in browser_page.inner_text(
        ".paste-report"
    )
    save(browser_page)
    assert case.versions.count() == 2
    first, second = json.loads(served_text(case.versions.first()))["ultrasound"]
    assert (first["nerve"], first["side"], first["result"]) == ("ulnar", "left", "enlarged")
    assert (second["muscle"], second["side"], second["heckmatt"]) == ("deltoid", "not_stated", "2")


@pytest.mark.parametrize("section", ["emg", "conduction"])
def test_a_click_puts_the_cursor_in_a_cell(browser_page, live_server, section):
    case = make_case()
    sign_in(browser_page, live_server, case.author)
    address = reverse("patients:edit-section", args=[case.pk, section])
    browser_page.goto(live_server.url + address)
    cells = browser_page.locator("tbody[data-row=new1] tr:not(.more) td > input.cell")
    for at in range(cells.count()):
        cells.nth(at).click()
        browser_page.keyboard.press("x")
        assert cells.nth(at).input_value() == "x"
        browser_page.keyboard.press("Escape")  # closes the list of a picker
    assert at > 4

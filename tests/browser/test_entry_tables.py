"""Entry tables in a browser: text can be pasted into every kind of cell."""

import json

import pytest
from django.urls import reverse

from patients.versions.reading import served_text
from tests.browser.conftest import eventually, sign_in
from tests.browser.keyboard import paste
from tests.factories import make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BLOCK = (
    "ulnar\t\tleft\telbow\t17 mm²\tincreased\t\tenlarged\n\tdeltoid\tsinister\t\t\t\t2\tnormal\n"
)


def test_a_pasted_block_fills_texts_and_choices(browser_page, live_server):
    case = make_case()
    sign_in(browser_page, live_server, case.author)
    address = reverse("patients:edit-section", args=[case.pk, "ultrasound"])
    browser_page.goto(live_server.url + address)
    browser_page.locator("[name='ultrasound-new1-nerve']").focus()
    paste(browser_page, BLOCK)
    assert browser_page.input_value("[name='ultrasound-new1-side']") == "left"
    assert browser_page.input_value("[name='ultrasound-new2-heckmatt']") == "2"
    said = browser_page.inner_text("[data-grid-state]")
    assert said == "“sinister” is not one of the choices, so it was left out. Choose from the list."
    browser_page.keyboard.press("Control+s")
    browser_page.wait_for_selector("text=Saved as version 2.")
    eventually(browser_page, lambda: case.versions.count() == 2)
    first, second = json.loads(served_text(case.versions.first()))["ultrasound"]
    assert (first["nerve"], first["side"], first["result"]) == ("ulnar", "left", "enlarged")
    assert (second["muscle"], second["side"], second["heckmatt"]) == ("deltoid", "not_stated", "2")

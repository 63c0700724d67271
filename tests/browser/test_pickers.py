"""Cells with a catalogue in a browser: a list of entries while typing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from patients.models import Diagnosis, LaboratoryResult, Treatment
from tests.browser.conftest import eventually, save, sign_in
from tests.factories import make_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
OPTIONS = ".picker [role=option]"


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def open_section(browser_page, live_server, case):
    sign_in(browser_page, live_server, case.author)

    def open_section(slug):
        browser_page.goto(live_server.url + reverse("patients:edit-section", args=[case.pk, slug]))

    return open_section


def check_page(page):
    """Check that axe finds no violation, with the list open."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def type_into(page, name, text):
    """Type a text into a cell, and return the cell and the options of its list."""
    cell = page.locator(f"[name='{name}']")
    cell.fill("")
    cell.press_sequentially(text)
    page.wait_for_selector(OPTIONS)
    return cell, page.locator(OPTIONS).all_inner_texts()


def test_entries_are_found_chosen_and_saved_with_the_keyboard(browser_page, open_section):
    page = browser_page
    open_section("laboratory")
    page.fill("[name='laboratory-new1-specimen']", "CSF")
    cell, options = type_into(page, "laboratory-new1-analyte", "prot")
    assert options[0] == "CSF protein protein 2880-3"  # not the protein of serum or urine
    assert (cell.get_attribute("role"), cell.get_attribute("aria-expanded")) == ("combobox", "true")
    check_page(page)
    cell.press("ArrowDown")
    chosen = page.locator(f"#{cell.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    cell.press("Enter")
    assert cell.input_value() == "CSF protein"
    assert cell.get_attribute("aria-expanded") == "false"
    value, _options = type_into(page, "laboratory-new1-value", "45 mg/dl")
    value.press("ArrowDown")
    value.press("Tab")
    assert value.input_value() == "45 mg/dL"
    assert page.evaluate("document.activeElement.name") == "laboratory-new1-reference_range"
    save(page)
    assert LaboratoryResult.objects.filter(analyte="csf_protein").exists()


def test_escape_closes_the_list_and_arrows_then_move_between_rows(browser_page, open_section):
    page = browser_page
    open_section("emg")
    cell, _options = type_into(page, "needle_emg-new1-muscle", "gastroc")
    cell.press("Escape")
    assert not page.locator(OPTIONS).first.is_visible()
    assert cell.input_value() == "gastroc"
    cell.press("ArrowDown")
    assert page.evaluate("document.activeElement.name") == "needle_emg-new2-muscle"
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_selector(OPTIONS)
    page.keyboard.press("Escape")
    cell, _options = type_into(page, "needle_emg-new2-muscle", "EHL")
    cell.press("Enter")  # no entry is highlighted: Enter moves on, and the text stays
    assert cell.input_value() == "EHL"
    assert page.evaluate("document.activeElement.name") == "needle_emg-new3-muscle"


def test_text_without_an_entry_is_kept_and_similar_entries_are_offered(browser_page, open_section):
    page = browser_page
    open_section("emg")
    cell, options = type_into(page, "needle_emg-new1-muscle", "gastrocnemeus lat")
    assert "Gastrocnemius, lateral head" in " ".join(options)
    note = page.inner_text(".picker-note")
    assert note == "Not in the catalogue: kept as text. Did you mean:"
    check_page(page)
    cell.press("Tab")
    assert cell.input_value() == "gastrocnemeus lat"


def test_a_diagnosis_and_a_drug_change_their_codes_and_kind_at_once(browser_page, open_section):
    page = browser_page
    open_section("diagnosis")
    cell, _options = type_into(page, "diagnoses-new1-text", "GBS")
    cell.press("Tab")
    codes = page.locator("[name='diagnoses-new1-codes']")
    eventually(page, lambda: "ORPHA:2103" in codes.input_value())
    cell.fill("CIDP")
    cell.press("Tab")
    eventually(page, lambda: "ORPHA:2932" in codes.input_value())
    assert "ORPHA:2103" not in codes.input_value()
    cell.fill("GBS")
    cell.press("Tab")
    eventually(page, lambda: "ORPHA:2103" in codes.input_value())
    codes.fill("")
    page.select_option("[name='diagnoses-new1-status']", "final")
    save(page)
    assert Diagnosis.objects.filter(text="GBS").exists()
    assert Diagnosis.objects.get(text="GBS").codes == []  # cleared codes stay empty
    open_section("treatment")
    cell, options = type_into(page, "treatments-new1-agent", "ivig")
    assert options[0] == "Immunoglobulin, intravenous IVIg J06BA02"
    cell.press("ArrowDown")
    cell.press("Enter")
    kind = page.locator("[name='treatments-new1-kind']")
    eventually(page, lambda: kind.input_value() == "Immunoglobulin")
    assert page.input_value("[name='treatments-new1-route']") == ""  # the source may not state it
    cell.fill("leeches")
    cell.press("Tab")
    eventually(page, lambda: kind.input_value() == "")
    cell.fill("IVIg")
    cell.press("Tab")
    eventually(page, lambda: kind.input_value() == "Immunoglobulin")
    save(page)
    assert Treatment.objects.filter(kind="immunoglobulin").exists()


def test_the_list_fits_a_narrow_window(browser_page, open_section):
    page = browser_page
    page.set_viewport_size({"width": 320, "height": 640})
    open_section("strength")
    type_into(page, "strength-new1", "gastroc")
    box = page.locator(".picker").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320
    assert all(one.bounding_box()["height"] >= 24 for one in page.locator(OPTIONS).all())

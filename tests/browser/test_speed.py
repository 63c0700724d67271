"""Fast entry in a browser: repeated cells, fill down, new rows, new visits, and the body map."""

import pytest
from django.urls import reverse

from patients.models import MotorConduction, StrengthScore
from tests.browser.conftest import save, sign_in
from tests.browser.keyboard import Keyboard
from tests.factories import make_case, make_team, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]


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
    page.locator("[name='motor_conduction-new3-latency_ms']").fill("4.1")
    keys.press("Control+d")  # the cell above is empty: nothing is erased
    assert row_values(page, "latency_ms") == ["", "", "4.1"]
    page.locator("[name='motor_conduction-new3-latency_ms']").fill("")
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
    save(page)
    assert MotorConduction.objects.count() == 2


def test_seven_movements_and_their_two_visits_need_45_keys(browser_page, live_server):
    page, keys = browser_page, Keyboard(browser_page)
    case = make_case(strength=[], visits=[], motor_conduction=[], sensory_conduction=[])
    sign_in(page, live_server, case.author)
    open_section(page, live_server, case, "strength", "?set=leg_short&sides=left")
    for label in ("On admission", "3 months later"):
        keys.press("Shift+Tab", "Shift+Tab")
        keys.free(label)
        keys.press("Enter")
        page.wait_for_selector(f"th:has-text('{label}')")
        page.wait_for_function("document.activeElement.matches('.cell-grade')")
    keys.press("ArrowLeft")
    grades = ["5", "2", "3+", "5", "3-", "1", "3+", "5", "2+", "4", "5", "4", "2+", "4"]
    for number, grade in enumerate(grades, 1):
        keys.type(grade)
        if number < len(grades):
            keys.press("Enter")
    keys.press("Control+s")
    page.wait_for_selector("text=Saved as version 2.")
    assert keys.count <= 45
    stored = StrengthScore.objects.filter(case=case).select_related("visit")
    found = {}
    for score in stored:
        found.setdefault(score.visit.label, []).append(str(score.grade).replace("−", "-"))
    assert found == {"On admission": grades[:7], "3 months later": grades[7:]}


def test_rows_and_sides_change_without_losing_what_was_typed(browser_page, live_server, case):
    page = browser_page
    open_section(page, live_server, case, "strength")
    page.evaluate("window.isSamePage = true")
    page.locator(".cell-grade").first.fill("4")
    page.get_by_label("Rows", exact=True).select_option("arm")
    page.get_by_label("Sides", exact=True).select_option("both")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_selector("th:has-text('Elbow flexor')")
    assert page.locator(".cell-grade").first.input_value() == "4"
    assert page.locator(".side-head").all_inner_texts() == ["Left", "Right"]
    assert page.evaluate("window.isSamePage") and page.url.endswith("?set=arm&sides=both")


def wait_for_focus(page, name):
    page.wait_for_function("name => document.activeElement.name === name", arg=name)


def region(page, movement, side):
    selector = f"#strength-map path[data-shows~='{movement}'][data-side='{side}']"
    return page.locator(selector).first


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


def test_a_region_of_the_body_map_leads_to_its_cell(browser_page, live_server, case):
    page = browser_page
    open_section(page, live_server, case, "strength", "?set=leg_short&sides=left")
    page.get_by_label("Hip flexor, left, 3 months later").focus()
    region(page, "knee_extension", "left").click()
    assert focused(page) == "Knee extensor, left, 3 months later"
    page.keyboard.type("3")
    region(page, "elbow_flexion", "left").click()  # a row that the grid does not show
    assert focused(page) == "Elbow flexor, left, 3 months later"
    page.keyboard.type("4")
    region(page, "knee_extension", "right").click()  # a side that the grid does not show
    page.wait_for_selector(".side-head:has-text('Right')")
    page.wait_for_function("document.activeElement.dataset.side === 'right'")
    assert focused(page) == "Knee extensor, right, 3 months later"
    page.keyboard.type("2")
    save(page)
    stored = StrengthScore.objects.filter(case=case, visit__key="later").order_by("movement")
    assert {(one.movement, one.side, str(one.grade)) for one in stored} >= {
        ("knee_extension", "left", "3"),
        ("knee_extension", "right", "2"),
        ("elbow_flexion", "left", "4"),
    }


def test_a_region_with_several_movements_offers_them_by_keyboard(browser_page, live_server, case):
    page = browser_page
    open_section(page, live_server, case, "strength", "?set=leg_short&sides=left")
    region(page, "wrist_flexion", "left").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.matches('path.region[tabindex=\"0\"]')")
    assert page.locator("path.region[tabindex='0']").count() == 1
    several = page.locator("#strength-map path.region[aria-label*=', '][data-side='left']")
    labels = several.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    label = next(text for text in labels if text.count(", ") == 2)
    page.locator(f"path.region[aria-label='{label}']").focus()
    page.keyboard.press("Enter")
    names = page.locator(".map-choice li button").all_inner_texts()
    wanted = [f"{name}, left, On admission" for name in label.split(", ")[:2]]
    assert names == wanted
    page.keyboard.press("Enter")
    assert focused(page) == names[0]


def test_the_body_map_opens_on_a_phone(browser_page, live_server, case):
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    open_section(page, live_server, case, "strength", "?set=leg_short&sides=left")
    assert not page.locator("#strength-map").is_visible()
    page.get_by_role("button", name="Body map").click()
    region(page, "knee_extension", "left").click()
    assert focused(page) == "Knee extensor, left, On admission"


def test_a_template_a_copied_visit_and_the_body_map_need_10_keys(browser_page, live_server):
    """Keys and clicks are counted until the first grade; free text is not counted."""
    page, keys = browser_page, Keyboard(browser_page)
    sign_in(page, live_server, make_user(team=make_team()))
    page.goto(live_server.url + reverse("patients:list-templates"))

    def click(locator):
        locator.click()
        keys.count += 1

    click(page.locator("a[href$='?template=lumbosacral_radiculopathy']"))
    wait_for_focus(page, "title")
    keys.free("Leg pain")
    keys.press("Enter")
    click(page.get_by_role("link", name="Strength").first)
    click(page.get_by_role("link", name="Copy a visit"))
    wait_for_focus(page, "label")
    keys.free("After surgery")
    keys.press("Enter")
    page.wait_for_selector("text=Visit “After surgery” added.")
    click(region(page, "ankle_dorsiflexion", "left"))
    assert focused(page) == "Ankle dorsiflexor, left, After surgery"
    assert keys.count <= 10
    keys.type("4")
    keys.press("Control+s")
    page.wait_for_selector("text=Saved as version 3.")
    score = StrengthScore.objects.get()
    assert (score.movement, score.visit.label) == ("ankle_dorsiflexion", "After surgery")

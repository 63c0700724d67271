"""Entry pages in a real browser: few key presses, drafts, several tabs, accessibility."""

import json

import pytest

from patients.models import Case, Draft, StrengthScore
from patients.versions.reading import served_text
from tests.browser.conftest import eventually, sign_in, sign_in_by_page
from tests.browser.keyboard import Keyboard, paste_table
from tests.factories import make_case, make_team, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]

BEFORE = ["5", "2", "3+", "5", "3-", "1", "3+"]
AFTER = ["5", "2+", "4", "5", "4", "2+", "4"]
MOVEMENTS = [
    "hip_flexion",
    "hip_abduction",
    "hip_extension",
    "knee_extension",
    "ankle_dorsiflexion",
    "toe1_extension",
    "ankle_plantarflexion",
]
LABELS = [
    "Hip flexor",
    "Hip abductor",
    "Hip extensor",
    "Knee extensor",
    "Ankle dorsiflexor",
    "1st toe extensor",
    "Ankle plantarflexor",
]
PUBLISHED = list(zip(MOVEMENTS, BEFORE, AFTER, strict=True))


@pytest.fixture
def new_page(chromium, quiet_server):
    """Return a function that opens a page with its own session; script errors fail the test."""
    contexts, errors = [], []

    def open_page(**options):
        size = {"viewport": {"width": 1366, "height": 768}}
        context = chromium.new_context(base_url=quiet_server.url, **size | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def case(live_server):
    """A case with two visits and no grades."""
    team = make_team()
    return make_case(make_user("clinician", team=team), team, strength=[])


@pytest.fixture
def signed_in_page(new_page, live_server, case):
    """A page on which the author of `case` is signed in."""
    page = new_page()
    sign_in(page, live_server, case.author)
    return page


def newest(case):
    case.refresh_from_db()
    return json.loads(served_text(case.versions.get(number=case.version)))


def grades(case):
    found = {}
    for row in newest(case)["strength"]:
        found.setdefault(row["movement"], []).append(row["grade"])
    return [(movement, *both) for movement, both in found.items()]


def values(page):
    return page.eval_on_selector_all(
        "tr[data-row]:not([data-free]) .cell-grade", "all => all.map(one => one.value)"
    )


def open_grid(page, case, query="?set=leg_short&sides=left"):
    page.goto(f"/cases/{case.pk}/strength/{query}")


def wait_saved(page, number=2):
    page.wait_for_selector(f"text=Saved as version {number}.")


# A new case


def test_new_case_needs_few_keys_and_shows_its_timeline(signed_in_page):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    page.goto("/cases/new/")
    keys.free("Weakness after pain in one leg")
    keys.press("Tab")
    keys.type("74")
    keys.press("Tab", "m", "Tab")
    keys.free("Weakness")
    keys.press("Tab")
    keys.type("-25d")
    keys.press("Tab")
    keys.free("Pain")
    keys.press("Tab")
    keys.free("5 days before weakness")
    drawn = page.locator("main svg[role=img]")
    eventually(page, lambda: "−30" in drawn.text_content())  # drawn while typing
    keys.press("Enter")
    page.wait_for_selector("text=Saved as version 1.")
    assert keys.count <= 25
    body = page.inner_text("main")
    assert "Weakness" in body and "Pain" in body and "30" in body
    case = Case.objects.get(title="Weakness after pain in one leg")
    document = newest(case)
    assert document["patient"]["sex"] == "male"
    assert document["patient"]["age_at_presentation"] == {"number": "74", "unit": "years"}
    assert document["computed"]["days"] == {"admission": 0, "weakness": -25, "pain": -30}


def test_dates_ages_and_offsets_are_understood_while_typing(signed_in_page):
    page = signed_in_page
    page.goto("/cases/new/")
    page.get_by_label("Age", exact=True).fill("74")
    page.get_by_label("Date of day 0").fill("14 March 2024")
    for number, (event, when) in enumerate(
        [("Pain", "18 February 2024"), ("Polio", "at age 3"), ("Falls", "2 weeks ago")], 1
    ):
        page.locator(f"[name='event_{number}']").fill(event)
        page.locator(f"[name='when_{number}']").press_sequentially(when)
    drawn = page.locator("main svg[role=img]")
    eventually(page, lambda: "Falls" in drawn.text_content())
    main = page.locator("main")
    for said in (
        "day −25 · 18 February 2024",
        "day −14 · 29 February 2024",
        "71 years before admission (about day −25933, day −26298 to −25567)",
    ):
        eventually(page, lambda said=said: said in main.inner_text())
    assert "Polio" in drawn.text_content()


# The strength grid


def test_published_table_needs_33_keys_and_no_click(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case)
    column = [*BEFORE, *AFTER]
    for number, grade in enumerate(column):
        keys.type(grade)
        if number < len(column) - 1:
            keys.press("Enter")
    keys.press("Control+s")
    wait_saved(page)
    assert keys.count <= 33
    assert grades(case) == PUBLISHED


def test_published_table_is_pasted_at_once_and_undone_at_once(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case)
    keys.type("4")
    rows = zip(LABELS, BEFORE, AFTER, strict=True)
    block = [["", "On admission", "3 months later"], *rows]
    text = "\r\n".join("\t".join(line) for line in block).replace("3-", "3−").replace("2+", "+2")
    paste_table(page, text)
    assert values(page) == [grade for pair in zip(BEFORE, AFTER, strict=True) for grade in pair]
    keys.press("Control+z")
    assert values(page) == ["4"] + [""] * 13
    paste_table(page, text)
    keys.press("Control+s")
    wait_saved(page)
    assert grades(case) == PUBLISHED


def test_invalid_grade_names_movement_and_visit_and_keeps_the_focus(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case)
    keys.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    keys.type("26")
    keys.press("Enter")
    error = page.inner_text(".row-messages .cell-error")
    assert error.startswith("26 is not an MRC grade")
    described = page.get_by_label("Ankle dorsiflexor, left, On admission")
    assert described.evaluate("cell => cell.ariaDescribedByElements[0].innerText") == error
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == "1st toe extensor, left, On admission"
    keys.press("Control+s")
    summary = page.wait_for_selector("#error-summary")
    assert "Ankle dorsiflexor, left, On admission: 26" in summary.inner_text()
    assert not StrengthScore.objects.exists()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", ["strength/?set=leg&sides=both", "conduction/", "laboratory/"])
def test_message_of_a_wrong_cell_is_readable_on_a_phone(new_page, live_server, case, path, width):
    page = new_page(viewport={"width": width, "height": 800})
    sign_in(page, live_server, case.author)
    page.goto(f"/cases/{case.pk}/{path}")
    page.locator(".cell-grade, .cell-value").nth(1).fill("3.5.2")
    page.keyboard.press("Control+s")
    page.wait_for_selector("#error-summary")
    messages = page.locator("table .cell-error")
    assert messages.count()
    for message in messages.all():
        box = message.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        hidden = "one => one.closest('.scroll').getBoundingClientRect().right"
        assert box["x"] + box["width"] <= message.evaluate(hidden) + 0.5


def test_pasted_cells_are_checked_like_typed_ones(signed_in_page, case):
    page = signed_in_page
    open_grid(page, case)
    paste_table(page, "5\t5\n26\t2+\n")
    assert page.locator("tr[data-row='movement.hip_abduction'] + tr .cell-error").inner_text()
    paste_table(page, "Moon flexor\t5\nHip flexor\t4")
    assert page.input_value("[name='strength-new1']") == "Moon flexor"


def test_n_means_not_tested(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case)
    keys.press("n", "Enter", "Control+s")
    wait_saved(page)
    assert newest(case)["strength"][0]["grade"] == "not tested"


# The whole body, and "="


def test_whole_body_is_entered_in_200_keys_and_15_rows_are_in_sight(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case, "?set=both&sides=both")
    cells = len(values(page))
    assert cells == 80
    for number in range(cells):
        keys.type("4" if number % 3 else "5")
        keys.press("Enter" if number < cells - 1 else "Control+s")
    wait_saved(page)
    assert keys.count <= 200
    assert len(newest(case)["strength"]) == 80


def test_fifteen_rows_are_in_sight(signed_in_page, case):
    open_grid(signed_in_page, case, "?set=both&sides=both")
    seen = signed_in_page.evaluate(
        """() => {
            const bar = document.querySelector(".save-bar").getBoundingClientRect().top;
            const rows = [...document.querySelectorAll(".strength-grid [data-row]")];
            return rows.filter((row) => row.getBoundingClientRect().bottom <= bar).length;
        }"""
    )
    assert seen >= 15


def test_normal_is_filled_with_two_keys_and_undone_with_one(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case)
    keys.press("=")
    assert values(page) == ["5", ""] * 7
    keys.press("=")
    assert values(page) == ["5"] * 14
    assert keys.count == 2
    keys.press("Control+z")
    assert values(page) == ["5", ""] * 7
    for undo in (lambda: keys.press("Control+z"), lambda: page.click("text=Undo filling")):
        page.click("text=Fill empty cells with 5")
        assert values(page) == ["5"] * 14
        assert page.inner_text("[data-grid-state]") == "7 cells filled with 5."
        undo()
        assert values(page) == ["5", ""] * 7
        assert page.inner_text("[data-grid-state]") == "" and page.is_hidden("[data-fill-undo]")
    page.click("text=Fill empty cells with 5")
    page.fill(".cell-grade >> nth=1", "4")
    assert page.is_hidden("[data-fill-undo]")


# Drafts


def test_a_killed_tab_loses_nothing(signed_in_page, new_page, live_server, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case)
    keys.press("5", "Enter", "2")
    page.wait_for_selector("text=/Unsaved changes stored \\d\\d:\\d\\d/")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.context.close()
    elsewhere = new_page()
    sign_in(elsewhere, live_server, case.author)
    open_grid(elsewhere, case)
    assert values(elsewhere)[:3] == ["5", "", "2"]
    assert "Unsaved changes from" in elsewhere.inner_text("main")
    elsewhere.click("text=Discard unsaved changes")
    elsewhere.wait_for_selector("text=Unsaved changes discarded.")
    assert values(elsewhere) == [""] * 14
    assert not Draft.objects.exists()


def test_navigation_marks_the_draft_at_once(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case)
    current = page.locator(".section-nav [aria-current]")
    assert "(empty)" in current.inner_text()
    keys.press("4")
    page.wait_for_selector(".section-nav [aria-current].state-unsaved")
    assert "(unsaved)" in current.text_content()
    assert "1 unsaved" in page.locator(".section-fold summary").text_content()
    assert not page.locator("[data-other-draft]").is_visible()
    keys.press("Backspace")
    page.wait_for_selector("text=No unsaved changes")
    assert "(empty)" in current.text_content() and not Draft.objects.exists()
    assert "unsaved" not in page.locator(".section-fold summary").text_content()
    assert not page.get_by_role("button", name="Discard unsaved changes").is_visible()
    keys.press("3")
    page.wait_for_selector(".section-nav [aria-current].state-unsaved")
    page.get_by_role("button", name="Discard unsaved changes").click()
    page.wait_for_selector("text=Unsaved changes discarded.")
    assert "(empty)" in current.text_content()


def test_typing_continues_after_signing_in_again_in_another_tab(signed_in_page, live_server, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    open_grid(page, case)
    other = page.context.new_page()
    other.goto("/")
    other.click("summary:has-text('clinician')")
    other.click("text=Sign out")
    keys.press("4")
    page.wait_for_selector("text=You are signed out. What you typed is lost if")
    sign_in_by_page(other, live_server, case.author)
    page.wait_for_selector("text=/Unsaved changes stored \\d\\d:\\d\\d/")
    keys.press("Control+s")
    wait_saved(page)


def test_leaving_warns_only_while_something_is_unsent(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    open_grid(page, case)
    keys.press("ArrowDown")
    page.goto(f"/cases/{case.pk}/")
    assert asked == []
    open_grid(page, case)
    page.evaluate("() => { window.setTimeout = () => 0 }")  # no autosave
    keys.press("4")
    page.evaluate("location.href = '/'")
    page.wait_for_url("/")
    assert asked == ["beforeunload"]
    eventually(page, Draft.objects.exists)
    open_grid(page, case)
    assert values(page)[0] == "4"  # the draft was sent when the page was left


# Conduction and needle EMG


def test_conduction_accepts_ratios_absent_responses_and_both_sides(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    page.goto(f"/cases/{case.pk}/conduction/")
    for name, text in {
        "motor_conduction-new1-nerve": "tibial",
        "motor_conduction-new1-amplitude_mv": "4.1 % of right",
        "sensory_conduction-new1-nerve": "superficial fibular",
        "sensory_conduction-new2-nerve": "sural",
        "sensory_conduction-new2-amplitude_uv": "6 µV both sides",
    }.items():
        page.fill(f"[name='{name}']", text)
    page.focus("[name='sensory_conduction-new1-amplitude_uv']")
    before = keys.count
    keys.press("n")
    assert keys.count - before == 1
    keys.press("Enter")
    shown = page.input_value("[name='sensory_conduction-new1-amplitude_uv']")
    assert shown == "no response"
    keys.press("Control+s")
    wait_saved(page)
    shown = page.eval_on_selector_all(".cell-value", "all => all.map(one => one.value)")
    assert {"4.1% of right", "no response", "6 µV"} <= set(shown)


def test_graded_emg_needs_one_key(signed_in_page, case):
    page, keys = signed_in_page, Keyboard(signed_in_page)
    page.goto(f"/cases/{case.pk}/emg/")
    page.fill("[name='needle_emg-new1-muscle']", "tibialis anterior")
    page.focus("[name='needle_emg-new1-fibrillations']")
    keys.press("2", "Enter", "Control+s")
    wait_saved(page)
    assert newest(case)["needle_emg"][0]["fibrillations"] == "2+"


# Two tabs


def test_two_tabs_show_both_versions(signed_in_page, case):
    page = signed_in_page
    other = page.context.new_page()
    open_grid(page, case)
    open_grid(other, case)
    for tab, grade in ((page, "4"), (other, "3")):
        tab.locator(".cell-grade").first.fill(grade)
        tab.keyboard.press("Control+s")
        tab.wait_for_selector("text=Saved as" if tab is page else "#merge")
    assert grades(case)[0][1] == "4"
    line = other.inner_text("#merge tr.conflict")
    assert "4" in line and "3" in line
    assert values(other)[0] == "3"
    other.click("[data-save]")
    wait_saved(other, 3)
    assert newest(case)["strength"][0]["grade"] == "3"


# Added rows, accessibility, and pages without scripts


def test_rows_are_added_without_reload_and_a_new_event_can_be_chosen(signed_in_page, case):
    page = signed_in_page
    page.goto(f"/cases/{case.pk}/timeline/")
    page.locator("[data-add]").first.click()
    page.fill("[name='events-new4-label']", "Second attack")
    page.fill("[name='events-new4-placement']", "+3mo")
    page.fill("[name='visits-new1-label']", "At the second attack")
    page.select_option("[name='visits-new1-event']", label="Second attack")
    page.keyboard.press("Control+s")
    wait_saved(page)
    assert newest(case)["visits"][-1]["event"] == "second-attack"


@pytest.mark.parametrize("width", [1366, 320])
@pytest.mark.parametrize("path", ["strength/?set=both&sides=both", "conduction/", "timeline/"])
def test_page_is_accessible_and_does_not_scroll_sideways(new_page, live_server, path, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    case = make_case()
    page = new_page(viewport={"width": width, "height": 768})
    sign_in(page, live_server, case.author)
    page.goto(f"/cases/{case.pk}/{path}")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_works_without_scripts(new_page, live_server, case):
    page = new_page(java_script_enabled=False)
    sign_in(page, live_server, case.author)
    open_grid(page, case)
    page.locator(".cell-grade").first.fill("26")
    page.click("[data-save]")
    assert "Hip flexor, left, On admission: 26" in page.inner_text("#error-summary")
    page.locator(".cell-grade").first.fill("3-")
    page.click("button[name=add][value=strength]")
    page.fill("[name='strength-new5']", "Tibialis anterior")
    page.fill("[name='strength-new5-left-later']", "n")
    page.click("[data-save]")
    wait_saved(page)
    stored = [row["grade"] for row in newest(case)["strength"]]
    assert stored == ["3-", "not tested"]


# The body map next to the grid


def test_body_map_follows_the_focus_and_shows_what_is_typed(signed_in_page, case):
    page = signed_in_page
    open_grid(page, case)
    quadriceps = "#entry-map path[data-shows~='knee_extension'][data-side='{}']"
    left, right = page.locator(quadriceps.format("left")), page.locator(quadriceps.format("right"))
    cell = page.get_by_label("Knee extensor, left, On admission")
    cell.focus()
    assert "is-focused" in left.get_attribute("class")
    assert "is-focused" not in right.get_attribute("class")
    cell.fill("3-")
    assert "region-grade-3" in left.get_attribute("class")
    assert "region-blank" in right.get_attribute("class")
    assert "3\u2212" in page.locator("#entry-map svg").first.text_content()
    cell.fill("n")
    assert "region-state" in left.get_attribute("class")
    page.get_by_label("Knee extensor, left, 3 months later").focus()
    assert "region-blank" in left.get_attribute("class")
    assert page.locator("#entry-map figcaption").inner_text() == "3 months later"


def test_body_map_is_next_to_the_grid_only_if_there_is_room(signed_in_page, case):
    page = signed_in_page
    open_grid(page, case)
    grid, place = page.locator(".strength-grid").bounding_box(), page.locator("#entry-map")
    assert place.bounding_box()["x"] >= grid["x"] + grid["width"]
    page.set_viewport_size({"width": 1199, "height": 768})
    assert not place.is_visible()

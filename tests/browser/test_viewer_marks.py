"""Marks in the viewer: dragging, the edge of the image, and names in the list of marks."""

import pytest

from tests.browser.conftest import eventually
from tests.browser.test_viewer import open_viewer
from tests.imaging.stored import add_mark, case_with_images

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def case(transactional_db):
    return case_with_images(5)


def drag(page, start, by):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=4)
    page.mouse.up()


def stored(mark, *fields):
    mark.refresh_from_db()
    return [getattr(mark, field) for field in fields]


def middle_of(locator):
    boxes = []  # None while the slice is loading or the mark is being redrawn
    eventually(locator.page, lambda: boxes.append(locator.bounding_box()) or boxes[-1])
    box = boxes[-1]
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_mark_is_moved_by_a_drag_whole_or_by_an_end_and_stays_selected(
    browser_page, live_server, case
):
    head = add_mark(case, 2)
    line = add_mark(case, 3, kind="line", x=2, y=2, x2=9, y2=2)
    open_viewer(browser_page, live_server, case, "?slice=3")
    usual = browser_page.locator("[data-width]").input_value()
    a_pixel = browser_page.locator("[data-marks-layer]").evaluate("one => one.getScreenCTM().a")
    before = head.x, head.y
    drag(browser_page, middle_of(browser_page.locator(".mark-hit")), (2 * a_pixel, a_pixel))
    assert browser_page.locator("polygon.mark-selected").count() == 1
    assert browser_page.locator("[data-width]").input_value() == usual
    browser_page.keyboard.press("Escape")
    browser_page.keyboard.press("ArrowDown")
    second = browser_page.locator(".mark-hit[data-end=second]")
    drag(browser_page, middle_of(second), (-3 * a_pixel, 0))
    browser_page.locator("[data-marks] li", has_text="2.0 mm").wait_for()
    moved = pytest.approx([before[0] + 2, before[1] + 1], abs=0.1)
    eventually(browser_page, lambda: stored(head, "x", "y") == moved)
    shortened = [2, 2, pytest.approx(6, abs=0.1), 2]
    eventually(browser_page, lambda: stored(line, "x", "y", "x2", "y2") == shortened)
    browser_page.keyboard.press("Control+z")
    browser_page.locator("[data-marks] li", has_text="3.5 mm").wait_for()


def test_line_at_the_edge_keeps_its_shape(browser_page, live_server, case):
    line = add_mark(case, 2, kind="line", x=1, y=2, x2=6, y2=4)
    open_viewer(browser_page, live_server, case, "?slice=3")
    browser_page.locator("[data-marks] li button").press("Enter")
    browser_page.keyboard.press("Shift+ArrowLeft")
    eventually(browser_page, lambda: stored(line, "x", "x2") == [0, 5])


def test_list_names_the_kind_of_marks_and_a_text_shows_its_structure(
    browser_page, live_server, case
):
    add_mark(case, 2, kind="text")
    open_viewer(browser_page, live_server, case, "?slice=3")
    line = browser_page.locator("[data-marks] li")
    assert "text: left L5 root (red, filled)" in line.inner_text()
    assert browser_page.locator("text.mark-text").text_content() == "left L5 root"

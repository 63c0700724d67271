"""The viewer when responses are late, lost or rejected, or marks are changed elsewhere."""

import pytest
from django.contrib.sessions.models import Session

from tests.browser.conftest import eventually, sign_in_by_page
from tests.browser.test_viewer import counter, open_viewer
from tests.factories import make_case
from tests.imaging.stored import add_mark, add_series, case_with_images

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def case(transactional_db):
    return case_with_images(5)


DAMAGED = "The picture is damaged: its compressed data cannot be decoded."


@pytest.fixture
def answers(request):
    """{slice number: function that responds to requests for it}; other requests stay pending."""
    return dict(getattr(request, "param", {}))


def away(route):
    route.abort()


def refused(route):
    route.fulfill(status=422, body=DAMAGED, content_type="text/plain")


@pytest.fixture
def page(browser_page, live_server, case, answers):
    """The viewer, showing the first of five slices."""
    keys = [image.pk for image in case.instances.order_by("position", "pk")]

    def answer(route):
        number = keys.index(int(route.request.url.split("/instances/")[1].split("/")[0])) + 1
        if number in answers:
            answers[number](route)

    browser_page.route("**/frame.bin*", answer)
    open_viewer(browser_page, live_server, case, "?slice=1")
    yield browser_page
    browser_page.unroute_all(behavior="ignoreErrors")


def test_no_other_slice_is_shown_under_a_slice_number(page):
    picture, canvas = page.locator("[data-image]"), page.locator("[data-canvas]")
    assert picture.is_visible() and counter(page) == "1/5"
    page.keyboard.press("End")
    page.get_by_text("Loading slice 5 of 5").wait_for()
    assert counter(page) == "5/5" and not picture.is_visible() and not canvas.is_visible()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing was placed").wait_for()


@pytest.mark.parametrize("answers", [{5: away, 4: refused}], indirect=True)
def test_pane_shows_why_a_slice_is_missing_and_retries(page, live_server, case, answers):
    trouble = page.locator("[data-trouble]")
    page.keyboard.press("End")
    trouble.get_by_text("the server did not respond").wait_for()
    answers[5] = lambda route: route.continue_()
    Session.objects.all().delete()
    trouble.get_by_role("button", name="Try again").click()
    trouble.get_by_text("You are signed out").wait_for()
    assert trouble.get_by_role("link", name="Sign in").is_visible()
    sign_in_by_page(page.context.new_page(), live_server, case.author)
    trouble.get_by_role("button", name="Try again").click()
    page.locator("[data-canvas]").wait_for()
    page.locator("[data-stage]").press("ArrowUp")
    trouble.get_by_text(DAMAGED).wait_for()
    assert counter(page) == "4/5"
    assert not trouble.get_by_role("button", name="Try again").is_visible()


def test_changes_are_queued_until_the_server_responds(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case, "?slice=2")
    browser_page.locator("[data-canvas]").wait_for()
    browser_page.wait_for_load_state("networkidle")
    browser_page.context.set_offline(True)
    for key in ("1", "Enter", "w", "Enter", "ArrowRight", "Enter"):
        browser_page.keyboard.press(key)
    browser_page.get_by_text("Not saved yet (2)").wait_for()
    browser_page.context.set_offline(False)
    browser_page.get_by_text("All changes saved.").wait_for()
    assert [mark.kind for mark in case.annotations.order_by("pk")] == ["arrowhead", "arrow"]


def test_mark_deleted_and_restored_before_the_response_is_stored_once(
    browser_page, live_server, case
):
    before = add_mark(case, 1, x=4, y=5)
    open_viewer(browser_page, live_server, case, "?slice=2")
    browser_page.locator("[data-marks] button").click()
    browser_page.context.set_offline(True)
    for key in ("ArrowRight", "Delete", "Control+z"):
        browser_page.keyboard.press(key)
    browser_page.get_by_text("Not saved yet (3)").wait_for()
    browser_page.context.set_offline(False)
    browser_page.get_by_text("All changes saved.").wait_for()
    browser_page.locator("[data-marks] li").get_by_role("link", name="Edit").wait_for()
    mark = case.annotations.get()
    assert (mark.x, mark.y, mark.key) == (5, 5, before.key) and mark.pk != before.pk
    browser_page.keyboard.press("Control+z")
    eventually(browser_page, lambda: case.annotations.filter(x=4, y=5).exists())


def test_mark_changed_elsewhere_is_shown_and_can_be_overwritten(browser_page, live_server, case):
    mark = add_mark(case, 1, x=4, y=5)
    open_viewer(browser_page, live_server, case, "?slice=2")
    case.annotations.update(x=9)
    browser_page.locator("[data-marks] button").click()
    browser_page.keyboard.press("ArrowDown")
    browser_page.get_by_text("was changed elsewhere").wait_for()
    mark.refresh_from_db()
    assert (mark.x, mark.y) == (9, 5)
    browser_page.keyboard.press("Control+z")
    browser_page.get_by_text("was changed elsewhere").wait_for(state="hidden")
    eventually(browser_page, lambda: case.annotations.filter(x=9, y=6).exists())


def test_mark_deleted_elsewhere_can_be_placed_again(browser_page, live_server, case):
    add_mark(case, 1)
    open_viewer(browser_page, live_server, case, "?slice=2")
    line = browser_page.locator("[data-marks] li")
    line.get_by_role("button").click()
    case.annotations.all().delete()
    browser_page.keyboard.press("ArrowDown")
    browser_page.get_by_text("was deleted elsewhere").wait_for()
    browser_page.keyboard.press("Control+z")
    line.get_by_role("link", name="Edit").wait_for()
    assert case.annotations.get().y == 6
    case.annotations.all().delete()
    line.get_by_role("button").click()
    browser_page.keyboard.press("Delete")
    browser_page.get_by_text("Already deleted elsewhere").wait_for()


def test_mark_out_of_sight_is_not_moved_or_deleted(browser_page, live_server, case):
    add_mark(case, 1)
    open_viewer(browser_page, live_server, case, "?slice=2")
    browser_page.locator("[data-marks] button").click()
    browser_page.locator("[data-stage]").hover()
    browser_page.mouse.wheel(0, 120)
    browser_page.locator("[data-counter]", has_text="3/5").wait_for()
    browser_page.keyboard.press("Delete")
    browser_page.keyboard.press("ArrowDown")
    assert counter(browser_page) == "4/5" and case.annotations.count() == 1


def test_colour_images_can_be_scrolled_zoomed_and_marked(
    browser_page, live_server, transactional_db
):
    case = make_case()
    colour = {"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3, "PlanarConfiguration": 0}
    colour |= {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
    add_series(case, 3, **colour, PixelData=bytes(range(192)) * 3)
    open_viewer(browser_page, live_server, case, "?slice=1")
    for key in ("ArrowDown", "+"):
        browser_page.keyboard.press(key)
    browser_page.locator("[data-canvas][data-shown*='image.png']").wait_for()
    assert counter(browser_page) == "2/3"
    for key in ("1", "Enter"):
        browser_page.keyboard.press(key)
    browser_page.locator("[data-marks]").get_by_role("link", name="Edit").wait_for()


def test_another_examination_is_synchronised_in_millimetres(browser_page, live_server, case):
    later = {"StudyInstanceUID": "1.2.9", "FrameOfReferenceUID": "1.2.9.4"}
    other = add_series(case, 9, 2, **later)
    open_viewer(browser_page, live_server, case, f"?slice=1&beside={other.pk}&beside_slice=3")
    browser_page.keyboard.press("ArrowDown")
    assert (counter(browser_page), counter(browser_page, 1)) == ("2/5", "4/9")
    browser_page.get_by_label("Offset").fill("2")
    browser_page.keyboard.press("Tab")
    assert counter(browser_page, 1) == "6/9"
    browser_page.wait_for_url("**beside_offset=2**")
    browser_page.reload()
    browser_page.keyboard.press("ArrowDown")
    assert (counter(browser_page), counter(browser_page, 1)) == ("3/5", "7/9")


def test_naming_a_level_keeps_the_other_panes(browser_page, live_server, case):
    other = add_series(case, 5, 2)
    open_viewer(browser_page, live_server, case, f"?slice=2&beside={other.pk}")
    browser_page.keyboard.press("i")
    browser_page.keyboard.press("n")
    browser_page.keyboard.type("L4–5")
    browser_page.keyboard.press("Enter")
    browser_page.locator("[data-level]", has_text="L4–5").first.wait_for()
    assert browser_page.locator("[data-pane]").count() == 2
    assert "inverted=1" in browser_page.url

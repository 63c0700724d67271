"""Images in a real browser: upload with progress, the viewer, arrowheads and figures."""

import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from imaging.dicom.synthetic import slice_bytes
from imaging.intake import receiving
from imaging.models import ImportJob
from patients.models import Visit
from patients.versions.saving import save_version
from tests.browser.conftest import eventually, sign_in
from tests.factories import make_case
from tests.imaging.stored import add_figure, add_mark, add_series, case_with_images

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
SLICES = 60


@pytest.fixture
def case(transactional_db):
    return case_with_images(5)


def open_page(page, live_server, case, name, *args, query=""):
    sign_in(page, live_server, case.author)
    page.goto(live_server.url + reverse(f"imaging:{name}", args=[case.pk, *args]) + query)


def open_viewer(page, live_server, case, query=""):
    series = case.series.order_by("pk").first()
    open_page(page, live_server, case, "show-series", series.pk, query=query)


def counter(page, pane=0):
    return page.locator("[data-counter]").nth(pane).inner_text()


def test_arrow_keys_and_wheel_step_through_slices(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case, "?slice=2")
    browser_page.keyboard.press("ArrowDown")
    assert counter(browser_page) == "3/5"
    browser_page.locator("[data-stage]").hover()
    browser_page.mouse.wheel(0, 120)
    browser_page.wait_for_function("document.querySelector('[data-counter]').innerText === '4/5'")
    browser_page.keyboard.press("Home")
    assert counter(browser_page) == "1/5"
    browser_page.wait_for_url(re.compile(r"slice=1"))
    browser_page.reload()
    assert counter(browser_page) == "1/5"


def test_two_series_move_together_and_apart_with_an_offset(browser_page, live_server, case):
    other = add_series(case, 5, 2)
    open_viewer(browser_page, live_server, case, f"?slice=1&beside={other.pk}")
    keys = browser_page.keyboard
    keys.press("ArrowDown")
    assert (counter(browser_page), counter(browser_page, 1)) == ("2/5", "2/5")
    keys.press("s")
    keys.press("ArrowDown")
    assert (counter(browser_page), counter(browser_page, 1)) == ("3/5", "2/5")
    keys.press("s")
    keys.press("ArrowDown")
    assert (counter(browser_page), counter(browser_page, 1)) == ("4/5", "3/5")


def test_drag_changes_the_window_and_r_resets_it(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case)
    width = browser_page.locator("[data-width]")
    usual = width.input_value()
    box = browser_page.locator("[data-stage]").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    browser_page.mouse.move(*middle)
    browser_page.mouse.down()
    browser_page.mouse.move(middle[0] + 90, middle[1], steps=4)
    browser_page.mouse.up()
    assert float(width.input_value()) > float(usual)
    browser_page.keyboard.press("r")
    assert width.input_value() == usual


def test_a_hides_marks_and_question_mark_opens_the_help(browser_page, live_server, case):
    add_mark(case, 2)
    open_viewer(browser_page, live_server, case, "?slice=3")
    mark = browser_page.locator("polygon.mark")
    assert mark.is_visible()
    browser_page.keyboard.press("a")
    assert not mark.is_visible()
    browser_page.keyboard.press("?")
    assert browser_page.get_by_role("dialog", name="Keyboard shortcuts").is_visible()


def test_each_arrowhead_needs_a_key_and_a_click(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case, "?slice=1")
    stage = browser_page.locator("[data-stage]")
    for level in range(3):
        for key, x in (("1", 200), ("2", 260)):
            browser_page.keyboard.press(key)
            stage.click(position={"x": x, "y": 200 + 10 * level})
        browser_page.keyboard.press("ArrowDown")
        browser_page.locator("[data-stage][data-state=shown]").wait_for()
    lines = browser_page.locator("[data-marks] li")
    lines.nth(5).get_by_role("link", name="Edit").wait_for()
    assert case.annotations.count() == 6
    words = [mark.words() for mark in case.annotations.order_by("position")]
    assert words == ["left L5 root (red, filled)", "left S1 root (blue, hollow)"] * 3
    assert len({mark.sop_instance_uid for mark in case.annotations.all()}) == 3
    browser_page.keyboard.press("Control+z")
    lines.nth(5).wait_for(state="detached")
    eventually(browser_page, lambda: case.annotations.count() == 5)


def test_arrowhead_is_placed_moved_and_deleted_without_a_mouse(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case, "?slice=2")
    keys = browser_page.keyboard
    for key in ("1", "ArrowRight", "ArrowDown", "Enter"):
        keys.press(key)
    line = browser_page.locator("[data-marks] li").first
    line.get_by_role("link", name="Edit").wait_for()
    mark = case.annotations.get()
    assert (mark.x, mark.y) == (6.5, 8.5) and counter(browser_page) == "2/5"
    line.get_by_role("button").focus()
    keys.press("Enter")
    with browser_page.expect_response(lambda answer: answer.request.method == "PATCH"):
        keys.press("ArrowLeft")
    assert case.annotations.get().x == 5.5
    assert case.annotations.get().y == 8.5
    keys.press("Delete")
    browser_page.get_by_text("None in this series.").wait_for()
    keys.press("Control+z")
    line.get_by_role("link", name="Edit").wait_for()
    assert case.annotations.get().words() == "left L5 root (red, filled)"


# The largest difference between a canvas and the server's picture of the same slice and window;
# 999 if their sizes differ.
DIFFERENCE = """async ([canvas, center, width]) => {
  const own = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const address = canvas.dataset.shown.replace("frame.bin", "image.png");
  const answer = await fetch(`${address}&center=${center}&width=${width}`);
  const picture = await createImageBitmap(await answer.blob());
  const sheet = new OffscreenCanvas(picture.width, picture.height);
  const context = sheet.getContext("2d");
  context.drawImage(picture, 0, 0);
  const theirs = context.getImageData(0, 0, picture.width, picture.height).data;
  let most = own.length === theirs.length ? 0 : 999;
  for (let at = 0; at < own.length; at += 1) most = Math.max(most, Math.abs(own[at] - theirs[at]));
  return most;
}"""


def set_window(pane, center, width):
    """Set the window of a pane in its form, which is in a menu if there are several panes."""
    menu = pane.locator(".window-menu:not([open]) > summary")
    if menu.count():
        menu.click()
    pane.get_by_label("Centre").fill(str(center))
    pane.get_by_label("Width").fill(str(width))
    pane.get_by_role("button", name="Set window").click()


BYTES = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "PixelData": bytes(range(192))}
SHORTS = (np.arange(192, dtype=np.int32) * 341 - 32768).astype("<i2").tobytes()
WHOLE = {"BitsStored": 16, "HighBit": 15, "PixelData": SHORTS}
GREYS = {
    "12 bits": {},
    "12 bits signed": {"PixelRepresentation": 1},
    "8 bits": BYTES,
    "8 bits signed": BYTES | {"PixelRepresentation": 1},
    "16 bits": WHOLE,
    "16 bits signed": WHOLE | {"PixelRepresentation": 1},
    "lowest is white": {"PhotometricInterpretation": "MONOCHROME1"},
    "slope and intercept": {"RescaleSlope": 2.5, "RescaleIntercept": -500},
    "exact": {"VOILUTFunction": "LINEAR_EXACT", "WindowCenter": 40, "WindowWidth": 400},
    "sigmoid": {"VOILUTFunction": "SIGMOID", "WindowCenter": 40, "WindowWidth": 400},
}


def test_canvas_equals_the_servers_picture(browser_page, live_server, transactional_db):
    case = make_case()
    found = [add_series(case, 1, at, **grey) for at, grey in enumerate(GREYS.values(), 1)]
    sign_in(browser_page, live_server, case.author)
    for start in range(0, len(found), 4):
        first, *others = found[start : start + 4]
        address = reverse("imaging:show-series", args=[case.pk, first.pk])
        query = "&".join(f"beside={other.pk}" for other in others)
        browser_page.goto(f"{live_server.url}{address}?{query}")
        browser_page.locator("[data-canvas][data-shown*='frame.bin']").nth(len(others)).wait_for()
        for at in range(len(others) + 1):
            pane = browser_page.locator("[data-pane]").nth(at)
            canvas = pane.locator("[data-canvas]").element_handle()
            for window in ((600, 1200), (700.5, 301), (40, 1), (-10, 64)):
                set_window(pane, *window)
                name = list(GREYS)[start + at]
                assert browser_page.evaluate(DIFFERENCE, [canvas, *window]) == 0, (name, window)


def test_line_is_drawn_by_a_drag_measured_undone_and_redone(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case, "?slice=2")
    box = browser_page.locator("[data-stage]").bounding_box()
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    browser_page.keyboard.press("d")
    browser_page.mouse.move(across, down)
    browser_page.mouse.down()
    browser_page.mouse.move(across + 60, down, steps=4)
    browser_page.mouse.up()
    line = browser_page.locator("[data-marks] li").first
    line.get_by_text(" mm").wait_for()
    mark = case.annotations.get()
    assert mark.kind == "line" and mark.x2 > mark.x and abs(mark.y2 - mark.y) < 0.1
    assert f"{abs(mark.x2 - mark.x) * 0.5:.1f} mm" in line.inner_text()
    browser_page.keyboard.press("Control+z")
    browser_page.get_by_text("None in this series.").wait_for()
    browser_page.keyboard.press("Control+Shift+z")
    line.get_by_role("link", name="Edit").wait_for()
    assert case.annotations.get().kind == "line"


def test_ellipse_is_placed_with_the_keyboard_only(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case, "?slice=2")
    for key in ("e", "Enter", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "Enter"):
        browser_page.keyboard.press(key)
    browser_page.locator("[data-marks]").get_by_text("mean").wait_for()
    mark = case.annotations.get()
    assert (mark.x2 - mark.x, mark.y2 - mark.y) == (2, 2)


def test_picture_is_zoomed_moved_inverted_and_reset(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case)
    canvas = browser_page.locator("[data-canvas]")
    canvas.wait_for()
    before = canvas.bounding_box()
    keys = browser_page.keyboard
    keys.press("+")
    assert canvas.bounding_box()["width"] == pytest.approx(before["width"] * 1.25, rel=0.01)
    at = canvas.bounding_box()["y"]
    keys.press("Shift+ArrowDown")
    assert canvas.bounding_box()["y"] < at
    keys.press("i")
    keys.press("r")
    assert canvas.bounding_box() == before


def test_intersecting_series_show_reference_lines(browser_page, live_server, case):
    sagittal = [0, 1, 0, 0, 0, -1]
    other = add_series(case, 3, 2, ImageOrientationPatient=sagittal, PixelSpacing=[5, 5])
    open_viewer(browser_page, live_server, case, f"?beside={other.pk}")
    line = browser_page.locator(".reference-line")
    line.wait_for(state="attached")
    before = line.get_attribute("y1"), line.get_attribute("y2")
    browser_page.keyboard.press("ArrowDown")
    assert (line.get_attribute("y1"), line.get_attribute("y2")) != before
    browser_page.keyboard.press("k")
    assert browser_page.locator(".reference-line").count() == 0


def test_structure_in_the_report_links_to_its_mark(browser_page, live_server, case):
    add_mark(case, 3)
    add_figure(case)
    case.figures.get().panels.filter(row=0).update(
        sop_instance_uid=case.annotations.get().sop_instance_uid
    )
    save_version(case, case.author)
    sign_in(browser_page, live_server, case.author)
    browser_page.goto(f"{live_server.url}/cases/{case.pk}/report/")
    browser_page.locator("figure").get_by_role("link", name="left L5 root").click()
    browser_page.locator(".mark-flash").wait_for()
    assert counter(browser_page) == "4/5"


def test_cine_plays_until_it_is_stopped(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case, "?slice=1")
    browser_page.keyboard.press("c")
    browser_page.locator("[data-counter]", has_text="3/5").wait_for()
    browser_page.keyboard.press("c")
    browser_page.wait_for_load_state("networkidle")  # wait for pending slices
    stopped = counter(browser_page)
    browser_page.wait_for_timeout(400)
    assert counter(browser_page) == stopped


def test_rejected_change_is_reverted_with_a_message(browser_page, live_server, case):
    open_viewer(browser_page, live_server, case, "?slice=2")
    type(case).objects.filter(pk=case.pk).update(status="submitted")
    browser_page.keyboard.press("1")
    browser_page.keyboard.press("Enter")
    browser_page.get_by_text("Not saved:").wait_for()
    assert browser_page.locator("polygon.mark").count() == 0


def test_viewer_works_without_javascript(chromium, quiet_server, case):
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(60_000)
    page = context.new_page()
    open_viewer(page, quiet_server, case, "?slice=1")
    page.get_by_role("link", name="Next").click()
    assert counter(page) == "2/5"
    page.get_by_label("Width").fill("300")
    page.get_by_role("button", name="Set window").click()
    assert "width=300" in page.locator("[data-image]").get_attribute("src")
    context.close()


def test_folder_is_sent_file_by_file(browser_page, live_server, tmp_path, monkeypatch, db):
    monkeypatch.setattr(receiving, "read_in_background", receiving.run)
    case = make_case()
    for number in range(SLICES):
        (tmp_path / f"{number:03}.dcm").write_bytes(slice_bytes(number, 32))
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "broken.dcm").write_bytes(slice_bytes(99, 32)[:900])
    open_page(browser_page, live_server, case, "list-series")
    browser_page.get_by_label("Or a folder").set_input_files(tmp_path)
    browser_page.get_by_role("button", name="Import", exact=True).click()
    browser_page.wait_for_url(re.compile(r"/imports/"))
    browser_page.get_by_role("heading", name="Rejected or needs checking").wait_for()
    counts = ImportJob.objects.get().counts()
    assert (counts["stored"], counts["refused"]) == (SLICES, 2)
    told = browser_page.get_by_role("table").first.inner_text()
    assert "notes.txt" in told and "broken.dcm" in told
    numbers = [row.instance_number for row in case.instances.order_by("position")]
    assert numbers == sorted(numbers, reverse=True)  # slices run from head to feet


@pytest.mark.parametrize("width", [1366, 320])
def test_pages_are_accessible_and_fit(browser_page, live_server, case, width):
    add_mark(case, 2)
    figure = add_figure(case)
    series = case.series.get().pk
    browser_page.set_viewport_size({"width": width, "height": 768})
    sign_in(browser_page, live_server, case.author)
    pages = [
        ("list-series",),
        ("show-series", series),
        ("edit-figure", figure.pk),
        ("show-import", case.imports.get().pk),
        ("edit-annotation", case.annotations.get().pk),
    ]
    for name, *args in pages:
        path = reverse(f"imaging:{name}", args=[case.pk, *args])
        browser_page.goto(live_server.url + path)
        browser_page.wait_for_load_state("networkidle")
        found = Axe().run(browser_page).response["violations"]
        assert [(name, one["id"], one["nodes"][0]["html"][:150]) for one in found] == []
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768)])
def test_four_panes_fit_a_screen_and_show_their_visits(browser_page, live_server, case, size):
    series = case.series.get()
    study = series.study
    study.visit = Visit.objects.create(case=case, key="treated", label="3 months after treatment")
    study.study_date = "2015-03-27"
    study.save()
    browser_page.set_viewport_size({"width": size[0], "height": size[1]})
    open_viewer(browser_page, live_server, case, "".join(["?slice=1", f"&beside={series.pk}" * 3]))
    for pane in range(4):
        foot = browser_page.locator(".pane-foot").nth(pane).bounding_box()
        assert foot["y"] + foot["height"] <= size[1] and foot["height"] < 60
        header = browser_page.locator(".pane > header").nth(pane)
        date = header.locator(".study-date")
        assert date.evaluate("one => one.scrollWidth <= one.clientWidth")
        right = header.bounding_box()["x"] + header.bounding_box()["width"]
        assert date.bounding_box()["x"] + date.bounding_box()["width"] <= right + 1

"""Figures: builder, picture, caption and legend."""

import hashlib
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image

from imaging.figures.captions import MarkWords, caption, series_label
from imaging.figures.composition import PanelImage, compose_figure, layout, panel_side
from imaging.figures.sheet import gather_figure
from imaging.models import Figure, Instance
from patients.versions.reading import document_of, served_text
from patients.versions.saving import save_version
from tests.factories import make_user
from tests.imaging.stored import add_figure, add_mark, add_series, case_with_images

L5 = MarkWords("left L5 root", "red", "filled")
S1 = MarkWords("left S1 root", "blue", "hollow")


def test_caption_names_levels_columns_and_marks():
    text = caption(
        ["L3–4", "L4–5", "L5–S1"], ["T1-weighted + gadolinium", "T2-weighted"], [L5, L5, S1, S1]
    )
    assert text == (
        "Upper: L3–4; middle: L4–5; lower: L5–S1. (A) T1-weighted + gadolinium; (B) T2-weighted. "
        "Red filled arrowheads: left L5 root; blue hollow arrowheads: left S1 root."
    )


def test_caption_names_synthetic_images_and_a_single_arrowhead():
    assert caption([""], ["T2"], [L5], synthetic=True) == (
        "(A) T2. Red filled arrowhead: left L5 root. Synthetic images."
    )


def test_caption_numbers_many_rows():
    assert caption(["a", "b", "c", "d"], [], []).startswith("Row 1: a; row 2: b")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("T2 TSE AX", "", "", "axial"), "T2-weighted axial"),
        (("t1_tse", "", "", "sagittal"), "T1-weighted sagittal"),
        (("T1 TSE", "", "Gadobutrol", ""), "T1-weighted with contrast agent"),
        (("SURVEY", "", "", "axial"), "SURVEY"),
        (("T10 level", "", "", ""), "T10 level"),
    ],
)
def test_series_label_comes_from_its_header(said, words):
    assert series_label(*said) == words


@pytest.fixture
def case(client, db):
    case = case_with_images()
    client.force_login(case.author)
    return case


def where(name, case, *args):
    return reverse(f"imaging:{name}", args=[case.pk, *args])


def test_figure_is_composed_as_one_png(client, case):
    figure = add_figure(case)
    add_mark(case, 0)
    response = client.get(where("show-figure", case, figure.pk, "png"))
    picture = Image.open(io.BytesIO(response.content))
    assert response["Content-Type"] == "image/png" and picture.height > picture.width
    again = client.get(
        where("show-figure", case, figure.pk, "png"), headers={"if-none-match": response["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("levels", [("l3_4", "l4_5"), ("l3_4",), ("",)])
@pytest.mark.parametrize("page", ["edit-figure", "report"])
def test_pages_reserve_the_size_of_the_figure(client, case, page, levels):
    figure = add_figure(case, levels=levels)
    picture = Image.open(io.BytesIO(picture_of(client, case, figure).content))
    address = where(page, case, figure.pk) if page == "edit-figure" else f"/cases/{case.pk}/report/"
    html = client.get(address).content.decode()
    drawn = re.search(r'<img src="[^"]*/figure\.png[^"]*"[^>]* width="(\d+)" height="(\d+)"', html)
    assert drawn and tuple(map(int, drawn.groups())) == picture.size


def test_figures_of_a_report_are_numbered_from_1(client, case):
    add_figure(case)
    add_figure(case, levels=("l3_4",))
    html = client.get(f"/cases/{case.pk}/report/").content.decode()
    assert re.findall(r"<figcaption><b>(.*?)</b>", html) == ["Figure 1.", "Figure 2."]


def test_figure_changes_with_its_marks(client, case):
    figure = add_figure(case)
    before = client.get(where("show-figure", case, figure.pk, "png"))["ETag"]
    add_mark(case, 0)
    assert client.get(where("show-figure", case, figure.pk, "png"))["ETag"] != before


def test_figure_changes_with_the_window_of_a_panel(client, case):
    figure = add_figure(case)
    figure.panels.update(window_center=2000, window_width=500)
    before = picture_of(client, case, figure)
    figure.panels.update(window_center=500)
    after = picture_of(client, case, figure)
    assert after["ETag"] != before["ETag"] and after.content != before.content


def test_figure_changes_with_the_window_of_its_series(client, case):
    figure = add_figure(case)
    case.series.update(window_center=2000, window_width=500)
    before = picture_of(client, case, figure)
    case.series.update(window_center=500)
    after = picture_of(client, case, figure)
    assert after["ETag"] != before["ETag"] and after.content != before.content


def test_figure_changes_with_the_geometry_of_an_image(client, case):
    figure = add_figure(case)
    before = picture_of(client, case, figure)
    for image in case.instances.all():
        image.header["image_orientation_patient"] = [0, 1, 0, 0, 0, -1]
        image.save()
    after = picture_of(client, case, figure)
    assert after["ETag"] != before["ETag"] and after.content != before.content


@pytest.mark.parametrize("width", [0, 0.5, -3])
def test_invalid_window_of_a_series_is_reported(client, case, width):
    figure = add_figure(case)
    case.series.update(window_center=40, window_width=width)
    response = client.get(where("show-figure", case, figure.pk, "png"))
    assert (
        response.status_code == 422 and b"window stated in its file is invalid" in response.content
    )


def test_missing_frame_is_reported(client, case):
    figure = add_figure(case)
    figure.panels.update(frame=9)
    response = client.get(where("show-figure", case, figure.pk, "png"))
    assert response.status_code == 422 and b"The file has no frame 9." in response.content


def test_quarantined_image_is_not_shown_in_a_figure(client, case):
    figure = add_figure(case)
    case.instances.update(quarantine="it may show a name")
    assert client.get(where("show-figure", case, figure.pk, "png")).status_code == 422


def test_legend_is_written_from_the_marks(case):
    figure = add_figure(case)
    add_mark(case, 0)
    add_mark(case, 1, structure="root_s1", colour="blue", shape="hollow")
    text = gather_figure(figure).caption
    assert "Upper: L3–4; lower: L4–5." in text
    assert "Red filled arrowhead: left L5 root; blue hollow arrowhead: left S1 root." in text


def test_figure_without_stored_pictures_shows_a_message(client, case):
    figure = add_figure(case)
    Instance.objects.update(held=False)
    response = client.get(where("show-figure", case, figure.pk, "png"))
    assert response.status_code == 422 and b"stored on this server" in response.content


def test_builder_works_without_javascript(client, case):
    series = case.series.get()
    figure_page = client.post(where("add-figure", case)).url
    sent = {"label": "Figure 1", "title": "", "level_0": "L3-4", "series_0": series.pk}
    assert client.post(figure_page, sent).status_code == 302
    panel = Figure.objects.get().panels.get()
    assert panel.level == "l3_4" and panel.column_label == "T2-weighted axial"
    uid = case.instances.get(position=2).sop_instance_uid
    sent |= {"cell_0_0": f"{uid}|1", "level_1": "L4-5", "column_label_0": "T2"}
    client.post(figure_page, sent)
    panels = list(Figure.objects.get().panels.values_list("row", "level", "column_label"))
    assert panels == [(0, "l3_4", "T2"), (1, "l4_5", "T2")]
    assert Figure.objects.get().panels.first().sop_instance_uid == uid
    assert uid in served_text(case.versions.first()).decode()


def test_row_and_column_can_be_removed(client, case):
    other = add_series(case, 2, 5)
    figure = add_figure(case, columns=("T2-weighted", "again"))
    page = where("edit-figure", case, figure.pk)
    series = case.series.exclude(pk=other.pk).get().pk
    sent = {"label": "Figure 1", "title": "", "level_0": "L3–4", "level_1": "L4–5"}
    sent |= {"series_0": series, "series_1": series, "column_label_0": "T2-weighted"}
    client.post(page, sent | {"remove_row_0": "on", "remove_column_1": "on"})
    assert list(figure.panels.values_list("level", "column_label")) == [("l4_5", "T2-weighted")]


@pytest.mark.parametrize(
    "wrong", [{"label": ""}, {"width_0": "x"}, {"width_0": "5"}, {"series_0": "999"}]
)
def test_invalid_figure_is_rejected_and_not_saved(client, case, wrong):
    figure = add_figure(case)
    versions = case.versions.count()
    series = case.series.get().pk
    sent = {"label": "F", "title": "", "level_0": "L3–4", "series_0": series} | wrong
    response = client.post(where("edit-figure", case, figure.pk), sent)
    assert (
        response.status_code == 422 and "Not saved. Fix the following:" in response.content.decode()
    )
    assert figure.panels.count() == 2 and case.versions.count() == versions


def test_a_figure_is_deleted_and_undo_brings_it_back_unless_the_case_was_changed(client, case):
    figure = add_figure(case)
    before = document_of(save_version(case, case.author))["imaging"]
    page = client.post(where("delete-figure", case, figure.pk), follow=True).content.decode()
    assert not Figure.objects.exists() and case.instances.count() == 3
    address, seen = re.search(
        r'action="(\S+/restore/)".*?name="version" value="(\d+)"', page, re.S
    ).groups()
    assert client.post(address, {"version": int(seen) + 1}).status_code == 200
    assert not Figure.objects.exists()
    client.post(address, {"version": seen})
    case.refresh_from_db()
    assert document_of(case.versions.get(number=case.version))["imaging"] == before
    assert Figure.objects.get().panels.exists()


def picture_of(client, case, figure, form="png", **query):
    response = client.get(where("show-figure", case, figure.pk, form), query)
    assert response.status_code == 200, response.content
    return response


def test_figure_has_a_printed_size_and_is_reproducible(client, case):
    figure = add_figure(case, columns=("T1", "T2"))
    for form in ("png", "jpg"):
        data = picture_of(client, case, figure, form, width_mm=85).content
        picture = Image.open(io.BytesIO(data))
        assert round(picture.info["dpi"][0]) == 300
        assert 0 <= 85 / 25.4 * 300 - picture.width <= 12
        assert picture_of(client, case, figure, form, width_mm=85).content == data
    refused = client.get(where("show-figure", case, figure.pk, "png"), {"width_mm": "9999"})
    assert refused.status_code == 400 and b"width_mm" in refused.content


def test_svg_has_text_elements_and_no_scripts(client, case):
    figure = add_figure(case)
    panels = figure.panels.all()
    panels.update(column_label="<script>T2</script>")
    add_mark(case, 0, kind="text", label="a & b")
    response = picture_of(client, case, figure, "svg")
    text = response.content.decode()
    assert "<script" not in text and "&lt;script&gt;T2" in text and "a &amp; b" in text
    assert text == picture_of(client, case, figure, "svg").content.decode()
    assert response["Content-Disposition"].startswith("attachment")
    ElementTree.fromstring(text)


def test_svg_shows_right_on_the_left_of_an_axial_slice(client, case):
    """The rows of the slices run from the patient's right to the patient's left."""
    figure = add_figure(case, levels=("l3_4",))
    root = ElementTree.fromstring(picture_of(client, case, figure, "svg").content)
    at = {one.text: float(one.get("x")) for one in root.iter() if one.text in ("R", "L")}
    assert at["R"] < at["L"]


def test_crop_shows_the_same_square_of_every_picture(client, case):
    figure = add_figure(case)
    add_mark(case, 0, x=1, y=1)
    add_mark(case, 1, x=6, y=7)
    whole = picture_of(client, case, figure).content
    values = {"label": "Figure 1", "crop_size_mm": "3", "crop_x_mm": "0.5", "show_marks": "on"}
    Figure.objects.update(crop_size_mm=3, crop_x_mm=0.5)
    figure.refresh_from_db()
    sheet = gather_figure(figure)
    assert sheet.hidden_marks == 1
    assert "Red filled arrowhead: left L5 root." in sheet.caption  # only the mark inside the crop
    assert sheet.alternative_text.count("left L5 root") == 1
    assert picture_of(client, case, figure).content != whole
    page = client.get(where("edit-figure", case, figure.pk)).content.decode()
    assert "1 annotation is outside the crop." in page
    wrong = client.post(where("edit-figure", case, figure.pk), values | {"crop_size_mm": "1"})
    assert wrong.status_code == 422 and "greater than or equal to 5" in wrong.content.decode()


def test_switches_remove_marks_from_picture_and_caption(client, case):
    figure = add_figure(case)
    add_mark(case, 0)
    assert "left L5 root" in gather_figure(figure).caption
    figure.show_marks = False
    assert "left L5 root" not in gather_figure(figure).caption


def test_new_row_gets_the_slices_with_its_level(client, case):
    figure = Figure.objects.create(case=case, label="Figure 1")
    last = case.instances.order_by("position").last().sop_instance_uid
    case.slice_levels.create(sop_instance_uid=last, level="l5_s1")
    sent = {"label": "Figure 1", "series_0": case.series.get().pk, "level_0": "L5/S1"}
    client.post(where("edit-figure", case, figure.pk), sent)
    panel = figure.panels.get()
    assert (panel.level, panel.sop_instance_uid) == ("l5_s1", last)


def test_alternative_text_describes_every_picture(client, case):
    figure = add_figure(case)
    add_mark(case, 0)
    assert gather_figure(figure).alternative_text == (
        "2 pictures in 2 rows. L3–4: (A) T2-weighted with left L5 root (red filled arrowhead). "
        "L4–5: (A) T2-weighted without marks. Synthetic images."
    )


def test_alternative_text_counts_pictures_of_one_row(case):
    figure = add_figure(case, levels=("l4_5",), columns=("T1", "T2"))
    text = gather_figure(figure).alternative_text
    assert text.startswith("2 pictures side by side. L4–5: (A) T1 without marks; (B) T2")


def test_text_is_legible_at_any_printed_size():
    for dpi in (300, 600):
        for columns in (1, 2, 4):
            width = 85 / 25.4 * dpi
            rows = [[PanelImage(np.zeros((8, 8), np.uint8), row_label="L5")] * columns]
            side = panel_side(width, columns, True, dpi)
            sizes = layout(rows, side, "SYNTHETIC", dpi)
            assert sizes.font >= 7 / 72 * dpi
            assert min(sizes.small(share) for share in (0.6, 0.7, 0.8)) >= 6 / 72 * dpi
            made = compose_figure(rows, side, "SYNTHETIC", dpi)
            assert width - 2 * columns - 1 <= made.width <= width


def test_svg_draws_marks_as_the_picture_does(client, case):
    figure = add_figure(case)
    add_mark(case, 0)
    add_mark(case, 0, structure="root_s1", colour="blue", shape="hollow")
    root = ElementTree.fromstring(picture_of(client, case, figure, "svg").content)
    drawn = [one for one in root.iter() if one.get("class", "").startswith("mark")]
    assert [(one.get("fill"), one.get("stroke")) for one in drawn] == [
        ("none", "#000"),
        ("#e61923", "#fff"),
        ("none", "#000"),
        ("none", "#4696ff"),
    ]


def test_moved_arrow_changes_picture_legend_and_caption(client, case):
    figure = add_figure(case)
    mark = add_mark(case, 0, kind="arrow", x2=9, y2=9)
    before = picture_of(client, case, figure).content
    assert "Red filled arrow: left L5 root." in gather_figure(figure).caption
    case.annotations.filter(pk=mark.pk).update(x=7, structure="root_s1", colour="blue")
    assert picture_of(client, case, figure).content != before
    assert "Blue filled arrow: left S1 root." in gather_figure(figure).caption


def test_strangers_and_ids_of_another_case_get_404(client, case):
    other = add_figure(case_with_images(author=case.author, team=case.team))
    for name, more in (("show-figure", ["png"]), ("edit-figure", [])):
        assert client.get(where(name, case, other.pk, *more)).status_code == 404
    figure = add_figure(case)
    client.force_login(make_user())
    assert client.get(where("show-figure", case, figure.pk, "png")).status_code == 404


def test_reader_sees_the_figure_but_cannot_change_it(client, case):
    figure = add_figure(case)
    client.force_login(make_user(team=case.team, role="reader"))
    page = client.get(where("edit-figure", case, figure.pk))
    assert page.status_code == 200 and "Save figure" not in page.content.decode()
    assert client.post(where("edit-figure", case, figure.pk), {"label": "x"}).status_code == 403


def test_visits_are_shown_next_to_each_other(client, case):
    first = case.series.get()
    figure = add_figure(case, columns=("T2-weighted axial",))
    page = where("edit-figure", case, figure.pk)
    kept = list(figure.panels.order_by("row").values_list("sop_instance_uid", flat=True))
    sent = {"label": "Figure 1", "title": "", "level_0": "L3-4", "level_1": "L4-5"}
    sent |= {"series_0": first.pk, "column_label_0": "T2-weighted axial", "add_visits": "1"}
    sent |= {f"cell_{row}_0": f"{uid}|1" for row, uid in enumerate(kept)}
    alone = client.post(page, sent)
    assert (
        alone.status_code == 422 and "No other study has a series similar" in alone.content.decode()
    )
    other = add_series(case, 3, 6, StudyInstanceUID="1.9.9", StudyDate="20240601")
    assert client.post(page, sent).status_code == 302
    panels = Figure.objects.get().panels.order_by("row", "column")
    label = f"T2-weighted axial, {other.study.study_date}"  # the date is shifted, but still later
    assert [panel.column_label for panel in panels][1] == label
    assert [p.sop_instance_uid for p in panels if p.column == 0] == kept
    theirs = set(other.instances.values_list("sop_instance_uid", flat=True))
    assert {p.sop_instance_uid for p in panels if p.column == 1} <= theirs and len(panels) == 4


GOLDEN = {  # SHA-256 of the picture's RGB samples; update it if the drawing is changed on purpose
    "plain": "0ac6796882e22bb762ab70acf8fe7ec6438fa4c62ec0c57baa2f6ef3e8974841",
    "cropped": "be7c2ebe33ee49a7f022ed9bccb4a61daf68d96449c3a6ebd63e22e1d670386e",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_figure_of_known_images_is_the_same_everywhere(client, case, name):
    figure = add_figure(case)
    add_mark(case, 0)
    add_mark(case, 1, structure="root_s1", colour="blue", shape="hollow", kind="arrow", x2=9, y2=9)
    if name == "cropped":
        Figure.objects.update(crop_size_mm=5, crop_x_mm=1, crop_y_mm=-1)
    address = where("show-figure", case, figure.pk, "png") + "?width_mm=90"
    first, second = (client.get(address).content for _time in range(2))
    picture = Image.open(io.BytesIO(first))
    assert first == second
    assert round(picture.info["dpi"][0]) == 300 and abs(picture.width / 300 * 25.4 - 90) < 1
    assert hashlib.sha256(picture.convert("RGB").tobytes()).hexdigest() == GOLDEN[name]
    for suffix in ("svg", "jpg"):
        address = where("show-figure", case, figure.pk, suffix) + "?width_mm=90"
        assert client.get(address).content == client.get(address).content

"""The list of series, the viewer and pictures."""

import html
import io
import json
import re
from urllib.parse import urlencode

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from imaging.file_store import store
from imaging.models import REMOVED, Instance
from imaging.slices.levels import slices_at
from patients.models import AccessLog, Status
from patients.versions.reading import served_text
from tests.factories import make_case, make_user
from tests.imaging.dicom_files import ramp
from tests.imaging.stored import add_mark, add_series, case_with_images

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def case(client):
    case = case_with_images()
    client.force_login(case.author)
    return case


def where(name, case, *args, **query):
    path = reverse(f"imaging:{name}", args=[case.pk, *args])
    return f"{path}?{urlencode(query)}" if query else path


def picture(case, row=None, suffix="png", **query):
    return where("show-image", case, (row or case.instances.first()).pk, suffix, **query)


def test_list_shows_series_with_their_scanner_settings(client, case):
    page = client.get(where("list-series", case)).content.decode()
    assert "T2 TSE AX" in page and "3 images" in page and "SYNTHETIC" in page


def test_list_without_images_explains_what_to_do(client):
    case = make_case()
    client.force_login(case.author)
    assert "No images yet" in client.get(where("list-series", case)).content.decode()


def test_stranger_sees_404_everywhere(client, case):
    series, row = case.series.get(), case.instances.first()
    client.force_login(make_user())
    for address in (
        where("list-series", case),
        where("show-series", case, series.pk),
        picture(case, row),
    ):
        assert client.get(address).status_code == 404
        assert client.head(address).status_code == 404


def test_ids_of_another_case_are_404(client, case):
    other = case_with_images(author=case.author, team=case.team)
    row, series = other.instances.first(), other.series.get()
    assert client.get(picture(case, row)).status_code == 404
    assert client.get(where("show-series", case, series.pk)).status_code == 404
    beside = where("show-series", case, case.series.get().pk, beside=series.pk)
    assert client.get(beside).status_code == 404


def test_viewer_has_links_to_other_slices(client, case):
    series = case.series.get()
    page = client.get(where("show-series", case, series.pk, slice=2)).content.decode()
    assert "?slice=1" in page and "?slice=3" in page and "2/3" in page
    assert 'data-letter="left">R<' in page and 'data-letter="right">L<' in page


def test_viewer_reports_an_unknown_orientation(client):
    case = make_case()
    series = add_series(case, 1, ImageOrientationPatient=None)
    client.force_login(case.author)
    page = client.get(where("show-series", case, series.pk)).content.decode()
    assert "data-no-letters>orientation unknown" in page and 'data-letter="left"><' in page


@pytest.mark.parametrize("query", [{"slice": "0"}, {"slice": "4"}, {"slice": "x"}, {"width": "a"}])
def test_invalid_query_of_the_viewer_is_reported(client, case, query):
    response = client.get(where("show-series", case, case.series.get().pk, **query))
    assert response.status_code == 400 and b"number" in response.content


def test_window_with_many_decimals_is_accepted(client, case):
    case.series.update(window_center=190.92702643653, window_width=382.032991042167)
    page = client.get(where("show-series", case, case.series.get().pk))
    addresses = [page.context["panes"][0]["src"], page.context["strip"][0][1]]
    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_series_side_by_side_show_the_same_position(client, case):
    other = add_series(case, 3, number=2)
    page = where("show-series", case, case.series.first().pk, slice=3, beside=other.pk)
    data = client.get(page).context["data"]
    assert [pane["at"] for pane in data["panes"]] == [2, 2]


def test_up_to_four_series_are_shown_side_by_side(client, case):
    others = [add_series(case, 2, number=number) for number in (2, 3, 4, 5)]
    query = "&".join(f"beside={one.pk}" for one in others)
    main = case.series.order_by("pk").first().pk
    response = client.get(f"{where('show-series', case, main)}?{query}&third_slice=2")
    assert [pane["at"] for pane in response.context["data"]["panes"]][2] == 1
    assert response.content.decode().count("data-pane=") == 4


def test_frame_is_sent_as_pixel_values(client, case):
    image = case.instances.order_by("position").first()
    address = where("show-frame", case, image.pk)
    response = client.get(address)
    said = json.loads(response["X-Frame"])
    assert (said["type"], said["rows"], said["columns"]) == ("u16", 16, 12)
    assert response.content == ramp().astype("<u2").tobytes()
    again = client.get(address, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304 and "immutable" in response["Cache-Control"]
    assert client.get(f"{address}?frame=2").status_code == 400
    client.force_login(make_user())
    assert client.get(address).status_code == 404


def test_metadata_have_dicom_keywords(client, case):
    page = client.get(where("show-metadata", case, case.instances.first().pk)).content.decode()
    assert "ImagePositionPatient" in page and "FrameOfReferenceUID" in page


def name(client, case, series, number, level):
    address = where("name-level", case, series.pk)
    return client.post(address, {"slice": number, "level": level}, follow=True)


def test_level_of_a_slice_is_inherited_by_other_series(client, case):
    series = case.series.get()
    other = add_series(case, 5, number=2)
    elsewhere = add_series(case, 3, number=3, FrameOfReferenceUID="1.2.99")
    page = name(client, case, series, 2, "L4/5").content.decode()
    assert "<b data-level>L4–5</b>" in page
    shown = client.get(where("show-series", case, other.pk)).context["data"]["panes"][0]
    there = "L4–5 (by position)"
    assert [one["level"] for one in shown["slices"]] == ["", there, "", "", ""]
    there = client.get(where("show-series", case, elsewhere.pk)).context["data"]["panes"][0]
    assert {one["level"] for one in there["slices"]} == {""}
    assert [one.frame for one in slices_at(case, other, "l4_5")] == [1]
    name(client, case, series, 2, "")
    assert not case.slice_levels.exists()
    assert "Choose a slice of this series" in name(client, case, series, 9, "L4").content.decode()


def test_finding_is_added_next_to_its_slice(client, case):
    address = where("add-finding", case, case.series.get().pk)
    sent = {"slice": 2, "finding": "increased intensity", "structure": "L5 root", "side": "left"}
    sent |= {"sign": "enhancement", "certainty": "definite"}
    page = client.post(address, sent, follow=True).content.decode()
    assert "increased intensity · contrast enhancement · definite" in page
    document = json.loads(served_text(case.versions.first()))
    finding = document["imaging_findings"][0]
    assert finding["structure"] == "root_l5" and finding["sign"] == "enhancement"
    assert finding["sop_instance_uid"] == case.instances.get(position=1).sop_instance_uid
    wrong = client.post(address, sent | {"finding": ""}, follow=True).content.decode()
    assert "The finding was not added." in wrong


def test_report_links_a_finding_to_its_slice(client, case):
    series = case.series.get().pk
    sent = {"slice": 3, "finding": "increased intensity", "structure": "L5 root", "side": "left"}
    client.post(
        where("add-finding", case, series), sent | {"sign": "enhancement", "certainty": "probable"}
    )
    report = client.get(reverse("caserecords:show-report", args=[case.pk])).content.decode()
    assert "contrast enhancement" in report and "probable" in report
    link = re.search(r'href="([^"]+)">increased intensity', report)
    page = client.get(html.unescape(link[1]))
    assert page.context["data"]["panes"][0]["at"] == 2
    case.instances.update(quarantine="needs checking")
    report = client.get(reverse("caserecords:show-report", args=[case.pk])).content.decode()
    assert "increased intensity" in report and not re.search(r'">increased intensity', report)


def test_marks_are_drawn_and_named_without_javascript(client, case):
    add_mark(case, 1, colour="blue", shape="hollow")
    page = where("show-series", case, case.series.get().pk, slice=2)
    shown = client.get(page).content.decode()
    assert "mark-blue mark-hollow" in shown and "left L5 root (blue, hollow)" in shown


def test_opening_a_page_is_logged_but_not_each_slice(client, case):
    before = AccessLog.objects.count()
    client.get(where("show-series", case, case.series.get().pk))
    assert AccessLog.objects.count() == before + 1
    client.get(picture(case))
    assert AccessLog.objects.count() == before + 1


def test_picture_is_a_cacheable_png(client, case):
    response = client.get(picture(case))
    assert Image.open(io.BytesIO(response.content)).size == (12, 16)
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    again = client.get(picture(case), headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_picture_is_a_jpeg_of_the_requested_size(client, case):
    response = client.get(picture(case, suffix="jpg", size=64, center=600, width=1200))
    assert response["Content-Type"] == "image/jpeg"
    assert max(Image.open(io.BytesIO(response.content)).size) == 64


def test_each_window_has_its_own_picture(client, case):
    dark, light = (picture(case, center=center, width=500) for center in (3000, 1000))
    first, second = client.get(dark), client.get(light)
    assert first["ETag"] != second["ETag"] and first.content != second.content
    means = [np.asarray(Image.open(io.BytesIO(one.content))).mean() for one in (first, second)]
    assert means[0] < means[1]
    assert client.get(dark).content == first.content


def test_picture_with_marks_is_revalidated(client, case):
    add_mark(case)
    plain = client.get(picture(case, case.instances.order_by("position").first()))
    marked = client.get(picture(case, case.instances.order_by("position").first(), annotations=1))
    assert marked.content != plain.content and marked["ETag"] != plain["ETag"]
    assert marked["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "query",
    [
        {"frame": 2},
        {"frame": 0},
        {"frame": "x"},
        {"size": 5},
        {"size": 9999},
        {"center": 5},
        {"center": "nan", "width": 3},
        {"center": 5, "width": 0},
        {"center": "1e9", "width": 5},
        {"annotations": 2},
    ],
)
def test_invalid_parameter_of_a_picture_is_reported(client, case, query):
    response = client.get(picture(case, **query))
    assert response.status_code == 400 and response["Content-Type"].startswith("text/plain")


def test_unknown_picture_format_is_404(client, case):
    assert client.get(picture(case, suffix="svg")).status_code == 404


def test_image_that_is_not_stored_is_reported(client, case):
    Instance.objects.filter(case=case).update(held=False)
    response = client.get(picture(case))
    assert response.status_code == 404 and b"not stored on this server" in response.content
    page = client.get(where("show-series", case, case.series.get().pk)).content.decode()
    assert "image not stored here" in page


def test_missing_file_is_not_an_internal_error(client, case):
    row = case.instances.first()
    data = store().path(row.sha256).read_bytes()
    store().remove(row.sha256)
    assert client.get(picture(case, row, center=1, width=7)).status_code == 503
    store().path(row.sha256).write_bytes(data)


def test_picture_needs_few_queries(client, case, django_assert_max_num_queries):
    address = picture(case)
    client.get("/healthz")  # updates the session's last-activity time
    with django_assert_max_num_queries(3):  # session, user, image
        client.get(address)


def test_list_needs_no_more_queries_for_more_series(client, case):
    client.get("/healthz")  # updates the session's last-activity time
    first = count_queries(client, case)
    add_series(case, 2, 7)
    assert count_queries(client, case) == first


def count_queries(client, case):
    with CaptureQueriesContext(connection) as found:
        client.get(where("list-series", case))
    return len(found)


# Studies and quarantined images


def test_author_sets_the_visit_of_a_study(client, case):
    study, visit = case.studies.get(), case.visit_rows.first()
    client.post(where("edit-study", case, study.pk), {f"study-{study.pk}-visit": visit.pk})
    study.refresh_from_db()
    assert study.visit == visit
    assert f'"visit":"{visit.key}"' in served_text(case.versions.first()).decode()


def test_visit_of_another_case_is_rejected(client, case):
    study, visit = case.studies.get(), make_case().visit_rows.first()
    client.post(where("edit-study", case, study.pk), {f"study-{study.pk}-visit": visit.pk})
    study.refresh_from_db()
    assert study.visit is None


def test_submitted_case_cannot_be_changed(client, case):
    type(case).objects.filter(pk=case.pk).update(status=Status.SUBMITTED)
    study = case.studies.get()
    assert client.post(where("edit-study", case, study.pk)).status_code == 403


def test_quarantined_image_is_visible_to_authors_only_until_released(client, case):
    row = case.instances.first()
    Instance.objects.filter(pk=row.pk).update(quarantine="a name may be written in it")
    reader = make_user(team=case.team, role="reader")
    assert client.get(picture(case, row)).status_code == 200
    assert "a name may be written" in client.get(where("list-series", case)).content.decode()
    client.force_login(reader)
    assert client.get(picture(case, row)).status_code == 404
    client.force_login(case.author)
    client.post(where("release-image", case, row.pk))
    row.refresh_from_db()
    assert row.quarantine == ""


@pytest.mark.django_db(transaction=True)
def test_quarantined_image_can_be_deleted_but_a_removed_one_cannot(client):
    case = case_with_images()
    client.force_login(case.author)
    first, second, third = case.instances.order_by("position")
    Instance.objects.filter(pk=first.pk).update(quarantine="a name may be written in it")
    Instance.objects.filter(pk=second.pk).update(quarantine=REMOVED)
    page = client.get(where("list-series", case)).content.decode()
    assert "Delete permanently, with its file" in page and "kept for History" in page
    assert client.post(where("delete-image", case, second.pk)).status_code == 404
    assert client.post(where("delete-image", case, third.pk)).status_code == 404
    client.post(where("delete-image", case, first.pk))
    assert set(case.instances.values_list("pk", flat=True)) == {second.pk, third.pk}
    assert not store().path(first.sha256).exists() and store().verify(second.sha256)

"""Images, marks and figures in the REST API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from imaging.file_store import store
from imaging.intake import receiving
from imaging.models import Annotation, Instance
from patients.models import Status
from patients.versions.reading import served_text
from tests.api import Caller, assert_problem
from tests.factories import make_case, make_user
from tests.imaging.dicom_files import image, to_bytes
from tests.imaging.stored import add_figure, add_mark, case_with_images

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def case():
    return case_with_images()


@pytest.fixture
def api(case):
    return Caller(case.author)


def mark_of(case, **changes):
    row = case.instances.order_by("position").first()
    sent = {"case": str(case.pk), "sop_instance_uid": row.sop_instance_uid, "x": 4, "y": 5.5}
    return sent | {"structure": "root_l5", "side": "left"} | changes


def test_too_many_files_at_once_are_rejected_with_a_reason(case, api, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 1
    files = [SimpleUploadedFile(name, b"text") for name in ("a", "b")]
    response = api.post(f"{API}/cases/{case.pk}/imports/", {"files": files})
    assert "at most 1 in one request" in assert_problem(response, 413)["detail"]


def test_upload_is_accepted_and_imported(case, api):
    files = [SimpleUploadedFile("x.dcm", to_bytes(image(SOPInstanceUID="1.9"))),
             SimpleUploadedFile("x.txt", b"text")]  # fmt: skip
    response = api.post(f"{API}/cases/{case.pk}/imports/", {"files": files})
    assert response.status_code == 202 and response.json()["state"] == "queued"
    receiving.run(response.json()["id"])
    job = api.get(response["Location"]).json()
    assert job["state"] == "done"
    assert [(f["name"], f["outcome"]) for f in job["files"]] == [
        ("x.dcm", "stored"),
        ("x.txt", "refused"),
    ]


def test_upload_without_files_is_a_problem(case, api):
    body = assert_problem(api.post(f"{API}/cases/{case.pk}/imports/", {}), 400)
    assert body["errors"][0]["path"] == "files"


@pytest.mark.parametrize("kind", ["studies", "series", "instances"])
def test_metadata_in_lists_and_by_id(case, api, kind):
    found = api.get(f"{API}/{kind}/?case={case.pk}").json()["results"]
    assert len(found) == (3 if kind == "instances" else 1)
    one = api.get(f"{API}/{kind}/{found[0]['id']}/").json()
    assert one["case"] == str(case.pk)
    assert api.get(f"{API}/{kind}/?case={make_case().pk}").json()["results"] == []


def test_instances_of_a_series_carry_the_standards_keywords(case, api):
    series = case.series.get()
    rows = api.get(f"{API}/instances/?series={series.pk}&study={series.study_id}").json()
    first = min(rows["results"], key=lambda row: row["position"])
    assert first["image_orientation_patient"] == [1, 0, 0, 0, 1, 0] and first["rows"] == 16
    detail = api.get(f"{API}/instances/{first['id']}/").json()
    assert detail["header"]["photometric_interpretation"] == "MONOCHROME2"
    assert not {"subject_digest", "original_sha256"} & set(detail["header"])


@pytest.mark.parametrize("query", ["case=1", "series=x", "study=-1", "case=%00"])
def test_bad_filter_is_a_problem(api, query):
    assert_problem(api.get(f"{API}/instances/?{query}"), 400)


def test_picture_with_and_without_marks(case, api):
    row = case.instances.order_by("position").first()
    add_mark(case, 0)
    plain = api.get(f"{API}/instances/{row.pk}/image.png")
    marked = api.get(f"{API}/instances/{row.pk}/image.png?annotations=1")
    assert plain.content[:4] == b"\x89PNG" and plain.content != marked.content
    etag = {"if-none-match": plain["ETag"]}
    assert api.get(f"{API}/instances/{row.pk}/image.png", headers=etag).status_code == 304
    jpeg = api.get(f"{API}/instances/{row.pk}/image.jpg?size=32")
    assert jpeg["Content-Type"] == "image/jpeg"


def test_bad_picture_is_a_problem(case, api):
    row = case.instances.first()
    assert_problem(api.get(f"{API}/instances/{row.pk}/image.png?frame=9"), 400)
    assert_problem(api.get(f"{API}/instances/{row.pk}/image.gif"), 404)


def test_file_is_an_attachment_in_whole_or_in_part(case, api):
    row = case.instances.first()
    whole = api.get(f"{API}/instances/{row.pk}/file")
    data = b"".join(whole.streaming_content)
    assert data == store().path(row.sha256).read_bytes()
    assert whole["Content-Type"] == "application/dicom"
    assert whole["Content-Disposition"].startswith("attachment")
    assert whole["X-Content-Type-Options"] == "nosniff"
    part = api.get(f"{API}/instances/{row.pk}/file", headers={"range": "bytes=128-131"})
    assert (part.status_code, part.content) == (206, b"DICM")
    tail = api.get(f"{API}/instances/{row.pk}/file", headers={"range": "bytes=-3"})
    assert tail.content == data[-3:]
    for outside in ("bytes=9999999-", "bytes=9999999-10000000", "bytes=-0"):
        past = api.get(f"{API}/instances/{row.pk}/file", headers={"range": outside})
        assert_problem(past, 416)


@pytest.mark.parametrize("invalid", ["bytes=5-3", "bytes=-", "bytes=x-y", "bytes=1-2,4-5", "a=1-2"])
def test_invalid_range_is_ignored(case, api, invalid):
    row = case.instances.first()
    whole = api.get(f"{API}/instances/{row.pk}/file", headers={"range": invalid})
    assert whole.status_code == 200
    assert b"".join(whole.streaming_content) == store().path(row.sha256).read_bytes()


def test_file_missing_from_the_store_is_reported(case, api):
    row = case.instances.first()
    store().remove(row.sha256)
    for name in ("file", "image.png"):
        body = assert_problem(api.get(f"{API}/instances/{row.pk}/{name}"), 503)
        assert body["detail"] == "The image file cannot be read. Contact an administrator."


def test_mark_is_placed_changed_and_deleted(case, api):
    response = api.send("POST", f"{API}/annotations/", mark_of(case))
    assert response.status_code == 201
    body = response.json()
    assert body["words"] == "left L5 root (red, filled)" and body["x"] == 4
    where = f"{API}/annotations/{body['id']}/"
    changed = api.send("PATCH", where, {"x": 6.25, "colour": "blue", "shape": "hollow"}).json()
    assert changed["x"] == 6.25 and changed["key"] == body["key"]
    assert '"x":6.25' in served_text(case.versions.first()).decode()
    assert api.get(f"{API}/annotations/?case={case.pk}").json()["results"] == [changed]
    assert api.delete(where).status_code == 204 and not Annotation.objects.exists()


def test_mark_sent_twice_is_one_mark(case, api):
    sent = mark_of(case, key="one")
    first, again = (api.send("POST", f"{API}/annotations/", sent) for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() and first["ETag"] == again["ETag"]
    assert case.annotations.count() == 1


def test_mark_changed_since_it_was_read_is_not_overwritten(case, api):
    read = api.send("POST", f"{API}/annotations/", mark_of(case))
    where = f"{API}/annotations/{read.json()['id']}/"
    changed = api.send("PATCH", where, {"x": 6}, if_match=read["ETag"])
    assert changed.status_code == 200 and changed["ETag"] == api.get(where)["ETag"]
    assert_problem(api.send("PATCH", where, {"x": 7}, if_match=read["ETag"]), 412)
    assert_problem(api.delete(where, headers={"if-match": read["ETag"]}), 412)
    assert api.get(where).json()["x"] == 6
    assert api.delete(where, headers={"if-match": changed["ETag"]}).status_code == 204


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"x": "4"}, "x"),
        ({"x": 400}, "x"),
        ({"x": 1e999}, "x"),
        ({"frame": 2}, "frame"),
        ({"frame": 0}, "frame"),
        ({"structure": "nonsense"}, "structure"),
        ({"structure": None}, "structure"),
        ({"sop_instance_uid": "1.2.3"}, "sop_instance_uid"),
        ({"sop_instance_uid": "<svg>"}, "sop_instance_uid"),
        ({"colour": "pink"}, "colour"),
        ({"svg": "<svg/>"}, "svg"),
        ({"label": "a\u0000b"}, "label"),
    ],
)
def test_invalid_mark_names_the_field(case, api, changes, path):
    sent = mark_of(case, **changes)
    body = assert_problem(api.send("POST", f"{API}/annotations/", sent), 400)
    if changes != {"x": 1e999}:
        assert path in [error["path"] for error in body["errors"]]
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("key", [5, "x", None])
def test_mark_without_a_case_is_a_problem(case, api, key):
    body = assert_problem(
        api.send("POST", f"{API}/annotations/", mark_of(case) | {"case": key}), 400
    )
    assert body["errors"][0]["path"] == "case"


def test_mark_on_another_cases_image_is_rejected(case, api):
    other = case_with_images(author=case.author, team=case.team)
    row = other.instances.first()
    Instance.objects.filter(pk=row.pk).update(sop_instance_uid="1.2.77")
    sent = mark_of(case, sop_instance_uid="1.2.77")
    assert_problem(api.send("POST", f"{API}/annotations/", sent), 400)


def test_repeated_key_is_a_problem(case, api):
    mark = add_mark(case)
    assert_problem(api.send("POST", f"{API}/annotations/", mark_of(case, key=mark.key)), 400)


def test_figure_is_composed_over_rest(case, api):
    uid = case.instances.first().sop_instance_uid
    panel = {"row": 0, "column": 0, "level": "l3_4", "column_label": "T2", "sop_instance_uid": uid}
    sent = {"case": str(case.pk), "label": "Figure 1", "panels": [panel]}
    response = api.send("POST", f"{API}/figures/", sent)
    assert response.status_code == 201, response.content
    assert api.get(response.json()["image"])["Content-Type"] == "image/png"
    assert api.get(f"{API}/figures/").json()["results"][0]["panels"][0]["level"] == "l3_4"
    twice = sent | {"panels": [panel, panel]}
    body = assert_problem(api.send("POST", f"{API}/figures/", twice), 400)
    assert body["errors"][0]["path"] == "panels[1]"
    unknown = sent | {"panels": [panel | {"sop_instance_uid": "1.2.3"}]}
    body = assert_problem(api.send("POST", f"{API}/figures/", unknown), 400)
    assert body["errors"][0]["path"] == "panels[0].sop_instance_uid"


def addresses(case):
    row, mark, figure = case.instances.first(), add_mark(case), add_figure(case)
    job = case.imports.first()
    series = case.series.get()
    return [
        f"imports/{job.pk}/",
        f"studies/{series.study_id}/",
        f"series/{series.pk}/",
        f"instances/{row.pk}/",
        f"instances/{row.pk}/image.png",
        f"instances/{row.pk}/file",
        f"annotations/{mark.pk}/",
        f"figures/{figure.pk}/",
        f"figures/{figure.pk}/image.png",
    ]


def test_stranger_gets_404_and_anonymous_user_401(case, client):
    stranger = Caller(make_user())
    for address in addresses(case):
        assert stranger.get(f"{API}/{address}").status_code == 404, address
        assert stranger.head(f"{API}/{address}").status_code == 404, address
        assert client.get(f"{API}/{address}").status_code == 401, address
    mark = Annotation.objects.get()
    assert stranger.delete(f"{API}/annotations/{mark.pk}/").status_code == 404
    assert_problem(stranger.send("POST", f"{API}/annotations/", mark_of(case)), 404)
    for kind in ("studies", "series", "instances", "annotations", "figures"):
        assert stranger.get(f"{API}/{kind}/").json()["results"] == []


def test_reader_cannot_change_a_case_and_nobody_a_submitted_one(case, api):
    mark = add_mark(case)
    reader = Caller(make_user(team=case.team, role="reader"))
    assert_problem(reader.send("PATCH", f"{API}/annotations/{mark.pk}/", {"x": 1}), 403)
    type(case).objects.filter(pk=case.pk).update(status=Status.SUBMITTED)
    assert_problem(api.send("PATCH", f"{API}/annotations/{mark.pk}/", {"x": 1}), 403)
    assert_problem(api.delete(f"{API}/annotations/{mark.pk}/"), 403)


def test_quarantined_image_is_not_served(case, api):
    row = case.instances.first()
    Instance.objects.filter(pk=row.pk).update(quarantine="a name may be written in it")
    for address in ("", "image.png", "file"):
        assert api.get(f"{API}/instances/{row.pk}/{address}").status_code == 404

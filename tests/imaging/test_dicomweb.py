"""DICOMweb on a live server, with an independent client."""

import io
import time

import imagecodecs
import numpy as np
import pydicom
import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from django.http import QueryDict
from django.test import Client, RequestFactory
from PIL import Image
from pydicom.uid import JPEGLSLossless

from imaging.dicomweb import addresses, wado
from imaging.dicomweb.attributes import INSTANCE
from imaging.dicomweb.qido import images, matching
from imaging.dicomweb.stow import body_of
from imaging.file_store import store
from imaging.intake.importing import import_paths
from imaging.intake.parallel_examination import Examiner
from imaging.models import ImportJob, Instance, State
from patients.models import ApiToken
from tests.api import Caller, assert_problem
from tests.factories import make_team, make_user
from tests.imaging.dicom_files import ENDLESS, compressed, image, ramp, to_bytes, without_end
from tests.imaging.stored import add_series, case_with_images

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def token_of(user, **options):
    return ApiToken.objects.issue(user, **options)


@pytest.fixture
def case(transactional_db):
    case = case_with_images(3)
    add_series(case, 2, number=2, StudyInstanceUID="1.2.3.4.2", SeriesDescription="T1 SE SAG")
    return case


@pytest.fixture
def session(case):
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token_of(case.author)}"
    return session


@pytest.fixture
def client_of(live_server, session):
    return DICOMwebClient(f"{live_server.url}/dicomweb", session=session)


def uids(case):
    image = case.instances.order_by("series__position", "position").first()
    series = image.series
    return series.study.study_instance_uid, series.series_instance_uid, image.sop_instance_uid


def value(item, tag):
    return item[tag]["Value"][0]


def test_client_searches_studies_series_and_images(client_of, case):
    study, series, instance = uids(case)
    found = client_of.search_for_studies()
    assert [value(one, "0020000D") for one in found] == [study]
    assert value(found[0], "00201206") == 2 and value(found[0], "00201208") == 5
    assert found[0]["00080061"]["Value"] == ["MR"]
    assert value(found[0], "00100020") == case.patient.code
    rows = client_of.search_for_series(study)
    assert {value(one, "0008103E") for one in rows} == {"T2 TSE AX", "T1 SE SAG"}
    assert len(client_of.search_for_instances(study, series)) == 3
    assert len(client_of.search_for_instances(study)) == 5
    one = client_of.search_for_instances(search_filters={"SOPInstanceUID": instance})
    assert value(one[0], "00280010") == 16 and value(one[0], "0020000E") == series


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"SeriesDescription": "T1*"}, 1),
        ({"SeriesDescription": "T? *"}, 2),
        ({"SeriesDescription": "T1"}, 0),
        ({"SeriesDescription": "*S*A*"}, 2),
        ({"SeriesDescription": "**T?*SE*SAG"}, 1),
        ({"SeriesDescription": "*G*E*"}, 0),
        ({"0008103E": "T1 SE SAG"}, 1),
        ({"Modality": "CT"}, 0),
        ({"SeriesNumber": "2"}, 1),
        ({"StudyDate": "19000101-"}, 2),
        ({"StudyDate": "-19000101"}, 0),
        ({"AccessionNumber": "77"}, 0),
        ({"ModalitiesInStudy": "MR"}, 2),
    ],
)
def test_search_matches_according_to_the_standard(client_of, filters, count):
    assert len(client_of.search_for_series(search_filters=filters)) == count


def test_a_date_range_includes_its_first_and_last_day(client_of, case):
    day = f"{case.studies.first().study_date:%Y%m%d}"
    for dates in (day, f"{day}-{day}", f"-{day}", f"{day}-"):
        assert len(client_of.search_for_studies(search_filters={"StudyDate": dates})) == 1, dates


@pytest.mark.parametrize("viewport", ["64,32", "32,64"])
def test_a_rendered_picture_fits_the_viewport(live_server, session, case, viewport):
    study, series, instance = uids(case)
    at = f"{live_server.url}/dicomweb/studies/{study}/series/{series}/instances/{instance}"
    address = f"{at}/rendered?viewport={viewport}"
    answer = session.get(address, headers={"Accept": "image/png"})
    assert max(Image.open(io.BytesIO(answer.content)).size) == 32


def test_no_pattern_makes_a_search_slow(case):
    """Matching eight stars against forty letters by backtracking would need 77 million attempts."""
    case.series.update(protocol_name="a" * 40)
    started = time.process_time()
    rows = matching(images(case.author), INSTANCE, QueryDict("ProtocolName=" + "*a" * 7 + "*b"))
    assert not rows.exists()
    assert time.process_time() - started < 1


def test_repeated_modalities_do_not_multiply_rows(case):
    asked = QueryDict("ModalitiesInStudy=MR&" * 30)
    rows = matching(images(case.author), INSTANCE, asked)
    assert str(rows.query).count(" JOIN ") < 10
    assert rows.count() == 5


def test_pages_of_a_search_are_stable(client_of):
    whole = client_of.search_for_instances()
    pages = [client_of.search_for_instances(limit=2, offset=at) for at in (0, 2, 4)]
    assert [one for page in pages for one in page] == whole


def test_client_retrieves_files_metadata_frames_and_pictures(client_of, case):
    study, series, instance = uids(case)
    assert len(client_of.retrieve_study(study)) == 5
    assert len(client_of.retrieve_series(study, series)) == 3
    file = client_of.retrieve_instance(study, series, instance)
    assert np.array_equal(file.pixel_array, ramp())
    metadata = client_of.retrieve_instance_metadata(study, series, instance)
    told = pydicom.Dataset.from_json(metadata)
    assert told.ImagePositionPatient == file.ImagePositionPatient
    assert told.PatientIdentityRemoved == "YES" and told.SOPInstanceUID == instance
    code = told.DeidentificationMethodCodeSequence[0]
    assert code == file.DeidentificationMethodCodeSequence[0]
    assert len(client_of.retrieve_study_metadata(study)) == 5
    frames = client_of.retrieve_instance_frames(study, series, instance, [1])
    assert np.array_equal(np.frombuffer(frames[0], "<u2").reshape(16, 12), ramp())
    address = metadata["7FE00010"]["BulkDataURI"]
    assert client_of.retrieve_bulkdata(address)[0] == frames[0]
    picture = client_of.retrieve_instance_rendered(
        study, series, instance, media_types=("image/png",)
    )
    assert picture.startswith(b"\x89PNG")


def test_client_stores_in_its_inbox_and_in_a_case(client_of, live_server, session, case):
    sent = image(
        ramp() + 9, SOPInstanceUID="1.9.1", SeriesInstanceUID="1.9.2", StudyInstanceUID="1.9.3"
    )
    dataset = pydicom.dcmread(io.BytesIO(to_bytes(sent)))
    answer = client_of.store_instances([dataset])
    assert answer.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == "1.9.1"
    inbox = case.author.inbox.case
    assert inbox.instances.count() == 1 and inbox.instances.get().sop_instance_uid != "1.9.1"
    kept = answer.ReferencedSOPSequence[0].RetrieveURL
    assert session.get(kept, headers={"Accept": "application/dicom"}).status_code == 200
    to_case = DICOMwebClient(f"{live_server.url}/dicomweb/cases/{case.pk}", session=session)
    to_case.store_instances([dataset])
    assert case.instances.count() == 6


def post(live_server, session, parts, path="studies"):
    body = b"".join(b"--b\r\nContent-Type: %s\r\n\r\n%s\r\n" % (kind, data) for kind, data in parts)
    headers = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=b'}
    address = f"{live_server.url}/dicomweb/{path}"
    return session.post(address, data=body + b"--b--\r\n", headers=headers)


def test_each_stored_file_has_its_own_outcome(live_server, session, case):
    good = to_bytes(image(ramp() + 1, SOPInstanceUID="1.8.1", StudyInstanceUID="1.8.3"))
    other = to_bytes(image(ramp() + 2, SOPInstanceUID="1.8.2", StudyInstanceUID="1.8.4"))
    kind = b"application/dicom"
    parts = [(kind, good), (kind, b"no DICOM at all"), (b"text/plain", b"x"), (kind, other)]
    answer = post(live_server, session, parts, "studies/1.8.3")
    assert answer.status_code == 202
    found = answer.json()
    assert [value(one, "00081155") for one in found["00081199"]["Value"]] == ["1.8.1"]
    reasons = [value(one, "00081197") for one in found["00081198"]["Value"]]
    assert reasons == [0xC000, 0x0122, 0xA900]
    assert post(live_server, session, [(kind, b"nothing")]).status_code == 409


def test_the_sender_of_a_quarantined_image_is_warned(live_server, session, case):
    capture = image(ramp(), SOPInstanceUID="1.8.6", SOPClassUID="1.2.840.10008.5.1.4.1.1.7")
    answer = post(live_server, session, [(b"application/dicom", to_bytes(capture))])
    assert answer.status_code == 202
    assert value(answer.json()["00081199"]["Value"][0], "00081196") == 0xB000


def test_rejected_files_have_their_failure_reasons(live_server, session, case, monkeypatch):
    """Failure Reason (0008,1197): PS3.3 C.14.1.1 and PS3.4 GG.4.2.1."""

    def reasons(**names):
        file = to_bytes(image(ramp() + names.pop("value"), **names))
        answer = post(live_server, session, [(b"application/dicom", file)])
        failed = answer.json().get("00081198", {"Value": []})["Value"]
        return [value(one, "00081197") for one in failed]

    first = {"SOPInstanceUID": "1.5.1", "SeriesInstanceUID": "1.5.2", "StudyInstanceUID": "1.5.3"}
    assert reasons(value=1, **first) == []
    assert reasons(value=2, **first) == [0x0111]  # duplicate SOP Instance UID
    other_study = {**first, "SOPInstanceUID": "1.5.4", "StudyInstanceUID": "1.5.5"}
    assert reasons(value=3, **other_study) == [0xA900]  # the study does not match the series
    monkeypatch.setattr("imaging.intake.importing.quota_bytes", lambda team: 1)
    new = {name: f"{uid}.9" for name, uid in first.items()}
    assert reasons(value=4, **new) == [0xA700]  # out of resources


def test_a_file_with_unreadable_uids_is_rejected_without_the_others(live_server, session, case):
    """The SOP Class UID has a numeric VR and a length that is invalid for it."""
    whole = to_bytes(image(ramp(), SOPInstanceUID="1.8.7", SOPClassUID="1.2"))
    bad = whole.replace(b"\x08\0\x16\0UI\4\0", b"\x08\0\x16\0FD\4\0")
    assert bad != whole
    answer = post(live_server, session, [(b"application/dicom", bad)])
    assert answer.status_code == 409


def test_file_that_crashes_the_sandbox_is_named_in_the_response(
    live_server, session, case, settings, monkeypatch
):
    settings.IMAGING_LIMITS = {"cpu_seconds": 1}
    monkeypatch.setattr("imaging.intake.parallel_examination.examine_each", without_end)
    bad = to_bytes(image(ramp() + 3, SOPInstanceUID="1.8.9", PatientComments=ENDLESS))
    answer = post(live_server, session, [(b"application/dicom", bad)])
    assert answer.status_code == 409
    [failed] = answer.json()["00081198"]["Value"]
    assert value(failed, "00081155") == "1.8.9"


def test_files_are_examined_ahead_up_to_a_limit(live_server, session, case, monkeypatch):
    """A file examined ahead is on disk twice, and the quota is not checked until later."""
    monkeypatch.setattr("imaging.intake.parallel_examination.AHEAD", 8)
    waiting, begin = [], Examiner.begin

    def look(examiner, file):
        begin(examiner, file)
        waiting.append(len(examiner.early))

    monkeypatch.setattr(Examiner, "begin", look)
    files = [to_bytes(image(ramp() + n, SOPInstanceUID=f"1.8.7.{n}")) for n in range(20)]
    answer = post(live_server, session, [(b"application/dicom", data) for data in files])
    assert answer.status_code == 200 and len(answer.json()["00081199"]["Value"]) == 20
    names = {value(one, "00081155") for one in answer.json()["00081199"]["Value"]}
    assert names == {f"1.8.7.{n}" for n in range(20)} and max(waiting) == 8


def test_bad_requests_are_rejected_with_a_reason(live_server, session, case):
    study, series, instance = uids(case)
    root = f"{live_server.url}/dicomweb"
    at = f"{root}/studies/{study}/series/{series}/instances/{instance}"

    def status(address, **headers):
        return session.get(address, headers=headers).status_code

    assert status(f"{root}/studies?StudyDate=yesterday") == 400
    assert status(f"{root}/studies?Nonsense=1") == 400
    assert status(f"{root}/studies?limit=-1") == 400
    assert status(f"{root}/studies?SeriesNumber=1") == 400
    assert status(f"{at}/frames/2") == 404
    assert status(f"{at}/frames/0,x") == 404
    assert status(f"{at}/frames/1,1") == 404
    assert status(f"{at}/metadata", Accept="multipart/related; type*=utf-8''%ff") == 406
    assert status(f"{at}/metadata", Accept="text/html") == 406
    assert status(f"{at}/rendered?window=1,0", Accept="image/png") == 400
    assert status(f"{at}/rendered?viewport=1") == 400
    assert status(f"{root}/studies/1.2.3") == 404
    assert requests.get(f"{root}/studies").status_code == 401
    body = {"Content-Type": "multipart/related; boundary=b"}
    assert session.post(f"{root}/studies", data=b"--b\r\n", headers=body).status_code == 400


@pytest.mark.parametrize("tail", ["", "studies/", "studies/x/series", "cases/x", "%0a", "1/../x"])
def test_unknown_urls_return_a_problem(case, tail):
    assert_problem(Caller(case.author).get(f"/dicomweb/{tail}"), 404)
    assert_problem(Client().get(f"/dicomweb/{tail}"), 401)


def test_errors_and_unknown_hosts_return_a_problem(case, monkeypatch):
    caller = Caller(case.author, raise_request_exception=False)
    assert_problem(caller.get("/dicomweb/studies", headers={"host": "evil.example"}), 400)
    monkeypatch.setattr("imaging.dicomweb.qido.paged", lambda *_args: 1 / 0)
    assert_problem(caller.get("/dicomweb/studies"), 500)


def test_frames_are_read_as_they_are_sent(case, monkeypatch):
    """Otherwise all frames of a request would be in memory at once."""
    read = []
    monkeypatch.setattr(wado, "frame_body", lambda _i, number, _how: read.append(number) or b"")
    case.instances.update(number_of_frames=3)
    at = "/dicomweb/studies/{}/series/{}/instances/{}".format(*uids(case))
    answer = Caller(case.author).get(f"{at}/frames/3,1,2")
    assert read == [3]
    assert answer.getvalue().count(b"Content-Location") == 3 and read == [3, 1, 2]


def test_chunked_body_is_read_if_the_server_terminates_it(live_server, session, case):
    kind = {"Content-Type": "multipart/related; boundary=b"}
    answer = session.post(f"{live_server.url}/dicomweb/studies", data=iter([b"--b"]), headers=kind)
    assert answer.status_code == 400 and "Send a Content-Length header" in answer.text
    terminated = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    request = RequestFactory().generic("POST", "/", b"abc", **terminated)
    assert body_of(request).read() == b"abc"


class Gone(io.RawIOBase):
    """A body whose sender disconnected in the middle of the second part."""

    def __init__(self):
        start = b"--b\r\nContent-Type: application/dicom\r\n\r\n"
        self.sent = iter([start + to_bytes(image(SOPInstanceUID="1.2.9")) + b"\r\n" + start])

    def read(self, _size=-1):
        for piece in self.sent:
            return piece
        raise OSError("No more data")


def test_an_incomplete_body_leaves_no_files(case):
    images, waiting = case.instances.count(), set(store().waiting.glob("*"))
    gone = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    answer = Caller(case.author).post(
        "/dicomweb/studies",
        content_type="multipart/related; boundary=b",
        **gone | {"wsgi.input": Gone()},
    )
    assert_problem(answer, 400)
    assert set(store().waiting.glob("*")) == waiting
    assert case.instances.count() == images == Instance.objects.count()
    assert not ImportJob.objects.exclude(state=State.DONE).exists()


def test_only_the_ohif_viewer_may_read_from_another_origin(live_server, session, settings):
    settings.OHIF_URL = "https://ohif.example/app/"
    address = f"{live_server.url}/dicomweb/studies"
    asked = {"Origin": "https://ohif.example", "Access-Control-Request-Method": "GET"}
    assert requests.options(address, headers=asked).status_code == 204
    answer = session.get(address, headers={"Origin": "https://ohif.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://ohif.example"
    other = session.get(address, headers={"Origin": "https://ohif.example.evil"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_urls_use_the_host_of_the_request(client_of, settings, rf):
    def told(**headers):
        return addresses.root(rf.get("/", **headers))

    port = {"SERVER_PORT": "8000"}
    assert told(HTTP_HOST="localhost:8000", **port) == "http://localhost:8000/dicomweb"
    assert told(HTTP_HOST="localhost", **port) == "http://localhost:8000/dicomweb"
    assert told(HTTP_HOST="[::1]", **port) == "http://[::1]:8000/dicomweb"
    for proxied in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_VIA"):
        behind = port | {proxied: "something"}
        assert told(HTTP_HOST="localhost", **behind) == "http://localhost/dicomweb"
    settings.PUBLIC_URL = "https://cases.example.org/"
    assert told(HTTP_HOST="localhost", **port) == "https://cases.example.org/dicomweb"


def test_strangers_and_readers_have_different_permissions(live_server, case):

    stranger = make_user(team=make_team())
    headers = {"Authorization": f"Bearer {token_of(stranger)}"}
    root = f"{live_server.url}/dicomweb"
    assert requests.get(f"{root}/studies", headers=headers).json() == []
    study = uids(case)[0]
    assert requests.get(f"{root}/studies/{study}/metadata", headers=headers).status_code == 404
    reading = {"Authorization": f"Bearer {token_of(case.author, read_only=True)}"}
    assert requests.get(f"{root}/studies", headers=reading).status_code == 200
    assert requests.post(f"{root}/studies", headers=reading).status_code == 403


@pytest.mark.parametrize("tail", ["/frames/1", "/rendered"])
def test_truncated_compressed_file_is_reported(live_server, session, case, tmp_path, tail):
    pixels = ramp(64, 64)
    stream = imagecodecs.jpegls_encode(pixels)
    (tmp_path / "one.dcm").write_bytes(compressed(stream, *pixels.shape, JPEGLSLossless))
    assert import_paths(case, case.author, [tmp_path]).counts()["stored"] == 1
    one = case.instances.order_by("-pk").first()
    path = store().path(one.sha256)
    path.write_bytes(path.read_bytes()[:-60])
    series = one.series
    address = (
        f"{live_server.url}/dicomweb/studies/{series.study.study_instance_uid}"
        f"/series/{series.series_instance_uid}/instances/{one.sop_instance_uid}{tail}"
    )
    accept = (
        {"Accept": 'multipart/related; type="*/*"; transfer-syntax=*'} if "frames" in tail else {}
    )
    assert session.get(address, headers=accept).status_code == 503


@pytest.mark.parametrize(
    ("compressed", "tail"),
    [
        (False, ""),
        (False, "/frames/1"),
        (False, "/bulkdata/7FE00010"),
        (True, "/frames/1"),
        (True, "/rendered"),
        (True, "/bulkdata/7FE00010"),
        (True, "/bulkdata/00281201"),
    ],
)
def test_file_missing_from_the_store_is_reported_before_the_response(
    live_server, session, case, compressed, tail
):
    image = case.instances.order_by("position").last()
    series, uid = image.series.series_instance_uid, image.sop_instance_uid
    study = image.series.study.study_instance_uid
    store().remove(image.sha256)
    if compressed:
        header = {**image.header, "pixel_offset": None}
        case.instances.filter(pk=image.pk).update(header=header)
    address = f"{live_server.url}/dicomweb/studies/{study}/series/{series}"
    for where in (f"{address}/instances/{uid}{tail}", *([] if tail else [address])):
        answer = session.get(where)
        assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")

"""Imports from the form and from the upload script."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from imaging.file_store import store
from imaging.intake import parallel_examination, receiving
from imaging.models import ImportJob, State
from patients.models import Status
from tests.factories import make_case, make_user
from tests.imaging.dicom_files import image, to_bytes

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def where(name, case, *args):
    return reverse(f"imaging:{name}", args=[case.pk, *args])


def dicom(name="a.dcm", **changes):
    return SimpleUploadedFile(name, to_bytes(image(**changes)))


def text(name="notes.txt"):
    return SimpleUploadedFile(name, b"no image at all")


def test_form_accepts_several_files(client, case):
    response = client.post(where("add-import", case), {"files": [dicom(), text()]})
    job = ImportJob.objects.get()
    assert response.url == where("show-import", case, job.pk) and job.state == State.QUEUED
    receiving.run(job.pk)
    page = client.get(response.url).content.decode()
    assert "notes.txt" in page and "not a DICOM file" in page


def test_form_without_a_file_shows_an_error(client, case):
    response = client.post(where("add-import", case), follow=True)
    assert "Choose files, a folder" in response.content.decode() and not ImportJob.objects.exists()


def test_script_sends_file_by_file(client, case):
    job = client.post(where("add-import", case), headers=JSON).json()
    for file in (dicom(), text()):
        answer = client.post(job["files"], {"file": file, "name": f"folder/{file.name}"})
        assert answer.status_code == 200
    assert client.get(job["progress"]).json()["counts"]["waiting"] == 2
    assert client.post(job["start"], headers=JSON).json()["state"] == "queued"
    receiving.run(job["id"])
    done = client.get(job["progress"]).json()
    assert done["state"] == "done"
    assert (done["counts"]["stored"], done["counts"]["refused"]) == (1, 1)


def test_interrupted_upload_can_be_completed_on_its_page(client, case):
    job = client.post(where("add-import", case), headers=JSON).json()
    client.post(job["files"], {"file": dicom()})
    assert "Import the received files" in client.get(job["page"]).content.decode()
    assert client.post(job["start"]).url == job["page"]


def test_started_import_accepts_no_more_files(client, case):
    job = client.post(where("add-import", case), headers=JSON).json()
    client.post(job["start"])
    assert client.post(job["files"], {"file": dicom()}).status_code == 409


def test_file_that_is_too_large_is_listed(client, case, settings):
    settings.IMAGING_LIMITS = {"file_bytes": 1}
    job = client.post(where("add-import", case), headers=JSON).json()
    answer = client.post(job["files"], {"file": dicom()}).json()
    assert answer["outcome"] == "refused" and "larger than" in answer["reason"]


def test_markup_in_a_file_name_is_shown_as_text(client, case):
    name = "<script>alert(1)</script>.txt"
    job = receiving.open_job(case, case.author)
    receiving.receive(job, text(), name)
    receiving.start(job)
    receiving.run(job.pk)
    page = client.get(where("show-import", case, job.pk)).content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


def test_stranger_sees_404(client, case):
    job = receiving.open_job(case, case.author)
    client.force_login(make_user())
    for name in ("show-import", "show-progress"):
        assert client.get(where(name, case, job.pk)).status_code == 404
    assert client.post(where("add-import", case)).status_code == 404


def test_import_of_another_case_is_404(client, case):
    job = receiving.open_job(make_case(author=case.author, team=case.team), case.author)
    assert client.get(where("show-import", case, job.pk)).status_code == 404


def test_reader_and_approved_case_cannot_receive_files(client, case):
    client.force_login(make_user(team=case.team, role="reader"))
    assert client.post(where("add-import", case), {"files": [dicom()]}).status_code == 403
    type(case).objects.filter(pk=case.pk).update(status=Status.APPROVED)
    client.force_login(case.author)
    assert client.post(where("add-import", case), {"files": [dicom()]}).status_code == 403


def send(client, case, *files):
    job = client.post(where("add-import", case), headers=JSON).json()
    for file in files:
        client.post(job["files"], {"file": file, "name": file.name})
    return job


def test_interrupted_upload_continues_with_missing_files(client, case):
    job = send(client, case, dicom("one.dcm"))
    assert client.get(job["files"]).json() == {"names": ["one.dcm"]}
    page = client.get(job["page"]).content.decode()
    assert "Upload missing files" in page and job["progress"] in page
    assert "not finished" in client.get(where("list-series", case)).content.decode()


@pytest.mark.parametrize("started", [False, True])
def test_stopped_import_reads_no_more_files(client, case, started, monkeypatch):
    monkeypatch.setattr(receiving, "read_in_background", lambda job: None)
    job = send(client, case, dicom("one.dcm"))
    if started:
        client.post(job["start"])
    answer = client.post(where("stop-import", case, job["id"]), follow=True)
    assert "Import cancelled" in answer.content.decode()
    assert receiving.waiting_jobs() == [ImportJob.objects.get().pk]  # so that a restart finishes it
    receiving.run(job["id"])
    told = client.get(job["progress"]).json()
    assert (told["state"], told["ended"], told["counts"]["not_read"]) == ("stopped", True, 1)
    assert case.instances.count() == 0 and receiving.waiting_jobs() == []
    again = client.post(where("stop-import", case, job["id"]), follow=True).content.decode()
    assert "Import cancelled" in again or "already finished" in again
    assert not receiving.folder_of(ImportJob.objects.get()).exists()


def test_import_stopped_midway_keeps_stored_images(client, case, monkeypatch, settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}"
    monkeypatch.setattr(receiving, "read_in_background", lambda job: None)
    monkeypatch.setattr(parallel_examination, "BATCH", 1)
    job = send(client, case, *(dicom(f"{n}.dcm", SOPInstanceUID=f"1.2.3.{n}") for n in range(4)))
    client.post(job["start"])
    receiving.run(job["id"], progress=lambda done, total: receiving.stop(ImportJob.objects.get()))
    counts = client.get(job["progress"]).json()["counts"]
    assert (counts["stored"], counts["not_read"]) == (1, 3)
    case.refresh_from_db()
    assert case.versions.get(number=case.version).comment == "1 image imported"
    assert list(store().waiting.iterdir()) == []


def test_import_is_undone_with_a_version_that_can_be_restored(client, case):
    kept = send(client, case, dicom("a.dcm", SOPInstanceUID="1.2.3.1"))
    other = send(client, case, dicom("b.dcm", SOPInstanceUID="1.2.3.2"))
    for job in (kept, other):
        client.post(job["start"])
        receiving.run(job["id"])
    case.refresh_from_db()
    before = case.version
    answer = client.post(where("take-back-import", case, other["id"]), follow=True)
    assert "1 image removed" in answer.content.decode()
    assert case.instances.released().count() == 1
    case.refresh_from_db()
    assert "undone" in case.versions.get(number=case.version).comment
    address = reverse("caserecords:restore-version", args=[case.pk, before])
    client.post(address, {"version": case.version})
    assert case.instances.released().count() == 2


def test_running_import_cannot_be_undone(client, case):
    job = send(client, case, dicom())
    answer = client.post(where("take-back-import", case, job["id"]), follow=True)
    assert "Cancel it first" in answer.content.decode()


def test_csv_contains_no_spreadsheet_formulas(client, case):
    job = send(client, case, text("=cmd.txt"), dicom())
    client.post(job["start"])
    receiving.run(job["id"])
    lines = client.get(where("list-files", case, job["id"])).content.decode().splitlines()
    assert lines[0] == "File,Outcome,Reason" and lines[1].startswith("'=cmd.txt,rejected,")
    assert lines[2] == "a.dcm,stored,"


def test_import_links_to_its_quarantined_images(client, case):
    job = client.post(where("add-import", case), headers=JSON).json()
    client.post(job["files"], {"file": dicom(BurnedInAnnotation="YES")})
    client.post(job["start"])
    receiving.run(job["id"])
    look = f'href="{where("list-series", case)}#apart"'
    assert look in client.get(job["page"]).content.decode()
    client.post(where("release-image", case, case.instances.get().pk))
    assert look not in client.get(job["page"]).content.decode()


def test_import_being_stopped_is_not_shown_as_running(client, case):
    job = client.post(where("add-import", case), headers=JSON).json()
    ImportJob.objects.filter(pk=job["id"]).update(state=State.STOPPED)
    page = client.get(job["page"]).content.decode()
    assert "but no others" in page and "the import continues" not in page

"""Imports: unique UIDs, no overwriting, anatomical order, resumption after a crash."""

import errno
import io
import json
import threading
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pydicom import dcmread
from pydicom.fileset import FileSet

from imaging.dicom import sandbox
from imaging.dicom.synthetic import slice_bytes
from imaging.file_store import locked, store, uploads
from imaging.intake import receiving
from imaging.intake.acceptance import OTHER_BYTES, OTHER_PATIENT, subjects_of
from imaging.intake.importing import CASE_CLOSED, finish, import_paths
from imaging.intake.indexing import number_series
from imaging.models import ImportJob, Instance, State
from patients.actions.importing import import_case, replace_case
from patients.models import CaseVersion, Status
from patients.versions.reading import served_text
from tests.factories import make_case, make_user
from tests.imaging.dicom_files import (
    ENDLESS,
    SHARED,
    deflated,
    image,
    needs_shared,
    ramp,
    to_bytes,
    without_end,
)

pytestmark = pytest.mark.django_db


def write(folder, name="one.dcm", **changes):
    path = folder / name
    path.write_bytes(to_bytes(image(**changes)))
    return path


def outcomes(job):
    return [(line.name, line.outcome) for line in job.files.all()]


@pytest.fixture
def case():
    return make_case()


def take(case, *paths):
    return import_paths(case, case.author, paths)


def test_stored_file_becomes_study_series_and_image(case, tmp_path):
    job = take(case, write(tmp_path))
    assert (job.state, outcomes(job)) == (State.DONE, [("one.dcm", "stored")])
    row = case.instances.get()
    assert row.held and row.rows == 16 and row.columns == 12
    assert store().verify(row.sha256)
    assert row.series.series_description == "T2 TSE AX" and row.series.plane == "axial"
    assert row.series.study.study_date is not None
    assert row.sop_instance_uid != "1.2.3.4.1"


def test_import_saves_one_version_with_the_images(case, tmp_path):
    before = case.versions.count()
    take(case, write(tmp_path))
    version = case.versions.first()
    assert case.versions.count() == before + 1
    assert case.instances.get().sop_instance_uid in served_text(version).decode()


def test_same_file_twice_is_one_image(case, tmp_path):
    path = write(tmp_path)
    take(case, path)
    versions = case.versions.count()
    job = take(case, path, path)
    assert [outcome for _name, outcome in outcomes(job)] == ["duplicate", "duplicate"]
    assert case.instances.count() == 1 and case.versions.count() == versions


def test_other_bytes_with_a_known_uid_are_rejected(case, tmp_path):
    take(case, write(tmp_path))
    kept = case.instances.get().sha256
    job = take(case, write(tmp_path, "two.dcm", pixels=ramp() + 1))
    line = job.files.get()
    assert (line.outcome, line.reason) == ("refused", OTHER_BYTES)
    assert case.instances.get().sha256 == kept


def test_other_bytes_in_one_batch_are_rejected(case, tmp_path):
    first = write(tmp_path)
    second = write(tmp_path, "two.dcm", pixels=ramp() + 1)
    assert [o for _n, o in outcomes(take(case, first, second))] == ["stored", "refused"]


def test_another_patient_in_a_known_series_is_quarantined(case, tmp_path):
    take(case, write(tmp_path))
    other = write(tmp_path, "b.dcm", SOPInstanceUID="1.2.9", PatientID="9", PatientName="X^Y")
    line = take(case, other).files.get()
    assert (line.outcome, line.reason) == ("quarantined", OTHER_PATIENT)
    assert case.instances.released().count() == 1
    assert line.sop_instance_uid not in served_text(case.versions.first()).decode()


def test_images_of_two_patients_in_one_import_are_not_merged(case, tmp_path):
    first = write(tmp_path, "a.dcm")
    other = write(tmp_path, "b.dcm", SOPInstanceUID="1.2.9", PatientID="9", PatientName="X^Y")
    assert [o for _n, o in outcomes(take(case, first, other))] == ["stored", "quarantined"]
    assert case.instances.exclude(quarantine="").get().quarantine == OTHER_PATIENT


def test_the_last_image_determines_the_patient_of_a_series(case, tmp_path):
    """An image of another patient, once released, changes the patient of its series."""
    for number in range(4):
        place = [0, 0, -5.0 * number]
        write(
            tmp_path, f"{number}.dcm", SOPInstanceUID=f"1.2.3.{number}", ImagePositionPatient=place
        )
    take(case, tmp_path)
    uid, last = case.series.get().series_instance_uid, case.instances.order_by("position").last()
    for one, other in (("aaaa", "bbbb"), ("bbbb", "aaaa")):
        case.instances.update(subject_digest=one)
        case.instances.filter(pk=last.pk).update(subject_digest=other)
        assert subjects_of(case, {uid})[0] == {uid: other}


@pytest.mark.parametrize("size", [600 * 1024 * 1024, 0])
def test_deflated_file_is_rejected_with_a_specific_reason(case, tmp_path, size):
    """Neither a decompression bomb nor a damaged file is inflated to read its UIDs."""
    good = to_bytes(image())
    body = bytes(size) or good[good.index(b"\x08\x00\x08\x00CS") :]
    data = deflated(body) if size else deflated(body)[:400] + b"\xff" * 60
    (tmp_path / "one.dcm").write_bytes(data)
    line = take(case, tmp_path / "one.dcm").files.get()
    words = "far more than an image" if size else "deflated data are damaged"
    assert line.outcome == "refused" and words in line.reason


def test_files_that_are_not_images_are_listed_with_a_reason(case, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    write(tmp_path)
    job = take(case, tmp_path)
    lines = {line.name.split("/")[-1]: line for line in job.files.all()}
    assert lines["one.dcm"].outcome == "stored"
    assert lines["notes.txt"].outcome == "refused" and "DICOM" in lines["notes.txt"].reason


def test_file_that_crashes_the_sandbox_is_rejected_without_the_others(
    case, tmp_path, settings, monkeypatch
):
    """The file is examined in a group; the other files of the group must not be rejected."""
    settings.IMAGING_LIMITS = {"cpu_seconds": 1}
    for number in range(3):
        write(tmp_path, f"{number}.dcm", SOPInstanceUID=f"1.2.3.{number}", InstanceNumber=number)
    write(tmp_path, "bad.dcm", SOPInstanceUID="1.2.4", PatientComments=ENDLESS)
    monkeypatch.setattr("imaging.intake.parallel_examination.examine_each", without_end)
    job = take(case, tmp_path)
    lines = {line.name.split("/")[-1]: line for line in job.files.all()}
    assert [lines[f"{number}.dcm"].outcome for number in range(3)] == ["stored"] * 3
    assert lines["bad.dcm"].outcome == "refused" and lines["bad.dcm"].reason == sandbox.TOO_SLOW
    assert not list(store().waiting.glob("*"))


def test_closed_case_accepts_no_images(case, tmp_path):
    type(case).objects.filter(pk=case.pk).update(status=Status.APPROVED)
    job = take(case, write(tmp_path))
    assert (job.state, job.error) == (State.FAILED, CASE_CLOSED)
    assert not case.instances.exists()


def test_vanished_file_is_reported(case, tmp_path):
    path = write(tmp_path)
    job = ImportJob.objects.create(case=case, user=case.author, state=State.QUEUED)
    job.files.create(name="gone", spooled=str(path))
    path.unlink()
    assert receiving.run(job.pk).files.get().outcome == "refused"


# Archives


def archive(folder, entries, name="all.zip"):
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for entry, data in entries:
            file.writestr(entry, data)
    return path


def test_archive_is_replaced_by_its_entries(case, tmp_path):
    path = archive(tmp_path, [("a/1.dcm", to_bytes(image())), ("readme.txt", b"text")])
    job = take(case, path)
    assert outcomes(job) == [("all.zip/a/1.dcm", "stored"), ("all.zip/readme.txt", "refused")]
    assert not list(uploads().glob(f"{job.pk}*"))


@pytest.mark.parametrize("name", ["../../evil.dcm", "/etc/evil.dcm", "a\\..\\..\\evil.dcm"])
def test_entry_outside_the_archive_is_rejected(case, tmp_path, name):
    job = take(case, archive(tmp_path, [(name, to_bytes(image()))]))
    assert job.files.get().outcome == "refused" and "points outside" in job.files.get().reason


def test_archive_in_an_archive_is_rejected(case, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("x", "y")
    job = take(case, archive(tmp_path, [("inner.zip", inner.getvalue())]))
    assert "inside an archive" in job.files.get().reason


def test_archive_with_too_high_a_ratio_is_rejected(case, tmp_path):
    job = take(case, archive(tmp_path, [("zeros", bytes(8_000_000))]))
    assert job.files.get().outcome == "refused" and "times its size" in job.files.get().reason


def test_archive_with_too_many_entries_is_rejected(case, tmp_path, settings):
    settings.IMAGING_LIMITS = {"archive_entries": 2}
    job = take(case, archive(tmp_path, [(str(number), b"x") for number in range(3)]))
    assert "3 files" in job.files.get().reason


def test_archive_that_is_too_large_unpacked_is_rejected(case, tmp_path, settings):
    settings.IMAGING_LIMITS = {"archive_bytes": 2 << 20}
    entries = [(str(number), bytes(1 << 20)) for number in range(3)]
    assert "larger than 2 MB" in take(case, archive(tmp_path, entries)).files.get().reason


def test_archive_without_a_file_is_rejected(case, tmp_path):
    line = take(case, archive(tmp_path, [("folder/", b"")])).files.get()
    assert (line.outcome, line.reason) == ("refused", "This archive contains no files.")


def test_damaged_archive_is_rejected(case, tmp_path):
    path = archive(tmp_path, [("a", b"x" * 100)])
    path.write_bytes(path.read_bytes()[:40])
    assert take(case, path).files.get().outcome == "refused"


def test_file_limit_can_be_set(case, tmp_path, settings):
    settings.IMAGING_LIMITS = {"file_bytes": 100}
    assert take(case, write(tmp_path)).files.get().outcome == "refused"


# Crashes


def received(case):
    job = receiving.open_job(case, case.author)
    receiving.receive(job, SimpleUploadedFile("a.dcm", to_bytes(image())))
    return job


def test_acknowledged_file_survives_a_crash_before_reading(case):
    job = received(case)
    receiving.start(job)
    assert receiving.waiting_jobs() == [job.pk]
    done = receiving.run(job.pk)
    assert done.state == State.DONE and case.instances.count() == 1
    assert not (uploads() / str(job.pk)).exists()


def test_job_of_a_dead_process_is_resumed(case):
    job = received(case)
    ImportJob.objects.filter(pk=job.pk).update(state=State.RUNNING)
    assert receiving.waiting_jobs() == [job.pk]
    assert receiving.run(job.pk).counts()["stored"] == 1


def test_finished_job_is_not_run_again(case):
    job = received(case)
    receiving.start(job)
    receiving.run(job.pk)
    assert receiving.run(job.pk) is None and receiving.waiting_jobs() == []


@pytest.mark.django_db(transaction=True)
def test_concurrent_imports_store_each_image_once_and_in_order(case):
    """Three clients upload slices of the same series, some of them twice."""
    jobs = []
    for first in (0, 8, 16):
        jobs.append(receiving.open_job(case, case.author))
        for number in range(first, first + 12):
            file = SimpleUploadedFile(f"{number}.dcm", slice_bytes(number, 64))
            receiving.receive(jobs[-1], file)
        receiving.start_here(jobs[-1])
    readers = [threading.Thread(target=receiving.read_job, args=(job.pk,)) for job in jobs]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    counts = [ImportJob.objects.get(pk=job.pk).counts() for job in jobs]
    assert sum(count["stored"] for count in counts) == 28
    assert sum(count["duplicate"] for count in counts) == 8
    series = case.series.get()
    numbers = series.instances.order_by("position").values_list("instance_number", flat=True)
    assert list(numbers) in (list(range(1, 29)), list(range(28, 0, -1)))
    assert list(series.instances.order_by("position").values_list("position", flat=True)) == list(
        range(28)
    )
    document = json.loads(served_text(case.versions.first()))
    assert len(document["imaging"]["studies"][0]["series"][0]["instances"]) == 28


@pytest.mark.django_db(transaction=True)
def test_imports_with_all_files_stored_share_one_version(case, monkeypatch):
    first, second, other = (receiving.open_job(case, case.author) for _number in range(3))
    for number, job in enumerate((first, second)):
        file = SimpleUploadedFile(f"{number}.dcm", slice_bytes(number, 64))
        receiving.receive(job, file)
        receiving.start_here(job)
    monkeypatch.setattr("imaging.intake.importing.finish", lambda job: None)
    receiving.run(first.pk)
    monkeypatch.undo()
    before = case.versions.count()
    assert receiving.run(second.pk).state == State.DONE
    ended = ImportJob.objects.get(pk=first.pk)
    assert ended.state == State.DONE and ended.finished
    assert case.versions.count() == before + 1
    assert case.versions.order_by("-number").first().comment == "2 images imported"
    finish(ended)
    assert case.versions.count() == before + 1
    assert ImportJob.objects.get(pk=other.pk).state == State.RECEIVING


def test_crash_between_store_and_rows_leaves_one_file(case, monkeypatch):
    job = received(case)
    receiving.start(job)
    monkeypatch.setattr("imaging.intake.importing.place_images", lambda *args: 1 / 0)
    assert receiving.run(job.pk).state == State.FAILED
    monkeypatch.undo()
    receiving.start(job)
    receiving.run(job.pk)
    assert case.instances.count() == 1 and store().verify(case.instances.get().sha256)


def test_full_disk_fails_the_import_and_loses_nothing(case, monkeypatch):
    job = received(case)
    receiving.start(job)

    def without_room(_function, requests, **options):
        for _source, target, *_args in requests:
            Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("imaging.intake.parallel_examination.sandbox.call", without_room)
    assert receiving.run(job.pk).state == State.FAILED
    assert outcomes(job) == [("a.dcm", "")] and not list(store().waiting.glob("*"))
    monkeypatch.undo()
    receiving.start(job)
    assert receiving.run(job.pk).counts()["stored"] == 1


def test_temporary_files_of_a_crash_are_deleted():
    left = store().temporary()
    left.write_bytes(b"half")
    with locked("reading"):  # wait for an import that another test left running
        pass
    receiving.sweep()
    assert not left.exists()


def test_name_with_control_characters_is_shown_safely(case):
    job = receiving.open_job(case, case.author)
    upload = SimpleUploadedFile("x", b"text")
    assert receiving.receive(job, upload, "a\x00b\r\n\u202ec").name == "a�b���c"


# The document


def test_document_round_trip_is_equal(case, tmp_path):
    take(case, write(tmp_path))
    document = json.loads(served_text(case.versions.first()))
    document["patient"]["code"] = "another"
    other = import_case(document, case.team, case.author)
    assert json.loads(served_text(other.versions.first())) == document
    assert not other.instances.get().held


def test_document_cannot_link_to_another_cases_file(case, tmp_path):
    take(case, write(tmp_path))
    document = json.loads(served_text(case.versions.first()))
    document["patient"]["code"] = "thief"
    stranger = make_user()
    thief = make_case()
    other = import_case(document, thief.team, stranger)
    assert not other.instances.get().held


def test_image_missing_from_a_document_can_be_restored(case, tmp_path):
    take(case, write(tmp_path))
    whole = served_text(case.versions.first())
    without = json.loads(whole) | {"imaging": {}}
    replace_case(case, without, case.author)
    assert not case.instances.released().exists()
    assert json.loads(served_text(case.versions.first()))["imaging"]["studies"] == []
    replace_case(case, json.loads(whole), case.author)
    assert served_text(case.versions.first()) == whole and case.instances.get().held


def test_document_cannot_point_an_image_at_another_file(case, tmp_path):
    take(case, write(tmp_path))
    document = json.loads(served_text(case.versions.first()))
    document["imaging"]["studies"][0]["series"][0]["instances"][0]["sha256"] = "0" * 64
    count = CaseVersion.objects.count()
    with pytest.raises(Exception, match=r"studies\[0\].series\[0\].instances\[0\].sha256"):
        replace_case(case, document, case.author)
    assert CaseVersion.objects.count() == count


def test_an_import_does_not_reorder_other_series(case, tmp_path):
    take(case, write(tmp_path))
    case.instances.update(position=7)
    other = {"SOPInstanceUID": "1.2.9", "SeriesInstanceUID": "1.2.8"}
    take(case, write(tmp_path, "two.dcm", **other))
    assert sorted(case.instances.values_list("position", flat=True)) == [0, 7]
    number_series(case)
    assert set(case.instances.values_list("position", flat=True)) == {0}


# The lumbar study


@needs_shared
def test_lumbar_study_is_in_anatomical_order(case):
    job = take(case, SHARED / "mr-lumbar-phantom")
    assert job.counts()["stored"] == 101
    axial = case.series.filter(series_description="T2 TSE AX").first()
    heights = [row.image_position_patient[2] for row in axial.instances.order_by("position", "pk")]
    assert len(heights) == 18
    numbers = [row.instance_number for row in axial.instances.order_by("position")]
    assert numbers in (sorted(numbers), sorted(numbers, reverse=True))
    dates = [study.study_date for study in case.studies.all()]
    assert (dates[1] - dates[0]).days == 99
    assert Instance.objects.filter(case=case, quarantine="").count() == 101


# DICOMDIR


def disc(folder, count=3):
    """Write a disc with a DICOMDIR; return (its folder, the paths of its images)."""
    files = FileSet()
    for number in range(count):
        numbers = {"StudyID": "1", "SeriesNumber": 1, "InstanceNumber": number + 1}
        one = image(SOPInstanceUID=f"1.2.3.{number + 1}", **numbers)
        files.add(dcmread(io.BytesIO(to_bytes(one))))
    files.write(folder / "disc")
    images = sorted(p for p in (folder / "disc").rglob("*") if p.is_file() and p.name != "DICOMDIR")
    return folder / "disc", images


def index_line(job):
    return job.files.get(name__endswith="DICOMDIR")


def test_dicomdir_reports_that_all_images_were_received(case, tmp_path):
    folder, images = disc(tmp_path)
    job = take(case, folder)
    line = index_line(job)
    assert (line.outcome, job.counts()["stored"]) == ("index", len(images))
    assert line.reason.endswith("Images listed: 3. All were received.")


def test_dicomdir_names_the_missing_images(case, tmp_path):
    folder, images = disc(tmp_path)
    images[1].unlink()
    reason = index_line(take(case, folder)).reason
    assert "Images listed: 3. Not received (1): " in reason
    assert reason.endswith(str(images[1].relative_to(folder)))


def test_images_of_a_disc_are_matched_by_name_without_folders(case, tmp_path):
    folder, images = disc(tmp_path, 1)
    reason = index_line(take(case, folder / "DICOMDIR", *images)).reason
    assert reason.endswith("Images listed: 1. All were received.")


def test_a_file_moves_its_image_to_the_correct_series(case, tmp_path):
    take(case, write(tmp_path))
    document = json.loads(served_text(case.versions.first()))
    whole = json.loads(json.dumps(document["imaging"]))
    series = document["imaging"]["studies"][0]["series"][0]
    series["series_instance_uid"] = "2.25.4711"
    other = import_case(document, case.team, case.author)  # of the same patient
    job = take(other, write(tmp_path))
    assert outcomes(job) == [("one.dcm", "stored")]
    found = json.loads(served_text(other.versions.first()))["imaging"]["studies"][0]["series"]
    images = {one["series_instance_uid"]: len(one["instances"]) for one in found}
    uid = whole["studies"][0]["series"][0]["series_instance_uid"]
    assert images == {"2.25.4711": 0, uid: 1}

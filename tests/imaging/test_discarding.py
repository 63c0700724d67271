"""Files are deleted with the last case that uses them."""

from concurrent.futures import Future

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from imaging.file_store import cache, store, uploads
from imaging.intake import parallel_examination
from imaging.intake.importing import CASE_CLOSED, import_paths
from imaging.intake.parallel_examination import Examiner
from imaging.intake.receiving import open_job, receive, run
from imaging.models import ImportJob, State
from imaging.pixels.pictures import PictureView, picture
from patients.actions.deleting import erase_case
from patients.models import Case, Status
from tests.factories import make_case
from tests.imaging.dicom_files import image, to_bytes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folders(tmp_path, settings):
    settings.STORAGE_URL, settings.DATA = f"file://{tmp_path / 'files'}", tmp_path


@pytest.fixture
def case(tmp_path):
    return with_image(make_case(), tmp_path)


def with_image(case, folder):
    path = folder / "one.dcm"
    path.write_bytes(to_bytes(image()))
    import_paths(case, case.author, [path])
    return case


def pictures():
    return [path for path in cache().rglob("*") if path.is_file()]


def test_files_pictures_and_uploads_are_deleted_with_the_case(case):
    picture(case.instances.get(), PictureView())
    job = open_job(case, case.author)
    assert pictures() and list(store().hashes())
    erase_case(case)
    assert list(store().hashes()) == [] and pictures() == []
    assert not (uploads() / str(job.pk)).exists()


def test_a_file_that_another_case_uses_is_kept(case, tmp_path):
    other = make_case(case.author, case.team)
    Case.objects.filter(pk=other.pk).update(patient=case.patient)
    other = with_image(Case.objects.get(pk=other.pk), tmp_path)
    assert len(list(store().hashes())) == 1
    erase_case(case)
    assert store().verify(other.instances.get().sha256)


def test_a_file_whose_rows_cannot_be_written_is_deleted(case, tmp_path):
    later = make_case()
    Case.objects.filter(pk=later.pk).update(status=Status.SUBMITTED)
    with_image(later, tmp_path)
    job = ImportJob.objects.get(case=later)
    assert (job.state, job.error) == (State.FAILED, CASE_CLOSED)
    assert list(store().hashes()) == [case.instances.get().sha256]


def test_an_import_whose_case_is_discarded_leaves_nothing(case, monkeypatch, caplog):
    job = open_job(case, case.author)
    receive(job, SimpleUploadedFile("other.dcm", to_bytes(image(SOPInstanceUID="1.2.9"))))
    ImportJob.objects.filter(pk=job.pk).update(state=State.QUEUED)
    examined = Examiner.examine

    def throw_away_first(examiner, files):
        found = examined(examiner, files)
        erase_case(Case.objects.get(pk=case.pk))
        return found

    monkeypatch.setattr(parallel_examination, "ThreadPoolExecutor", Here)
    monkeypatch.setattr(Examiner, "examine", throw_away_first)
    assert run(job.pk) is None and run(job.pk) is None
    assert list(store().hashes()) == [] and caplog.text == ""
    assert not (uploads() / str(job.pk)).exists()


class Here:
    """An executor that runs tasks in the calling thread."""

    def __init__(self, _count):
        pass

    def submit(self, function, *args):
        done = Future()
        done.set_result(function(*args))
        return done

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

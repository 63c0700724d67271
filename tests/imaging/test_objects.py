"""Presentation states, key objects and reports: written, checked with dciodvfy and read back."""

import io
import tempfile

import numpy as np
import pydicom
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from imaging.dicom import sandbox
from imaging.dicom.limits import LIMITS
from imaging.dicom.presentation_state import read_presentation_state
from imaging.dicom.refusal import Refused
from imaging.file_store import store
from imaging.intake.importing import import_paths
from imaging.marks.dicom_objects import write_object
from imaging.models import Annotation, Kind
from patients.models import ImagingFinding
from patients.versions.saving import save_version
from tests.factories import make_case
from tests.imaging.dciodvfy import errors_of, needs_dciodvfy
from tests.imaging.dicom_files import SHARED, image, needs_shared, ramp, to_bytes
from tests.imaging.stored import add_mark, case_with_images

KEY = b"any key"
ENDS = {"x2": 9.5, "y2": 11}


@pytest.fixture
def study(db):
    """A study with a mark of every kind and one finding."""
    case = case_with_images(3)
    for index, kind in enumerate(Kind.values):
        ends = ENDS if kind in ("arrow", "line", "ellipse") else {}
        add_mark(case, index % 3, kind=kind, label=f"the {kind}", angle_degrees=145, **ends)
    study = case.studies.get()
    ImagingFinding.objects.create(
        case=case,
        modality="MR",
        structure="root_l5",
        side="left",
        level="l5_s1",
        finding="increased intensity",
        sign="enhancement",
        study_instance_uid=study.study_instance_uid,
        sop_instance_uid=case.instances.first().sop_instance_uid,
    )
    save_version(case, case.author)
    return study


def dataset_of(data):
    return pydicom.dcmread(io.BytesIO(data))


def checked(data, tmp_path):
    """Return the errors that dciodvfy finds in a file."""
    path = tmp_path / "object.dcm"
    path.write_bytes(data)
    return errors_of(path)


@pytest.mark.parametrize("kind", ["presentation-state", "key-objects", "report"])
def test_same_record_gives_the_same_bytes(study, kind):
    first = write_object(study, kind)
    assert write_object(study, kind) == first
    assert dataset_of(first).StudyInstanceUID == study.study_instance_uid


@needs_dciodvfy
@pytest.mark.parametrize("kind", ["presentation-state", "key-objects", "report"])
def test_dciodvfy_finds_no_error(study, kind, tmp_path):
    assert checked(write_object(study, kind), tmp_path) == []


def read_back(data, tmp_path):
    path = tmp_path / "state.dcm"
    path.write_bytes(data)
    return sandbox.call(read_presentation_state, str(path), KEY, LIMITS, limits=LIMITS)


def test_marks_are_read_back_from_a_presentation_state(study, tmp_path):
    found = read_back(write_object(study, "presentation-state"), tmp_path)
    assert found["notes"] == []
    stored = {mark.kind: mark for mark in study.case.annotations.all()}
    assert {mark["kind"] for mark in found["marks"]} == set(Kind.values)
    for mark in found["marks"]:
        before = stored[mark["kind"]]
        assert mark["uids"][0] == before.sop_instance_uid
        assert mark["label"] == before.label and mark["colour"] == before.colour
        for name in ("x", "y", "x2", "y2"):
            assert mark.get(name) == pytest.approx(getattr(before, name), abs=1e-4)
    arrowhead = next(mark for mark in found["marks"] if mark["kind"] == "arrowhead")
    assert arrowhead["angle_degrees"] == pytest.approx(145, abs=0.1)
    assert arrowhead["shape"] == "filled"


def test_moved_arrow_changes_the_presentation_state(study):
    before = dataset_of(write_object(study, "presentation-state"))
    study.case.annotations.filter(kind="arrowhead").update(x=7)
    after = dataset_of(write_object(study, "presentation-state"))
    assert before.SOPInstanceUID != after.SOPInstanceUID
    graphic = after.GraphicAnnotationSequence[0].GraphicObjectSequence[0]
    assert graphic.GraphicData[0] == 7.5


def test_report_names_the_finding_and_the_length(study):
    text = dataset_of(write_object(study, "report")).to_json()
    assert "increased intensity" in text and "L5 root" in text and "contrast enhancement" in text
    assert "410668003" in text  # the SNOMED CT code for length


@pytest.mark.parametrize("kind", ["presentation-state", "key-objects", "report"])
def test_nothing_to_write_is_reported(db, kind):
    case = case_with_images(1)
    with pytest.raises(Refused, match="no|No"):
        write_object(case.studies.get(), kind)


def test_missing_file_is_reported(study):
    for row in study.case.instances.all():
        store().remove(row.sha256)
    with pytest.raises(Refused, match="image file of this study cannot be read"):
        write_object(study, "report")


# Pages and API


def sent(data):
    return {"file": SimpleUploadedFile("state.dcm", data)}


def test_page_downloads_an_object_or_reports_that_there_is_none(study, client):
    client.force_login(study.case.author)
    where = reverse("imaging:show-object", args=[study.case.pk, study.pk, "presentation-state"])
    response = client.get(where)
    assert response["Content-Type"] == "application/dicom"
    assert dataset_of(response.content).Modality == "PR"
    study.case.annotations.all().delete()
    page = client.get(where, follow=True)
    assert "no annotations on greyscale images of this study" in page.content.decode()


def test_presentation_state_from_elsewhere_becomes_annotations(study, client):
    data = write_object(study, "presentation-state")
    study.case.annotations.all().delete()
    client.force_login(study.case.author)
    where = reverse("imaging:add-presentation-state", args=[study.case.pk])
    page = client.post(where, sent(data), follow=True).content.decode()
    assert "6 annotations imported." in page
    again = client.post(where, sent(data), follow=True).content.decode()
    assert "0 annotations imported. Skipped because the case already has them: 6." in again
    wrong = client.post(where, sent(b"no DICOM"), follow=True).content.decode()
    assert "not a DICOM file" in wrong
    assert study.case.annotations.count() == 6


def test_label_of_a_mark_is_parsed_into_its_structure(study, client):
    study.case.annotations.exclude(kind="arrowhead").delete()
    study.case.annotations.update(label="")
    data = write_object(study, "presentation-state")
    study.case.annotations.all().delete()
    client.force_login(study.case.author)
    client.post(reverse("imaging:add-presentation-state", args=[study.case.pk]), sent(data))
    mark = study.case.annotations.get()
    assert (mark.structure, mark.side, mark.label) == ("root_l5", "left", "")


@needs_shared
def test_marks_on_missing_images_are_counted(study, client):
    client.force_login(study.case.author)
    data = (SHARED / "objects" / "phantom_gsps.dcm").read_bytes()
    where = reverse("imaging:add-presentation-state", args=[study.case.pk])
    page = client.post(where, sent(data), follow=True).content.decode()
    assert "0 annotations imported. Skipped because their images are not in this case: " in page


def test_api_exports_and_imports_presentation_states(study, client):
    client.force_login(study.case.author)
    where = reverse("api:show-study-object", args=[study.pk, "presentation-state"])
    data = client.get(where).content
    study.case.annotations.all().delete()
    to = reverse("api:add-presentation-state", args=[study.case.pk])
    answer = client.post(to, sent(data))
    assert answer.status_code == 201 and len(answer.json()["annotations"]) == 6
    assert client.post(to, sent(b"")).json()["errors"][0]["path"] == "file"
    assert client.get(where.replace("presentation-state", "nonsense")).status_code == 404


@pytest.fixture
def coloured(study):
    """The study with a colour image in another series, and a mark on that image."""
    pixels = np.dstack([ramp().astype("u1")] * 3)
    dataset = image(
        SOPInstanceUID="1.2.3.1.1.99",
        SeriesInstanceUID="1.2.3.1.3",
        ImagePositionPatient=[0, 0, 40],
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=0,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelData=pixels.tobytes(),
    )
    with tempfile.NamedTemporaryFile() as file:
        file.write(to_bytes(dataset))
        file.flush()
        import_paths(study.case, study.case.author, [file.name])
    row = study.case.instances.get(header__photometric_interpretation="RGB")
    mark = add_mark(study.case, 0, kind="arrow", **ENDS)
    Annotation.objects.filter(pk=mark.pk).update(sop_instance_uid=row.sop_instance_uid)
    return study


@needs_dciodvfy
def test_marks_on_colour_images_have_their_own_presentation_state(coloured, tmp_path):
    data = write_object(coloured, "colour-presentation-state")
    assert checked(data, tmp_path) == []
    found = dataset_of(data)
    assert found.SOPClassUID == "1.2.840.10008.5.1.4.1.1.11.2"
    assert len(found.GraphicAnnotationSequence) == 1
    grey = dataset_of(write_object(coloured, "presentation-state"))
    assert len(grey.GraphicAnnotationSequence) == 6
    coloured.case.annotations.all().delete()
    (tmp_path / "state.dcm").write_bytes(data)
    job = import_paths(coloured.case, coloured.case.author, [tmp_path / "state.dcm"])
    assert job.files.get().reason == "1 annotation imported."


def test_presentation_state_and_images_are_imported_in_any_order(study, tmp_path):
    data = write_object(study, "presentation-state")
    study.case.annotations.all().delete()
    other = make_case(team=study.case.team, author=study.case.author)
    for one in study.case.instances.all():
        data_of = store().path(one.sha256).read_bytes()
        (tmp_path / f"z{one.position}.dcm").write_bytes(data_of)
    (tmp_path / "a_state.dcm").write_bytes(data)
    job = import_paths(other, other.author, [tmp_path])
    line = job.files.get(name__endswith="a_state.dcm")
    assert (line.outcome, line.reason) == ("annotations", "6 annotations imported.")
    assert (job.counts()["stored"], other.annotations.count()) == (3, 6)
    images = set(other.instances.values_list("sop_instance_uid", flat=True))
    assert {mark.sop_instance_uid for mark in other.annotations.all()} <= images
    again = import_paths(other, other.author, [tmp_path]).files.get(name__endswith="a_state.dcm")
    assert again.reason == "0 annotations imported. Skipped because the case already has them: 6."
    assert other.annotations.count() == 6


def test_presentation_state_without_its_images_is_rejected(study, tmp_path):
    (tmp_path / "state.dcm").write_bytes(write_object(study, "presentation-state"))
    other = make_case(team=study.case.team, author=study.case.author)
    line = import_paths(other, other.author, [tmp_path]).files.get()
    assert "Skipped because their images are not in this case: 6." in line.reason
    assert line.outcome == "refused"  # so that a PACS retries

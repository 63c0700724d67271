"""Changes to images, marks and figures update all affected pieces of a version, and no others."""

import copy
import json

import pytest
from django.urls import reverse

from imaging.document.pieces import BLOCK, join, split
from imaging.intake import importing
from imaging.intake.importing import import_paths
from imaging.intake.undo import undo_import
from imaging.models import Instance, Series, State, Study
from patients.actions.importing import replace_case
from patients.actions.review import STEPS, take_step
from patients.models import Case, Patient, Role, Visit
from patients.versions.pieces import hash_text, read_pieces, to_texts
from patients.versions.reading import document_of
from patients.versions.saving import broken_links, save_version
from tests.api import Caller
from tests.factories import make_case, make_user
from tests.imaging.dicom_files import image, to_bytes

pytestmark = pytest.mark.django_db
ALONE = "imaging/annotations"


@pytest.fixture
def case(settings, tmp_path):
    settings.STORAGE_URL, settings.DATA = f"file://{tmp_path / 'files'}", tmp_path
    return make_case()


def newest(case):
    return case.versions.order_by("-number").first()


def touched(case, before):
    """Return the names of the pieces changed since a version; check all pieces against the rows."""
    stored = newest(case)
    rows = {name: hash_text(text) for name, text in to_texts(read_pieces(case)).items()}
    assert stored.pieces == rows and stored.number == before.number + 1
    assert not list(broken_links(Case.objects.get(pk=case.pk)))
    names = stored.pieces.keys() | before.pieces.keys()
    return {name for name in names if stored.pieces.get(name) != before.pieces.get(name)}


def take(case, folder, *numbers, series=3):
    """Import slices with these numbers into one series; return the import job."""
    paths = []
    for number in numbers:
        uids = {
            "SOPInstanceUID": f"1.2.3.{series}.{number}",
            "SeriesInstanceUID": f"1.2.3.{series}",
        }
        place = {"ImagePositionPatient": [0, 0, number], "InstanceNumber": number}
        paths.append(folder / f"{series}-{number}.dcm")
        paths[-1].write_bytes(to_bytes(image(**uids, **place)))
    return import_paths(case, case.author, paths)


def test_images_change_only_the_pieces_of_their_series(case, tmp_path):
    before = newest(case)
    take(case, tmp_path, 1, 3)
    first = case.series.get().series_instance_uid
    assert touched(case, before) == {"imaging/studies", f"imaging/instances/{first}/0"}
    before = newest(case)
    take(case, tmp_path, 1, series=4)
    second = case.series.exclude(series_instance_uid=first).get().series_instance_uid
    assert touched(case, before) == {"imaging/studies", f"imaging/instances/{second}/0"}
    before = newest(case)
    job = take(case, tmp_path, 2)
    assert touched(case, before) == {f"imaging/instances/{first}/0"}
    before = newest(case)
    undo_import(job, case, case.author)
    assert touched(case, before) == {f"imaging/instances/{first}/0"}


def test_marks_levels_and_figures_change_only_their_own_pieces(client, case, tmp_path):
    take(case, tmp_path, 1, 2)
    client.force_login(case.author)
    series, api = case.series.get(), Caller(case.author)
    uid = case.instances.first().sop_instance_uid

    def step(act):
        before = newest(case)
        answer = act()
        assert answer.status_code in (200, 201, 204, 302), answer.content
        return touched(case, before), answer

    mark = {"case": str(case.pk), "sop_instance_uid": uid, "x": 1, "y": 1, "structure": "root_l5"}
    names, made = step(lambda: api.send("POST", "/api/v1/annotations/", mark))
    assert names == {ALONE}
    address = f"/api/v1/annotations/{made.json()['id']}/"
    assert step(lambda: api.send("PATCH", address, {"x": 2}))[0] == {ALONE}
    assert step(lambda: api.delete(address))[0] == {ALONE}
    level = reverse("imaging:name-level", args=[case.pk, series.pk])
    for words in ("L4/L5", "L5/S1", ""):
        names, _answer = step(lambda words=words: client.post(level, {"slice": 1, "level": words}))
        assert names == {"imaging/levels"}
    names, answer = step(lambda: client.post(reverse("imaging:add-figure", args=[case.pk])))
    assert names == {"imaging/figures"}
    delete = reverse("imaging:delete-figure", args=[case.pk, case.figures.get().pk])
    assert step(lambda: client.post(delete))[0] == {"imaging/figures"}


def test_a_visit_that_is_renamed_or_deleted_changes_the_studies_that_name_it(
    client, case, tmp_path
):
    take(case, tmp_path, 1)
    client.force_login(case.author)
    study, visit = case.studies.get(), Visit.objects.get(case=case, key="later")
    before = newest(case)
    address = reverse("imaging:edit-study", args=[case.pk, study.pk])
    client.post(address, {f"study-{study.pk}-visit": visit.pk})
    assert touched(case, before) == {"imaging/studies"}
    document = document_of(newest(case))
    assert document["imaging"]["studies"][0]["visit"] == "later"
    before = newest(case)
    Visit.objects.filter(pk=visit.pk).update(key="after")
    save_version(case, case.author, only=["record", "imaging/studies"])
    assert touched(case, before) == {"record", "imaging/studies"}


def test_only_changed_blocks_of_a_long_series_are_rewritten(case):
    study = Study.objects.create(case=case, study_instance_uid="2.25.1")
    series = Series.objects.create(case=case, study=study, series_instance_uid="2.25.2")
    count = 2 * BLOCK + 10
    rows = [
        Instance(case=case, series=series, sop_instance_uid=f"2.25.3.{place}", position=place)
        for place in range(count)
    ]
    Instance.objects.bulk_create(rows)
    whole = save_version(case, case.author)
    assert sum("instances" in name for name in whole.pieces) == 3
    Instance.objects.create(
        case=case, series=series, sop_instance_uid="2.25.4", position=count, number_of_frames=2
    )
    save_version(case, case.author, only=["imaging/studies", "imaging/instances/2.25.2"])
    assert touched(case, whole) == {"imaging/instances/2.25.2/2"}
    listed = document_of(newest(case))["imaging"]["studies"][0]["series"][0]["instances"]
    assert [one["sop_instance_uid"] for one in listed] == [
        *(row.sop_instance_uid for row in rows),
        "2.25.4",
    ]


@pytest.mark.parametrize("images", [0, 1, BLOCK, BLOCK + 1, 11 * BLOCK + 7])
def test_join_reverses_split(images):
    data = {
        "studies": [
            {"study_instance_uid": "2.25.1", "series": []},
            {
                "study_instance_uid": "2.25.2",
                "visit": "later",
                "series": [
                    {
                        "series_instance_uid": f"2.25.2.{number}",
                        "instances": [
                            {"sop_instance_uid": f"2.25.3.{number}.{place}"}
                            for place in range(images)
                        ],
                    }
                    for number in (10, 2)
                ],
            },
        ],
        "levels": [{"key": "a"}],
        "annotations": [],
        "figures": [{"key": "b", "panels": []}],
    }
    before = copy.deepcopy(data)
    pieces = split(data)
    assert json.dumps(join(pieces)) == json.dumps(before) and data == before
    assert join(dict(reversed(pieces.items()))) == before


def test_images_of_a_failed_import_are_in_the_next_version(case, tmp_path, monkeypatch):
    before = newest(case)
    monkeypatch.setattr(importing, "finish", lambda job: 1 / 0)
    assert take(case, tmp_path, 1).state == State.FAILED
    uid = case.series.get().series_instance_uid
    assert touched(case, before) == {"imaging/studies", f"imaging/instances/{uid}/0"}


def test_images_without_a_version_get_one_when_files_are_sent_again(case, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "store_version", lambda *_args: 1 / 0)
    assert take(case, tmp_path, 1).state == State.FAILED
    monkeypatch.undo()
    before = newest(case)
    take(case, tmp_path, 1)
    uid = case.series.get().series_instance_uid
    assert touched(case, before) == {"imaging/studies", f"imaging/instances/{uid}/0"}


def test_a_case_submitted_during_an_import_is_signed_with_its_images(case, tmp_path, monkeypatch):
    def submit(job):
        take_step(case, STEPS["submit"], case.author)
        finish(job)

    finish = importing.finish
    monkeypatch.setattr(importing, "finish", submit)
    assert take(case, tmp_path, 1).state == State.FAILED
    reviewer = make_user(team=case.team, role=Role.REVIEWER)
    take_step(case, STEPS["approve"], reviewer)
    signed = newest(case)
    (study,) = document_of(signed)["imaging"]["studies"]
    assert signed.is_signed and len(study["series"][0]["instances"]) == 1


def test_a_quarantined_image_is_removed_from_the_document(case, tmp_path):
    take(case, tmp_path, 1)
    document = document_of(newest(case))
    images = document["imaging"]["studies"][0]["series"][0]["instances"]
    other = tmp_path / "other.dcm"
    place = {"SOPInstanceUID": "1.2.3.3.2", "SeriesInstanceUID": "1.2.3.3"}
    other.write_bytes(to_bytes(image(**place, PatientName="Roe^Richard", PatientID="1")))
    uid = uid_in_case(case, other)
    images.append({"sop_instance_uid": uid})
    replace_case(case, document, case.author)
    before = newest(case)
    import_paths(case, case.author, [other])
    assert case.instances.get(sop_instance_uid=uid).quarantine
    series = case.series.get().series_instance_uid
    assert touched(case, before) == {f"imaging/instances/{series}/0"}


def uid_in_case(case, path):
    """Return the SOP Instance UID that a file gets in a case."""
    trial = make_case(case.author, case.team, document=document_of(newest(case)))
    Patient.objects.filter(pk=trial.patient_id).update(image_key=case.patient.image_key)
    trial = Case.objects.get(pk=trial.pk)
    trial.instances.all().delete()
    import_paths(trial, case.author, [path])
    return trial.instances.get().sop_instance_uid


def test_a_series_is_deleted_with_its_last_image(client, case, tmp_path):
    take(case, tmp_path, 1)
    take(case, tmp_path, 1, series=4)
    apart = case.instances.last()
    apart.quarantine = "a name may be written in it"
    apart.save()
    save_version(case, case.author)
    client.force_login(case.author)
    client.post(reverse("imaging:delete-image", args=[case.pk, apart.pk]))
    assert case.series.count() == 1 and case.studies.count() == 1
    rows = {name: hash_text(text) for name, text in to_texts(read_pieces(case)).items()}
    assert newest(case).pieces == rows

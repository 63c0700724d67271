"""A team's imaging policy: retention of identifiers and dates, and storage quota."""

import time

import pydicom
import pytest
from django.urls import reverse

from imaging.file_store import store
from imaging.intake import policy
from imaging.intake.importing import import_paths
from imaging.models import FileOutcome, ImagingPolicy
from tests.factories import make_case
from tests.imaging.dicom_files import image, ramp, to_bytes

pytestmark = pytest.mark.django_db


def take(case, tmp_path, count=1):
    for number in range(count):
        dataset = image(ramp() + number, SOPInstanceUID=f"1.6.{number + 1}")
        (tmp_path / f"{number}.dcm").write_bytes(to_bytes(dataset))
    return import_paths(case, case.author, [tmp_path])


def stored(case):
    return pydicom.dcmread(store().path(case.instances.get().sha256))


def codes(dataset):
    return {item.CodeValue for item in dataset.DeidentificationMethodCodeSequence}


@pytest.mark.parametrize(
    ("policy", "uid", "date", "said"),
    [
        ({}, False, False, {"113100", "113105", "113107"}),
        ({"identifiers": "retained"}, True, False, {"113100", "113105", "113107", "113110"}),
        ({"dates": "retained"}, False, True, {"113100", "113105", "113106"}),
    ],
)
def test_team_policy_is_applied_and_documented_in_the_file(tmp_path, policy, uid, date, said):
    case = make_case()
    ImagingPolicy.objects.create(team=case.team, **policy)
    take(case, tmp_path)
    dataset = stored(case)
    assert (dataset.SOPInstanceUID == "1.6.1") == uid
    assert (dataset.FrameOfReferenceUID == "1.2.3.4.4") == uid
    assert (dataset.StudyDate == "20240311") == date
    assert codes(dataset) == said and "Doe" not in str(dataset)
    kept = dataset.LongitudinalTemporalInformationModified
    assert kept == ("UNMODIFIED" if date else "MODIFIED")
    assert case.instances.get().header["deidentification"]["retain_uids"] == uid


def test_same_file_after_a_policy_change_is_a_duplicate(tmp_path):
    case = make_case()
    take(case, tmp_path)
    ImagingPolicy.objects.create(team=case.team, identifiers="retained")
    job = take(case, tmp_path)
    assert job.files.get().outcome == FileOutcome.DUPLICATE and case.instances.count() == 1


def test_full_storage_rejects_files_with_a_reason(tmp_path, settings, monkeypatch):
    case = make_case()
    monkeypatch.setattr("imaging.intake.importing.quota_bytes", lambda team: 3_500)
    job = take(case, tmp_path, 3)
    assert [line.outcome for line in job.files.all()] == ["stored", "stored", "refused"]
    assert "storage is full" in job.files.last().reason
    assert case.instances.count() == 2


def test_page_is_for_staff_only(client):
    case = make_case()
    address = reverse("imaging:edit-policy", args=[case.team.pk])
    client.force_login(case.author)
    assert client.get(address).status_code == 403
    case.author.is_staff = True
    case.author.save()
    client.post(address, {"identifiers": "retained", "dates": "shifted", "quota_mb": "5"})
    assert ImagingPolicy.objects.get().quota_mb == 5
    page = client.get(reverse("imaging:list-series", args=[case.pk])).content.decode()
    assert "This team keeps DICOM identifiers as they are." in page
    assert "0 of the team&#x27;s 5 MB are used." in page
    assert client.post(address, {"identifiers": "x", "dates": "shifted"}).status_code == 422


def test_used_bytes_are_recomputed_during_an_import(monkeypatch):
    """The cached usage must expire, because it omits what other processes have stored."""
    team, sums = make_case().team, []
    monkeypatch.setattr(policy, "used_bytes", lambda team: sums.append(team) or 0)
    assert all(policy.has_room(team, 3, 1) for _batch in range(3)) and len(sums) == 1
    assert not policy.has_room(team, 3, 1), "a fourth byte fits in a quota of three"
    monkeypatch.setattr(policy, "COUNTED_SECONDS", 0.3)
    sums.clear()
    for _batch in range(6):
        policy.has_room(team, 1_000, 1)
        time.sleep(0.1)
    assert len(sums) > 1

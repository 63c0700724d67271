"""Exchange of studies with a real Orthanc server in both directions."""

import pytest
import requests
from django.core.management import CommandError, call_command

from imaging.models import ImportJob, Source
from patients.models import ApiToken
from tests.factories import make_case
from tests.imaging.dicom_files import image, ramp, to_bytes
from tests.imaging.orthanc import Orthanc, needs_orthanc
from tests.imaging.stored import case_with_images

pytestmark = [needs_orthanc, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory):
    started = Orthanc(tmp_path_factory.mktemp("orthanc"))
    yield started
    started.stop()


def files(study, count=3):
    return [
        to_bytes(
            image(
                ramp() + number,
                StudyInstanceUID=study,
                SeriesInstanceUID=f"{study}.1",
                SOPInstanceUID=f"{study}.1.{number + 1}",
                InstanceNumber=number + 1,
                ImagePositionPatient=[0, 0, -5 * number],
            )
        )
        for number in range(count)
    ]


def test_study_is_pulled_from_orthanc(orthanc, capsys):
    for data in files("1.5.1"):
        orthanc.add_file(data)
    case = make_case()
    call_command("pull_study", str(case.pk), "1.5.1", "--from", f"{orthanc.url}/dicom-web")
    assert "3 stored" in capsys.readouterr().out
    assert case.instances.count() == 3 and ImportJob.objects.get().source == Source.PULL
    assert not case.instances.filter(sop_instance_uid__startswith="1.5.1").exists()
    with pytest.raises(CommandError, match="no such study"):
        call_command("pull_study", str(case.pk), "1.5.9", "--from", f"{orthanc.url}/dicom-web")
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("pull_study", str(case.pk), "1.5.1", "--from", "http://127.0.0.1:9/x")
    with pytest.raises(CommandError, match="Enter a URL"):
        call_command("pull_study", str(case.pk), "1.5.1", "--from", "file:///etc/passwd")


def test_orthanc_retrieves_a_study_from_us(orthanc, live_server):
    case = case_with_images(3)
    token = ApiToken.objects.issue(case.author)
    orthanc.add_server("ours", f"{live_server.url}/dicomweb/", token)
    study = case.studies.get().study_instance_uid
    orthanc.ask("/dicom-web/servers/ours/retrieve", {"Resources": [{"Study": study}]})
    found = requests.get(f"{orthanc.url}/dicom-web/studies/{study}/instances", timeout=20).json()
    assert len(found) == 3

"""The pictures on the case page, and the slices in the viewer that they link to."""

import io
from html import unescape

import pytest
from django.urls import reverse
from PIL import Image

from imaging.models import Panel
from patients.versions.saving import save_version
from tests.factories import make_case
from tests.imaging.dicom_files import ramp
from tests.imaging.stored import add_figure, add_series

pytestmark = pytest.mark.django_db
FRAMES = {"NumberOfFrames": 5, "PixelData": b"".join((ramp() + n).tobytes() for n in range(5))}


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def pictures(client, case):
    """Save a version, so that the images are in it; check and return the case page's pictures."""
    save_version(case, case.author)
    page = client.get(reverse("caserecords:show-case", args=[case.pk]))
    found = page.context["pictures"]
    html = unescape(page.content.decode())
    for one in found:
        assert f'<a href="{one.address}"><img src="{one.image}"' in html
        assert Image.open(io.BytesIO(client.get(one.image).content)).format == "JPEG"
    return found


def slice_shown(client, picture):
    """Return (image UID, frame) of the slice that opens when a user chooses the picture."""
    current = client.get(picture.address).context["panes"][0]["pane"].current
    return current.sop_instance_uid, current.frame


def test_picture_opens_its_own_slice_whatever_its_instance_number(client, case):
    add_series(case, 3)
    case.instances.update(instance_number=3)
    middle = case.instances.get(position=1)
    (one,) = pictures(client, case)
    assert slice_shown(client, one) == (middle.sop_instance_uid, 1)


def test_series_of_one_image_shows_its_middle_frame(client, case):
    add_series(case, 1, **FRAMES)
    (one,) = pictures(client, case)
    assert slice_shown(client, one) == (case.instances.get().sop_instance_uid, 3)


def test_each_panel_of_a_figure_shows_its_own_frame(client, case):
    add_series(case, 1, **FRAMES)
    figure = add_figure(case, levels=("l3_4",), columns=("T2",))
    uid = case.instances.get().sop_instance_uid
    figure.panels.update(frame=4)
    Panel.objects.create(figure=figure, row=0, column=1, sop_instance_uid=uid, frame=2)
    found = pictures(client, case)
    assert [slice_shown(client, one) for one in found] == [(uid, 4), (uid, 2)]
    assert client.get(found[0].image).content != client.get(found[1].image).content


def test_pictures_that_are_not_stored_leave_room_for_others(client, case):
    add_series(case, 8)
    images = list(case.instances.order_by("position"))
    figure = add_figure(case, levels=())
    for row, image in enumerate(images):
        Panel.objects.create(
            figure=figure, row=row, column=0, sop_instance_uid=image.sop_instance_uid
        )
    case.instances.filter(pk__in=[image.pk for image in images[:5]]).update(held=False)
    shown = [slice_shown(client, one)[0] for one in pictures(client, case)]
    assert shown == [image.sop_instance_uid for image in images[5:]]
    case.instances.update(held=True)
    assert len(pictures(client, case)) == 6

"""Adding and changing marks with forms."""

import pytest
from django.urls import reverse

from imaging.models import Annotation
from patients.models import Status
from patients.versions.reading import served_text
from tests.factories import make_user
from tests.imaging.stored import add_mark, case_with_images

pytestmark = pytest.mark.django_db
SENT = {
    "slice": "2",
    "kind": "arrowhead",
    "structure": "L5 nerve root",
    "side": "left",
    "colour": "red",
    "shape": "filled",
    "x": "4.5",
    "y": "6",
    "angle_degrees": "145",
}


@pytest.fixture
def case(client):
    case = case_with_images()
    client.force_login(case.author)
    return case


def add(client, case, **changes):
    address = reverse("imaging:add-annotation", args=[case.pk, case.series.get().pk])
    return client.post(address, SENT | changes)


def test_arrowhead_is_placed_on_its_slice(client, case):
    response = add(client, case)
    mark = case.annotations.get()
    assert response.url.endswith("?slice=2")
    assert mark.sop_instance_uid == case.instances.get(position=1).sop_instance_uid
    assert (mark.structure, mark.side, mark.x, mark.y) == ("root_l5", "left", 4.5, 6)
    assert mark.key in served_text(case.versions.first()).decode()


@pytest.mark.parametrize("kind", ["arrow", "line", "ellipse", "point", "text"])
def test_every_kind_of_mark_is_added_by_coordinates(client, case, kind):
    ends = {"x2": "9", "y2": "11.5"} if kind in ("arrow", "line", "ellipse") else {}
    assert add(client, case, kind=kind, **ends).status_code == 302
    mark = case.annotations.get()
    assert mark.kind == kind and (mark.x2, mark.y2) == ((9, 11.5) if ends else (None, None))
    client.get(reverse("imaging:edit-annotation", args=[case.pk, mark.pk]))
    viewer = reverse("imaging:show-series", args=[case.pk, case.series.get().pk])
    assert f"{mark}" in client.get(f"{viewer}?slice=2").content.decode()


def test_line_without_its_other_end_is_rejected(client, case):
    page = add(client, case, kind="line").content.decode()
    assert "Enter the other end" in page and not case.annotations.exists()
    page = add(client, case, kind="line", x2="99", y2="3").content.decode()
    assert "Enter a position inside the picture" in page and not case.annotations.exists()


def test_line_needs_no_structure(client, case):
    add(client, case, kind="line", x2="9", y2="3", structure="", side="not_stated")
    assert str(case.annotations.get()) == "line (red, filled)"


def test_structure_not_in_the_catalogue_is_kept_as_text(client, case):
    add(client, case, structure="furcal nerve")
    assert case.annotations.get().structure == "text:furcal nerve"
    assert "left furcal nerve (red, filled)" == str(case.annotations.get())


@pytest.mark.parametrize(
    "changes", [{"x": "12"}, {"y": "-1"}, {"x": "nan"}, {"colour": "pink"}, {"structure": ""}]
)
def test_invalid_arrowhead_is_rejected_and_input_kept(client, case, changes):
    response = add(client, case, label="my words", **changes)
    assert response.status_code == 422 and not case.annotations.exists()
    page = response.content.decode()
    assert "Not saved. Fix the following:" in page and "my words" in page


@pytest.mark.parametrize("number", ["0", "4", "", "x", "9" * 30])
def test_missing_slice_is_reported(client, case, number):
    assert add(client, case, slice=number).status_code == 302
    assert not case.annotations.exists()


def test_arrowhead_is_changed_and_deleted(client, case):
    mark = add_mark(case)
    address = reverse("imaging:edit-annotation", args=[case.pk, mark.pk])
    assert "Delete left L5 root (red, filled)" in client.get(address).content.decode()
    client.post(address, SENT | {"colour": "blue"})
    mark.refresh_from_db()
    assert mark.colour == "blue"
    deletion = reverse("imaging:delete-annotation", args=[case.pk, mark.pk])
    page = client.post(deletion, follow=True).content.decode()
    assert not Annotation.objects.exists()
    case.refresh_from_db()
    newest = case.versions.get(number=case.version)
    assert mark.key not in served_text(newest).decode()
    address = reverse("caserecords:restore-version", args=[case.pk, newest.number - 1])
    assert f'action="{address}"' in page
    client.post(address, {"version": newest.number})
    assert Annotation.objects.get().key == mark.key


def test_strangers_and_readers_cannot_change_marks_nor_in_closed_cases(client, case):
    mark = add_mark(case)
    address = reverse("imaging:delete-annotation", args=[case.pk, mark.pk])
    client.force_login(make_user())
    assert client.post(address).status_code == 404
    client.force_login(make_user(team=case.team, role="reader"))
    assert client.post(address).status_code == 403
    type(case).objects.filter(pk=case.pk).update(status=Status.SUBMITTED)
    client.force_login(case.author)
    assert client.post(address).status_code == 403
    assert Annotation.objects.count() == 1


def test_mark_of_another_case_is_404(client, case):
    mark = add_mark(case_with_images(author=case.author, team=case.team))
    address = reverse("imaging:delete-annotation", args=[case.pk, mark.pk])
    assert client.post(address).status_code == 404

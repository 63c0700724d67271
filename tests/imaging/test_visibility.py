"""Access to images by every route."""

import pytest
from django.contrib.auth.models import User

from imaging.models.images import released_to
from tests.api import Caller
from tests.factories import make_team, make_user
from tests.imaging.stored import case_with_images

pytestmark = pytest.mark.django_db


def seen(caller, case):
    """Return how many images and studies a caller finds, and the status of two responses."""
    image = case.instances.order_by("series__position", "position").first()
    study, series = image.series.study.study_instance_uid, image.series.series_instance_uid
    searches = "/dicomweb/instances", f"/dicomweb/studies?StudyInstanceUID={study}"
    addresses = (
        f"/dicomweb/studies/{study}/series/{series}/metadata",
        f"/api/v1/instances/{image.pk}/image.png",
    )
    found = [len(caller.get(search).json()) for search in searches]
    return *found, *(caller.get(address).status_code for address in addresses)


def test_each_request_checks_the_current_permissions():
    """Queries are cached per user, but their results must not be."""
    case = case_with_images(3)
    member, stranger = make_user(team=case.team), make_user(team=make_team())
    callers = author, _member, other = [Caller(user) for user in (case.author, member, stranger)]
    everything, nothing = (3, 1, 200, 200), (0, 0, 404, 404)
    assert [seen(one, case) for one in callers] == [everything, everything, nothing]
    member.memberships.all().delete()
    case.co_authors.add(stranger)
    assert [seen(one, case) for one in callers] == [everything, nothing, everything]
    case.instances.update(quarantine="of another patient")
    assert seen(author, case) == seen(other, case) == nothing
    case.instances.update(quarantine="")
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    assert other.get("/dicomweb/instances").status_code == 401
    assert not released_to(User.objects.get(pk=stranger.pk)).exists()

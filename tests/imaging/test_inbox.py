"""The inbox: images received without a case are moved into a case or discarded."""

import pytest
from django.urls import reverse

from imaging.file_store import store
from imaging.intake.inbox import open_inbox
from imaging.models import Inbox
from tests.factories import make_case, make_user
from tests.imaging.stored import add_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


@pytest.fixture
def inbox(case):
    inbox = open_inbox(case.author)
    add_series(inbox, 3)
    return inbox


def act(client, inbox, **sent):
    address = reverse("imaging:move-received", args=[inbox.pk, inbox.studies.get().pk])
    return client.post(address, sent, follow=True)


def test_received_study_is_moved_into_a_case(client, case, inbox):
    files = set(inbox.instances.values_list("sha256", flat=True))
    page = act(client, inbox, case=str(case.pk)).content.decode()
    assert "3 images moved to this case." in page
    assert case.instances.count() == 3 and not inbox.studies.exists()
    assert not any(store().path(sha256).exists() for sha256 in files), "not deleted"
    assert case.instances.first().series.study.case == case


def test_study_cannot_be_moved_to_another_users_case(client, case, inbox):
    other = make_case(author=make_user(team=case.team), team=case.team)
    page = act(client, inbox, case=str(other.pk)).content.decode()
    assert "Choose one of your draft cases" in page and inbox.instances.count() == 3


def test_received_study_is_discarded(client, case, inbox):
    files = set(inbox.instances.values_list("sha256", flat=True))
    act(client, inbox, discard="1")
    assert not inbox.studies.exists()
    assert not any(store().path(sha256).exists() for sha256 in files)


def test_inbox_is_created_once_and_again_after_deletion(case):
    first = open_inbox(case.author)
    assert open_inbox(case.author) == first
    first.delete()
    assert open_inbox(case.author) != first and Inbox.objects.count() == 1


def test_page_of_an_inbox_offers_the_cases(client, case, inbox):
    page = client.get(reverse("imaging:list-series", args=[inbox.pk])).content.decode()
    assert "Received images" in page and case.title in page
    plain = client.get(reverse("imaging:list-series", args=[case.pk])).content.decode()
    assert "Move to case" not in plain

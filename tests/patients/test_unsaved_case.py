"""Unsaved input of the page for a new case."""

from uuid import uuid4

import pytest
from django.urls import reverse

from patients.models import Case, UnsavedCase
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db
NEW, DRAFT, HOME = "/cases/new/", "/cases/new/draft/", "/"
TYPED = {"title": "Weakness after pain", "age": "74", "event_1": "Pain", "index": "Admission"}


@pytest.fixture
def author(client):
    author = make_user("author", team=make_team())
    client.force_login(author)
    return author


def sent(client, **changes):
    form = client.get(NEW).context["form"]
    hidden = {"form_token": str(form["form_token"].value()), "team": str(form["team"].value())}
    return hidden | TYPED | {"sex": "female", "sequence": "1"} | changes


def test_input_is_shown_on_the_work_list_and_can_be_continued(client, author):
    texts = sent(client)
    answer = client.post(f"{DRAFT}?template=als", texts)
    assert answer.json()["saved_at"]
    unsaved = UnsavedCase.objects.get()
    offering = client.get(NEW)
    offer = offering.content.decode().partition('id="entry"')[0]
    assert "Unsaved new case from" in offer and "Weakness after pain" in offer
    assert unsaved.address.replace("&", "&amp;") in offer
    assert f'name="continues" value="{unsaved.page}.1"' in offering.content.decode()
    assert not offering.context["form"]["title"].value()  # another case can be entered
    home = client.get(HOME).content.decode()
    assert "Unsaved new case" in home and "Weakness after pain" in home
    assert unsaved.address == f"{NEW}?template=als&unsaved={unsaved.pk}"
    page = client.get(unsaved.address)
    form = page.context["form"]
    assert {name: form[name].value() for name in TYPED} == TYPED
    assert form["sex"].value() == "female"
    assert str(form["form_token"].value()) == texts["form_token"]
    assert "Unsaved changes from" in page.content.decode()
    assert "Unsaved new case from" not in page.content.decode()
    assert client.post(NEW, texts).status_code == 302
    assert Case.objects.count() == 1 and not UnsavedCase.objects.exists()
    assert "Unsaved new case" not in client.get(HOME).content.decode()


def test_a_request_that_arrives_after_creating_or_discarding_stores_nothing(client, author):
    for leave in ({}, {"discard": "1"}):
        texts = sent(client, title=f"Case {leave}")
        client.post(DRAFT, texts)
        assert client.post(NEW, texts | leave).status_code == 302
        assert client.post(DRAFT, texts | {"sequence": "2"}).json() == {"saved_at": None}
        assert not UnsavedCase.objects.exists()
    assert Case.objects.count() == 1


def test_discarding_what_another_page_holds_shows_this_page_again(client, author):
    texts = sent(client)
    client.post(DRAFT, texts)
    discard = {"discard": "other", "form_token": texts["form_token"]}
    answer = client.post(f"{NEW}?template=als", discard)
    assert answer.url == f"{NEW}?template=als" and not UnsavedCase.objects.exists()


def test_requests_in_the_wrong_order_keep_the_newest_and_empty_input_stores_nothing(client, author):
    texts = sent(client)
    client.post(DRAFT, texts | {"sequence": "9"})
    client.post(DRAFT, texts | {"title": "Weak", "sequence": "8"})
    assert UnsavedCase.objects.get().title == "Weakness after pain"
    empty = dict.fromkeys(TYPED, "")
    client.post(DRAFT, texts | empty | {"sequence": "10"})
    assert not UnsavedCase.objects.exists()
    assert client.post(DRAFT, TYPED).json() == {"saved_at": None}  # without a token


def test_unsaved_input_is_private(client, author):
    client.post(DRAFT, sent(client))
    unsaved = UnsavedCase.objects.get()
    client.force_login(make_user("colleague", team=make_team()))
    assert "Weakness after pain" not in client.get(HOME).content.decode()
    assert "Weakness after pain" not in client.get(unsaved.address).content.decode()
    token = unsaved.texts["form_token"]
    client.post(NEW, {"discard": "1", "form_token": token})
    client.post(NEW, {"discard": "1", "form_token": str(uuid4())})
    assert UnsavedCase.objects.exists()
    for number in ("0", "-1", "x", "9" * 30, "²"):
        assert client.get(f"{reverse('patients:create-case')}?unsaved={number}").status_code == 200

"""Changing one's own password."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import PASSWORD
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = reverse("password_change")
NEW = "another horse, another staple"


@pytest.fixture
def user(client):
    user = make_user("anna")
    client.force_login(user)
    return user


def change(client, old=PASSWORD, new=NEW, again=None):
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(URL, data, follow=True)


def test_password_is_changed_and_other_sessions_end(client, user):
    elsewhere = Client()
    elsewhere.force_login(user)
    assert "Password changed" in change(client).content.decode()
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", NEW, NEW), (PASSWORD, NEW, "not the same"), (PASSWORD, "qwzx", "qwzx")]
    + [(PASSWORD, "password123", "password123")],
)
def test_invalid_passwords_are_rejected_and_never_shown(client, user, old, new, again):
    page = change(client, old, new, again).content.decode()
    assert "Not saved. Fix the following:" in page
    assert new not in page and old not in page
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_menu_links_to_the_page(client, user):
    assert f'href="{URL}"' in client.get("/").content.decode()


def test_anonymous_users_are_sent_to_sign_in(client):
    assert client.get(URL)["Location"].startswith(reverse("login"))

"""The record of what `manage.py demo` loaded, for what only a demonstration shows."""

import json
from dataclasses import dataclass

from django.conf import settings

from caserecords.demo.users import USERS, DemoUser


@dataclass(frozen=True)
class Login:
    """A user of the demonstration with the username and password."""

    username: str
    password: str
    user: DemoUser


def record_path():
    """Return the path of the file in which the demonstration is recorded."""
    return settings.DATA / "demonstration.json"


def read_demonstration():
    """Return {users, token, cases} as loaded by `manage.py demo`, or None on any other site.

    A site that other computers can reach is never shown as a demonstration, as its passwords would
    be on the sign-in page.
    """
    if settings.BEHIND_TLS:
        return None
    try:
        return json.loads(record_path().read_text())
    except FileNotFoundError:
        return None


def logins():
    """Return the Logins of the demonstration; none on any other site."""
    recorded = (read_demonstration() or {}).get("users", ())
    return [
        Login(one["username"], one["password"], USERS[one["username"]])
        for one in recorded
        if one["username"] in USERS
    ]

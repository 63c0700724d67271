"""Settings that depend on the environment."""

import json
import os
import subprocess
import sys

import pytest

NAMES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "CSRF_COOKIE_NAME")
PRINT = f"""
import json
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in {NAMES}}}))
"""


def settings_for(hosts, folder):
    """Return the settings listed in NAMES for a site with these allowed hosts."""
    environment = os.environ | {
        "ALLOWED_HOSTS": hosts,
        "CASERECORDS_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "caserecords.settings",
        "SECRET_KEY": "k" * 80,
    }
    command = [sys.executable, "-c", PRINT]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("hosts", "is_secure"), [("cases.example.org", True), ("localhost,127.0.0.1", False)]
)
def test_a_public_site_sends_its_cookies_only_over_https(tmp_path, hosts, is_secure):
    found = settings_for(hosts, tmp_path)
    assert {found[name] for name in NAMES[:3]} == {is_secure}
    assert found["CSRF_COOKIE_NAME"].startswith("__Host-") is is_secure

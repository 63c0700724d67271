"""Read the deployment's environment variables, and create its data folder and secret key."""

import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def data_folder():
    """Return the data folder: CASERECORDS_DATA, or by default var/ next to manage.py."""
    return Path(env.str("CASERECORDS_DATA", default=str(BASE_DIR / "var"))).resolve()


def prepare_data_folder():
    """Create the data folder and a secret key that only its owner can read, if missing."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "secret_key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(64))


def secret_key():
    """Return SECRET_KEY from the environment or the data folder.

    Raise ImproperlyConfigured if neither has one: there is no default.
    """
    key = env.str("SECRET_KEY", default="")
    stored = data_folder() / "secret_key"
    if not key and stored.exists():
        key = stored.read_text().strip()
    if not key:
        raise ImproperlyConfigured(
            "Set SECRET_KEY in the environment (a long random string), or run `manage.py demo`, "
            "which creates one in its data folder."
        )
    return key


def is_public(hosts):
    """Return whether any host name is not local, in which case the site requires TLS."""
    return bool(set(hosts) - {"localhost", "127.0.0.1", "[::1]", "testserver"})

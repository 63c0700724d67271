"""What differs between deployments: the environment, and the data folder with its secret key."""

import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def data_folder():
    """Return the data folder (CASERECORDS_DATA, default ./var beside manage.py)."""
    return Path(env.str("CASERECORDS_DATA", default=str(BASE_DIR / "var"))).resolve()


def prepare_data_folder():
    """Make the data folder and a secret key of its own, readable by its owner alone."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "secret_key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(64))


def secret_key():
    """Return SECRET_KEY from the environment, else from the data folder; there is no default."""
    key = env.str("SECRET_KEY", default="")
    stored = data_folder() / "secret_key"
    if not key and stored.exists():
        key = stored.read_text().strip()
    if not key:
        raise ImproperlyConfigured(
            "Set SECRET_KEY in the environment (a long random text), or run `manage.py demo`, "
            "which makes one for its data folder."
        )
    return key


def is_public(hosts):
    """Tell whether the site answers to names beyond this machine, and so stands behind TLS."""
    return bool(set(hosts) - {"localhost", "127.0.0.1", "[::1]", "testserver"})

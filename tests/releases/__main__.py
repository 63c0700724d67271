"""Command line of tests.releases."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caserecords.settings")
django.setup()

from tests import releases  # noqa: E402 after the settings

if __name__ == "__main__":
    action, folder = sys.argv[1:]
    {"dump": releases.dump, "load": releases.load}[action](Path(folder))

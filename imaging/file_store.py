"""Folders and locks of image files: the store, uploads, and cached pictures."""

import fcntl
import os
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from imaging.dicom.content_store import Store
from imaging.dicom.limits import LIMITS


def store():
    """Return the store of image files at STORAGE_URL."""
    address = urlsplit(settings.STORAGE_URL)
    if address.scheme != "file":
        raise ImproperlyConfigured("STORAGE_URL: only file:// URLs are supported.")
    return Store(Path(address.path))


def uploads():
    """Return the folder of uploaded files that are not imported yet."""
    return Path(settings.DATA) / "uploads"


def cache():
    """Return the folder of cached pictures; it can be emptied at any time."""
    return Path(settings.DATA) / "cache"


def put(path, data):
    """Write a file atomically, so that other processes never read an incomplete one.

    Not fsynced: cached files can be rebuilt.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with open(descriptor, "wb") as file:
        file.write(data)
    os.replace(temporary, path)


def limits():
    """Return the limits on files and archives; IMAGING_LIMITS overrides the defaults."""
    return replace(LIMITS, **getattr(settings, "IMAGING_LIMITS", {}))


@contextmanager
def locked(name, *, wait=True, shared=False):
    """Hold a file lock, shared or exclusive, that all processes of this machine respect.

    Raises BlockingIOError if it is taken and `wait` is False. The operating system releases it when
    the process dies.
    """
    path = uploads() / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(file, kind | (0 if wait else fcntl.LOCK_NB))
        yield


@contextmanager
def placing():
    """Hold the store's lock shared while files and their rows are written, so none is cleaned up.

    Clean-up holds `locked("store")` exclusively, and so finds no file whose row is still missing.
    """
    with locked("store", shared=True):
        yield


@contextmanager
def reading(job_pk):
    """Hold the locks of an import: its job's, and the one that protects temporary files.

    The job's lock file is in the job's folder and is deleted with it.
    """
    with keeping_temporary(), locked(reading_lock(job_pk)):
        yield


def keeping_temporary():
    """Return a lock that keeps `sweep` from deleting the store's temporary files."""
    return locked("reading", shared=True)


def reading_lock(job_pk):
    return f"{job_pk}/reading"


def taking(case_pk):
    """Return the lock of a case for adding images to it.

    Several imports can examine files at the same time, but only one can compare them with the
    case's images and number its series.
    """
    return locked(f"case-{case_pk}")

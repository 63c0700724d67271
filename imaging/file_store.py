"""Folders and locks for image files: the store, uploads and cached pictures."""

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
    """Return the store of image files at STORAGE_URL. Raises ImproperlyConfigured."""
    address = urlsplit(settings.STORAGE_URL)
    if address.scheme != "file":
        raise ImproperlyConfigured("STORAGE_URL: only file:// URLs are supported.")
    return Store(Path(address.path))


def uploads():
    """Return the folder for uploaded files that have not been imported yet."""
    return Path(settings.DATA) / "uploads"


def cache():
    """Return the folder for cached pictures; it can be emptied at any time."""
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
    """Return the file and archive limits; the IMAGING_LIMITS setting overrides the defaults."""
    return replace(LIMITS, **getattr(settings, "IMAGING_LIMITS", {}))


@contextmanager
def locked(name, *, wait=True, shared=False):
    """Hold a shared or exclusive file lock, which applies to all processes on this machine.

    Raises BlockingIOError if the lock is taken and `wait` is false. The operating system releases
    the lock if the process dies.
    """
    path = uploads() / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(file, kind | (0 if wait else fcntl.LOCK_NB))
        yield


@contextmanager
def placing():
    """Hold a shared lock on the store while files and their rows are written.

    Clean-up takes the same lock exclusively, so it never deletes a file whose row is not saved yet.
    """
    with locked("store", shared=True):
        yield


@contextmanager
def reading(job_pk):
    """Hold the locks of a running import: the job's own, and the one that protects temporary files.

    The job's lock file is in the job's folder and is deleted with it.
    """
    with keeping_temporary(), locked(reading_lock(job_pk)):
        yield


def keeping_temporary():
    """Return a shared lock that keeps `sweep` from deleting the store's temporary files."""
    return locked("reading", shared=True)


def reading_lock(job_pk):
    return f"{job_pk}/reading"


def taking(case_pk):
    """Return the lock to hold while images are added to a case.

    Several imports can examine files at the same time, but only one can compare them with the
    case's images and number its series.
    """
    return locked(f"case-{case_pk}")

"""Where images lie on this machine: the store, what is being received, and rendered pictures."""

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
    """Return the store of image files that STORAGE_URL names."""
    address = urlsplit(settings.STORAGE_URL)
    if address.scheme != "file":
        raise ImproperlyConfigured("STORAGE_URL: only file:// is known in this version.")
    return Store(Path(address.path))


def uploads():
    """Return the folder of files that were received and are not taken in yet."""
    return Path(settings.DATA) / "uploads"


def cache():
    """Return the folder of rendered pictures; it can be emptied at any time."""
    return Path(settings.DATA) / "cache"


def put(path, data):
    """Write what can be made again, whole or not at all, so that others may read it meanwhile.

    It is not worth a sync.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with open(descriptor, "wb") as file:
        file.write(data)
    os.replace(temporary, path)


def limits():
    """Return the limits on files and archives, with the deployment's own (IMAGING_LIMITS)."""
    return replace(LIMITS, **getattr(settings, "IMAGING_LIMITS", {}))


@contextmanager
def locked(name, *, wait=True, shared=False):
    """Hold a lock between all processes of this machine; raises BlockingIOError unless waiting.

    Several may hold it shared, or one alone. The system lets go of it when its process dies.
    """
    path = uploads() / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(file, kind | (0 if wait else fcntl.LOCK_NB))
        yield


@contextmanager
def placing():
    """Hold the store while files get their names and their rows, so that no other takes them away.

    `locked("store")` waits for it: who holds that sees every file with its row, or without any.
    """
    with locked("store", shared=True):
        yield


@contextmanager
def reading(job_pk):
    """Hold what an import needs: its job alone, and the store's temporary files kept as they are.

    The lock lies in the job's folder and goes with it.
    """
    with keeping_temporary(), locked(reading_lock(job_pk)):
        yield


def keeping_temporary():
    """Hold the store's temporary files, so that no sweep takes them away."""
    return locked("reading", shared=True)


def reading_lock(job_pk):
    return f"{job_pk}/reading"


def taking(case_pk):
    """Hold a case while files become images of it.

    Several imports may examine files at a time, but one alone compares them with what the case
    holds, and numbers its series.
    """
    return locked(f"case-{case_pk}")

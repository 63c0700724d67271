"""Removing the files of a case that is thrown away, and whatever else no case holds."""

import shutil

from django.db import transaction

from imaging.file_store import locked, store, uploads
from imaging.models import ImportJob, Instance
from imaging.pixels.pictures import remove_from_cache

HASHES_A_QUERY = 500


def discard_files(case):
    """Let the files of a case go with it, once its deletion is certain."""
    held = Instance.objects.filter(case=case, held=True)
    hashes = list(held.order_by().values_list("sha256", flat=True).distinct())
    jobs = list(ImportJob.objects.filter(case=case).values_list("pk", flat=True))
    transaction.on_commit(lambda: remove_all(hashes, jobs), robust=True)


def remove_all(hashes, jobs):
    for job in jobs:
        shutil.rmtree(uploads() / str(job), ignore_errors=True)
    remove_unheld(hashes)


def remove_unheld(hashes):
    """Remove those files, and the pictures drawn of them, that no case holds; return which."""
    removed = []
    with locked("store"):
        for first in range(0, len(hashes), HASHES_A_QUERY):
            some = hashes[first : first + HASHES_A_QUERY]
            held = Instance.objects.filter(held=True, sha256__in=some)
            removed += set(some) - set(held.values_list("sha256", flat=True))
        for sha256 in removed:
            store().remove(sha256)
            remove_from_cache(sha256)
    return removed

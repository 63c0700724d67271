"""Delete the files of a discarded case, and other files that no case uses."""

import shutil

from django.db import transaction

from imaging.file_store import locked, store, uploads
from imaging.models import ImportJob, Instance
from imaging.pixels.pictures import remove_from_cache

HASHES_A_QUERY = 500


def discard_files(case):
    """Delete a case's files once the transaction that deletes the case is committed.

    Files that another case uses are kept.
    """
    held = Instance.objects.filter(case=case, held=True)
    hashes = list(held.order_by().values_list("sha256", flat=True).distinct())
    jobs = list(ImportJob.objects.filter(case=case).values_list("pk", flat=True))
    transaction.on_commit(lambda: remove_all(hashes, jobs), robust=True)


def remove_all(hashes, jobs):
    for job in jobs:
        shutil.rmtree(uploads() / str(job), ignore_errors=True)
    remove_unheld(hashes)


def remove_unheld(hashes):
    """Delete the files among `hashes` that no case uses, and their cached pictures.

    Returns the hashes of the deleted files.
    """
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

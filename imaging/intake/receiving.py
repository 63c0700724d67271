"""Receive files so that acknowledged ones survive a crash: write the file and row, then respond.

A job's files are in uploads/<job>/ until each has an outcome. One thread per job reads them under a
file lock. The operating system releases the lock of a dead process, so `resume_jobs` finds its job.
"""

import logging
import os
import re
import shutil
import tempfile
import threading
import time
import uuid

from django.db import DatabaseError, connections, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from imaging.dicom.content_store import sync
from imaging.dicom.refusal import Refused
from imaging.file_store import limits, locked, reading, reading_lock, store, uploads
from imaging.intake.importing import folder_of, import_upload
from imaging.marks.from_presentation_state import take_presentation_state
from imaging.models import FileOutcome, ImportFile, ImportJob, Source, State

logger = logging.getLogger(__name__)

HEAD = 4
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
LONGEST_NAME = 400
FOLDER_SECONDS = 60 * 60
TO_READ = (State.QUEUED, State.RUNNING)
TO_END = Q(state=State.STOPPED, finished=None)  # stopped, but not yet cleaned up


def open_job(case, user, source=Source.UPLOAD):
    """Return a new job with its folder, ready to receive files."""
    job = ImportJob(case=case, user=user, source=source)
    folder_of(job).mkdir(parents=True)
    sync(uploads())
    job.save(force_insert=True)
    return job


def receive(job, upload, name=""):
    """Save one uploaded file of a job, synced to disk, and return its ImportFile.

    A file that is too large gets an ImportFile with the reason, and is not saved.
    """
    shown = clean_name(name or upload.name)
    reason = too_large(upload)
    if reason:
        return ImportFile.objects.create(
            job=job, name=shown, outcome=FileOutcome.REFUSED, reason=reason
        )
    target = folder_of(job) / uuid.uuid4().hex
    with open(target, "wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    sync(target.parent)
    return ImportFile.objects.create(job=job, name=shown, spooled=str(target))


def receive_chunks(job, name, chunks):
    """Save one file that arrives in chunks; return its unsaved ImportFile.

    Not fsynced: the sender waits until the import is complete, and sends the file again if there is
    no response. A file that is too large is rejected.
    """
    target = folder_of(job) / uuid.uuid4().hex
    size, bound = 0, limits().file_bytes
    with open(target, "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size <= bound:
                file.write(chunk)
    if size <= bound:
        return ImportFile(job=job, name=name, spooled=str(target))
    target.unlink()
    reason = _("The file is larger than %(limit)s MB.") % {"limit": bound // (1024 * 1024)}
    return ImportFile(job=job, name=name, outcome=FileOutcome.REFUSED, reason=reason)


def receive_annotations(case, user, upload):
    """Import an uploaded presentation state with `take_presentation_state`. Raises Refused."""
    reason = too_large(upload)
    if reason:
        raise Refused(reason)
    with tempfile.NamedTemporaryFile() as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        return take_presentation_state(case, user, file.name)


def clean_name(name):
    """Replace unprintable characters in a file name and cut off the start of a long name.

    An empty name becomes "(no name)".
    """
    return UNPRINTABLE.sub("�", name)[-LONGEST_NAME:] or _("(no name)")


def too_large(upload):
    """Return an error message if an upload is too large, otherwise ""."""
    upload.seek(0)
    archive = upload.read(HEAD).startswith(b"PK")
    upload.seek(0)
    bound = limits().archive_bytes if archive else limits().file_bytes
    if upload.size <= bound:
        return ""
    return _("The file is larger than %(limit)s MB.") % {"limit": bound // (1024 * 1024)}


def start(job):
    """Queue a job that has received its files or has failed, and run it in the background."""
    ready = ImportJob.objects.filter(pk=job.pk, state__in=(State.RECEIVING, State.FAILED))
    if ready.update(state=State.QUEUED, error=""):
        transaction.on_commit(lambda: read_in_background(job.pk))
    job.refresh_from_db()


def stop(job):
    """Cancel a job: stored images are kept, and files not yet read are deleted.

    A thread that is running the job stops after its current batch. A new thread waits for it, and
    cleans up if necessary.
    """
    active = ImportJob.objects.filter(pk=job.pk, state__in=(State.RECEIVING, *TO_READ))
    if active.update(state=State.STOPPED):
        transaction.on_commit(lambda: read_in_background(job.pk))
    job.refresh_from_db()


def forget_job(job):
    """Delete a job whose upload was interrupted, with its files."""
    shutil.rmtree(folder_of(job), ignore_errors=True)
    job.delete()


def start_here(job):
    """Queue a job that the caller runs at once, so that it is resumed after a crash."""
    ImportJob.objects.filter(pk=job.pk, state=State.RECEIVING).update(state=State.QUEUED)


def read_in_background(job_pk):
    """Run a job in a thread of this process; if the process dies, the job can be resumed."""
    threading.Thread(target=read_job, args=(job_pk,), name=f"import {job_pk}", daemon=True).start()


def read_job(job_pk):
    """Run a job and close the thread's database connections."""
    try:
        run(job_pk)
    except Exception:
        logger.exception("import %s stopped", job_pk)
    finally:
        connections.close_all()


def run(job_pk, progress=None, examiner=None):
    """Claim a job and import its files; return it, or None if it is deleted or need not run.

    `examiner` is an Examiner that has already begun to examine the job's files.
    """
    known = ImportJob.objects.select_related("case__patient", "user").filter(pk=job_pk)
    job = known.first()
    if job is None:
        return None
    with reading(job_pk):
        to_read = ImportJob.objects.filter(pk=job_pk, state__in=TO_READ)
        if not to_read.update(state=State.RUNNING) and not known.filter(TO_END).exists():
            return None
        import_upload(job, progress, examiner)
    return known.first()


def waiting_jobs():
    """Return the keys of jobs that need to run and that no process has locked, oldest first."""
    found = ImportJob.objects.filter(Q(state__in=TO_READ) | TO_END).order_by("created")
    return [pk for pk in found.values_list("pk", flat=True) if is_free(pk)]


def is_free(job_pk):
    try:
        with locked(reading_lock(job_pk), wait=False):
            return True
    except BlockingIOError:
        return False


def resume_jobs():
    """Resume interrupted jobs in the background; return their number."""
    sweep()
    found = waiting_jobs()
    for pk in found:
        read_in_background(pk)
    return len(found)


def sweep():
    """Delete temporary files and upload folders left by a crash, unless an import is running."""
    try:
        with locked("reading", wait=False):
            store().sweep(0)
    except BlockingIOError:
        return
    active = ImportJob.objects.exclude(state__in=(State.DONE, State.STOPPED))
    kept = {str(pk) for pk in active.values_list("pk", flat=True)}
    limit = time.time() - FOLDER_SECONDS
    for folder in uploads().glob("*-*-*-*-*"):
        if folder.is_dir() and folder.name not in kept and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def resume_in_background():
    """Resume jobs when a server process starts, without delaying its first request."""
    threading.Thread(target=resume_quietly, name="resume imports", daemon=True).start()


def resume_quietly():
    try:
        resume_jobs()
    except DatabaseError:
        logger.warning("imports could not be resumed: the database is missing or not migrated")
    finally:
        connections.close_all()

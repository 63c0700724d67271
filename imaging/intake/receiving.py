"""Receiving files so that what was acknowledged survives: file, row, answer, in this order.

A job's files lie in uploads/<job>/ until each has an outcome. One thread a job reads them; the
operating system drops a dead process's lock, so `resume_jobs` finds what a crash left.
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
TO_END = Q(state=State.STOPPED, finished=None)  # stopped, and not yet cleared up


def open_job(case, user, source=Source.UPLOAD):
    """Return a new job with its folder, ready to receive files."""
    job = ImportJob(case=case, user=user, source=source)
    folder_of(job).mkdir(parents=True)
    sync(uploads())
    job.save(force_insert=True)
    return job


def receive(job, upload, name=""):
    """Keep one uploaded file of a job; it is safe on disk when this returns its ImportFile.

    A file that is too large gets its line too, with the reason, and is not kept.
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
    """Keep one file that arrives in pieces; return its unsaved line.

    It is for a sender who waits until it is taken in, and so not synced: who got no answer sends it
    again. One that grows too large is refused.
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
    """Take in an uploaded presentation state; as `take_presentation_state`."""
    reason = too_large(upload)
    if reason:
        raise Refused(reason)
    with tempfile.NamedTemporaryFile() as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        return take_presentation_state(case, user, file.name)


def clean_name(name):
    """Return a file's name as it may be shown: no control characters, the end of a long one."""
    return UNPRINTABLE.sub("�", name)[-LONGEST_NAME:] or _("(no name)")


def too_large(upload):
    """Return why an upload is too large, or ""; archives have a limit of their own."""
    upload.seek(0)
    archive = upload.read(HEAD).startswith(b"PK")
    upload.seek(0)
    bound = limits().archive_bytes if archive else limits().file_bytes
    if upload.size <= bound:
        return ""
    return _("The file is larger than %(limit)s MB.") % {"limit": bound // (1024 * 1024)}


def start(job):
    """Queue a job that has received its files, or has failed, and read it in the background."""
    ready = ImportJob.objects.filter(pk=job.pk, state__in=(State.RECEIVING, State.FAILED))
    if ready.update(state=State.QUEUED, error=""):
        transaction.on_commit(lambda: read_in_background(job.pk))
    job.refresh_from_db()


def stop(job):
    """End a job at its user's wish: what is stored stays, what was not read is dropped.

    The reader ends it between two batches; where there is none, one is started to do so.
    """
    going = ImportJob.objects.filter(pk=job.pk, state__in=(State.RECEIVING, *TO_READ))
    if going.update(state=State.STOPPED):
        transaction.on_commit(lambda: read_in_background(job.pk))
    job.refresh_from_db()


def forget_job(job):
    """Drop a job whose sending broke off, with what had arrived of it."""
    shutil.rmtree(folder_of(job), ignore_errors=True)
    job.delete()


def start_here(job):
    """Queue a job that its caller reads at once, by `run`; a crash leaves it to be resumed."""
    ImportJob.objects.filter(pk=job.pk, state=State.RECEIVING).update(state=State.QUEUED)


def read_in_background(job_pk):
    """Read a job's files in a thread of this process; a crash of it loses nothing."""
    threading.Thread(target=read_job, args=(job_pk,), name=f"import {job_pk}", daemon=True).start()


def read_job(job_pk):
    """Read a job's files in a thread with a database connection of its own."""
    try:
        run(job_pk)
    except Exception:
        logger.exception("import %s stopped", job_pk)
    finally:
        connections.close_all()


def run(job_pk, progress=None, examiner=None):
    """Claim a job and take its files in; return it, or None if it is another's, done or gone.

    `examiner` is one that has begun with its files.
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
    """Return the keys of jobs that wait to be read and that no living process is reading."""
    found = ImportJob.objects.filter(Q(state__in=TO_READ) | TO_END).order_by("created")
    return [pk for pk in found.values_list("pk", flat=True) if is_free(pk)]


def is_free(job_pk):
    try:
        with locked(reading_lock(job_pk), wait=False):
            return True
    except BlockingIOError:
        return False


def resume_jobs():
    """Take up in the background what a crash or a restart left; return how many jobs."""
    sweep()
    found = waiting_jobs()
    for pk in found:
        read_in_background(pk)
    return len(found)


def sweep():
    """Remove what a crash left half written, unless an import is being read somewhere."""
    try:
        with locked("reading", wait=False):
            store().sweep(0)
    except BlockingIOError:
        return
    going = ImportJob.objects.exclude(state__in=(State.DONE, State.STOPPED))
    kept = {str(pk) for pk in going.values_list("pk", flat=True)}
    limit = time.time() - FOLDER_SECONDS
    for folder in uploads().glob("*-*-*-*-*"):
        if folder.is_dir() and folder.name not in kept and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def resume_in_background():
    """Resume what was left, at the start of a server process; it serves meanwhile."""
    threading.Thread(target=resume_quietly, name="resume imports", daemon=True).start()


def resume_quietly():
    try:
        resume_jobs()
    except DatabaseError:
        logger.warning("imports could not be resumed: the database is not there or not migrated")
    finally:
        connections.close_all()

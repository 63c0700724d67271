"""Import files into a case: examine them in the sandbox, store the files, then write the rows.

A file is a duplicate if the case already has its image, even under another UID. It is rejected if
the case has a different image with its SOP Instance UID. An image that names a different patient
from the rest of its series is quarantined.
"""

import logging
import os
import shutil
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from imaging.dicom import sandbox
from imaging.dicom.refusal import Refused
from imaging.document.pieces import of_series
from imaging.file_cleanup import remove_unheld
from imaging.file_store import limits, placing, reading, store, taking, uploads
from imaging.intake.acceptance import judge
from imaging.intake.archive import count_entries, is_archive, unpack
from imaging.intake.completeness import index_summary
from imaging.intake.indexing import AT_A_TIME, number_series, place_images
from imaging.intake.parallel_examination import Examiner, drop
from imaging.intake.policy import MEGABYTE, has_room, quota_bytes, used_bytes
from imaging.marks.from_presentation_state import take_presentation_state
from imaging.models import FileOutcome, ImportFile, ImportJob, Source, State
from imaging.models.imports import WITH_IMAGE
from imaging.refusals import refusal_text
from patients.models import Case
from patients.versions.saving import save_version

logger = logging.getLogger(__name__)

ENTRIES_A_CALL = 50
UNPACK_SECONDS = 60

FULL = gettext_noop(
    "The team's storage is full: %(used)s of %(most)s MB are used. "
    "Ask an administrator to increase the limit."
)
CASE_CLOSED = gettext_noop("The case can no longer be edited, so no more files were imported.")
STOPPED_BEFORE = gettext_noop("The import was cancelled before this file was read.")
UNFORESEEN = gettext_noop(
    "The import failed because of an unexpected error. The received files are kept: try again."
)


class Stopped(Exception):
    """The job cannot continue; the message is shown to the user."""


def import_paths(case, user, paths, progress=None, source=Source.COMMAND):
    """Import local files, folders and archives into a case; return the finished job.

    `progress(done, total)` is called after each batch.
    """
    job = ImportJob.objects.create(case=case, user=user, state=State.RUNNING, source=source)
    files = [found for path in map(Path, paths) for found in files_under(path)]
    ImportFile.objects.bulk_create(
        ImportFile(job=job, name=name[-400:], spooled=str(path)) for name, path in files
    )
    with reading(job.pk):
        import_upload(job, progress)
    job.refresh_from_db()
    return job


def files_under(path):
    """Return [(display name, absolute path)] for a file, or for all files in a folder, sorted."""
    if not path.is_dir():
        return [(path.name, path.resolve())]
    found = sorted(one for one in path.rglob("*") if one.is_file())
    return [(str(one.relative_to(path.parent)), one.resolve()) for one in found]


def import_upload(job, progress=None, examiner=None):
    """Import a claimed job's files; errors are stored in the job, not raised.

    `examiner` is an Examiner that the caller has started and will close.
    """
    try:
        with nullcontext(examiner) if examiner else Examiner(job.case) as examiner:
            take_all(job, examiner, progress)
        take_annotations(job)
        finish(job)
    except Stopped as stopped:
        fail(job, str(stopped))
    except Exception:
        if ImportJob.objects.filter(pk=job.pk).exists():
            logger.exception("import %s failed", job.pk)
        fail(job, _(UNFORESEEN))


def folder_of(job):
    """Return the folder for a job's files that have not been imported yet."""
    return uploads() / str(job.pk)


def fail(job, reason):
    """Mark a job as failed, and save a version with the images that it has stored.

    If the job no longer exists, delete its files instead.
    """
    known = ImportJob.objects.filter(pk=job.pk)
    if not known.update(state=State.FAILED, error=reason, finished=timezone.now()):
        shutil.rmtree(folder_of(job), ignore_errors=True)
        return
    try:
        with taking(job.case_id), transaction.atomic():
            store_version(job, [job.pk])
    except Stopped:
        pass  # not editable; if submitted, a version was saved with the images so far
    except Exception:
        logger.exception("import %s stored images without a version", job.pk)


def take_all(job, examiner, progress):
    if not is_stopped(job):
        open_archives(job)
    total = job.files.count()
    for batch in examiner.batches(job.files.filter(outcome="").exclude(spooled="")):
        if is_stopped(job):
            drop(batch)
            break
        take_batch(job, batch)
        if progress:
            progress(total - job.files.filter(outcome="").count(), total)


def is_stopped(job):
    return ImportJob.objects.filter(pk=job.pk, state=State.STOPPED).exists()


# Archives


def open_archives(job):
    """Replace each archive in the job with one ImportFile per entry, or reject the archive."""
    for file in job.files.filter(outcome="").exclude(spooled=""):
        if os.path.isfile(file.spooled) and is_archive(file.spooled):
            open_archive(job, file)


def open_archive(job, file):
    folder = folder_of(job) / f"archive-{file.pk}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        entries = unpack_all(file.spooled, folder)
    except Refused as refused:
        file.outcome, file.reason = FileOutcome.REFUSED, refusal_text(refused)[:300]
        file.save()
        return
    os.sync()  # once for all entries, before the archive's own row is deleted
    with transaction.atomic():
        ImportFile.objects.bulk_create(entry_line(job, file, *entry) for entry in entries)
        file.delete()
    discard(file.spooled)


def unpack_all(path, folder):
    """Unpack an archive with several sandboxed calls to `unpack`; return the concatenated lists.

    Raises Refused.
    """
    bounds = replace(limits(), cpu_seconds=UNPACK_SECONDS, wall_seconds=2 * UNPACK_SECONDS)
    count = sandbox.call(count_entries, path, bounds, limits=bounds)
    found = []
    for first in range(0, count, ENTRIES_A_CALL):
        args = (path, str(folder), first, ENTRIES_A_CALL, bounds)
        found += sandbox.call(unpack, *args, limits=bounds)
    return found


def entry_line(job, file, name, path, reason):
    shown = "".join(letter if letter.isprintable() else "�" for letter in f"{file.name}/{name}")
    outcome = FileOutcome.REFUSED if reason else ""
    stored_reason = _(reason)[:300] if reason else ""
    return ImportFile(
        job=job, name=shown[-400:], spooled=path, outcome=outcome, reason=stored_reason
    )


# One batch


def take_batch(job, batch):
    """Store the accepted files of a batch, then write all rows and outcomes in one transaction."""
    # Presentation states are imported after all images, and have no outcome until then.
    batch = [with_index_read(job, one) for one in batch if one.outcome != FileOutcome.ANNOTATIONS]
    hashes = []
    try:
        with taking(job.case_id), placing():
            judged = within_quota(job.case.team, judge(job.case, batch))
            taken = [one for one in judged if is_taken(one)]
            hashes += [one.header["sha256"] for one in taken]
            store().name_many((one.target, one.header["sha256"]) for one in taken)
            write_rows(job, judged, taken)
    except Exception:
        remove_unheld(hashes)
        raise
    drop(judged)
    for one in judged:
        discard(one.file.spooled)


def with_index_read(job, one):
    """Add a summary of the received images to a DICOMDIR's `reason`; other files stay the same."""
    if one.listed is None:
        return one
    names = job.files.values_list("name", flat=True)
    summary = index_summary(one.file.name, one.listed, list(names))
    return replace(one, reason=f"{one.reason} {summary}")


def within_quota(team, judged):
    """Return the batch, with the files that exceed the team's quota rejected.

    Concurrent imports can exceed the quota by up to one batch within a process, and across
    processes by what they store within a minute.
    """
    most = quota_bytes(team)
    if most is None or has_room(team, most, sum(map(bytes_to_take, judged))):
        return judged
    used, found = used_bytes(team), []
    for one in judged:
        size = bytes_to_take(one)
        if used + size > most:
            values = {"used": used // MEGABYTE, "most": most // MEGABYTE}
            one = replace(one, outcome=FileOutcome.REFUSED, reason=_(FULL) % values)
        else:
            used += size
        found.append(one)
    return found


def is_taken(one):
    return bool(one.header) and one.outcome in (FileOutcome.STORED, FileOutcome.QUARANTINED)


def bytes_to_take(one):
    return one.header["file_bytes"] if is_taken(one) else 0


def write_rows(job, judged, taken):
    with transaction.atomic():
        case = lock_case(job)
        left = place_images(case, [(one.header, quarantine_reason(one)) for one in taken])
        if left:  # the series that received images are saved when the import is closed
            save_version(case, job.user, only=of_series(left))
        lines = [line_of(one) for one in judged]
        names = ["outcome", "reason", "sop_instance_uid", "sha256"]
        ImportFile.objects.bulk_update(lines, names, batch_size=AT_A_TIME)


def quarantine_reason(one):
    return one.reason if one.outcome == FileOutcome.QUARANTINED else ""


def lock_case(job):
    """Return the case, locked for this transaction. Raises Stopped if it is no longer editable."""
    case = Case.objects.select_for_update().filter(pk=job.case_id).first()
    if case is None or not Case.objects.editable_by(job.user).filter(pk=case.pk).exists():
        raise Stopped(_(CASE_CLOSED))
    return case


def line_of(one):
    file = one.file
    file.outcome, file.reason = one.outcome, one.reason[:300]
    if one.header:
        file.sop_instance_uid = one.header["sop_instance_uid"]
        file.sha256 = one.header["sha256"]
    return file


def discard(path):
    """Delete a file in the uploads folder; a file imported from anywhere else is kept."""
    if Path(path).is_relative_to(uploads()):
        Path(path).unlink(missing_ok=True)


# Annotations


def take_annotations(job):
    """Import the presentation states of a job, which refer to images of the case."""
    if is_stopped(job):
        return
    for line in job.files.filter(outcome="").exclude(spooled=""):
        with taking(job.case_id), transaction.atomic():
            try:
                taken = take_presentation_state(lock_case(job), job.user, line.spooled)
                here = taken.marks or taken.known  # otherwise the file is rejected
                line.outcome = FileOutcome.ANNOTATIONS if here else FileOutcome.REFUSED
                line.reason = annotation_words(taken)[:300]
            except Refused as refused:
                line.outcome, line.reason = FileOutcome.REFUSED, refusal_text(refused)[:300]
            line.save()
        discard(line.spooled)


def annotation_words(taken):
    count = len(taken.marks)
    message = ngettext("%d annotation imported.", "%d annotations imported.", count)
    return " ".join([message % count, *taken.notes])


# Finishing


def finish(job):
    """Order the series, save one version of the case, and close the job.

    Saving a version is slow. The user's other imports into the case that are ready to close are
    therefore closed too, so that many small imports share one version.
    """
    with taking(job.case_id), transaction.atomic():
        if not ImportJob.objects.filter(pk=job.pk, state=State.DONE).exists():
            close(job, [job.pk, *ready_with(job)])
    shutil.rmtree(folder_of(job), ignore_errors=True)


def ready_with(job):
    """Return the keys of the user's other running imports into the case that are ready to close.

    They have stored at least one file and have none left to read.
    """
    running = ImportJob.objects.filter(case=job.case_id, user=job.user_id, state=State.RUNNING)
    others = running.exclude(pk=job.pk).order_by()
    unread = ImportFile.objects.filter(job=OuterRef("pk"), outcome="")
    stored = ImportFile.objects.filter(job=OuterRef("pk"), outcome=FileOutcome.STORED)
    return list(others.filter(Exists(stored), ~Exists(unread)).values_list("pk", flat=True))


def close(job, keys):
    """Close imports, including `job`, and save one version with all their images.

    Files of `job` that have no outcome become NOT_READ. Cancelled imports stay cancelled.
    """
    store_version(job, keys)
    job.files.filter(outcome="").update(outcome=FileOutcome.NOT_READ, reason=_(STOPPED_BEFORE))
    ended = ImportJob.objects.filter(pk__in=keys)
    ended.exclude(state=State.STOPPED).update(state=State.DONE)
    ended.update(finished=timezone.now())


def store_version(job, keys):
    """Order the series of these imports and save a version, unless the imports have no images.

    Duplicates count too, as an earlier import may have failed before its version was saved.
    """
    files = ImportFile.objects.filter(job__in=keys, outcome__in=WITH_IMAGE).order_by()
    if not files.exists():
        return
    case = lock_case(job)
    series = series_of(case, files)
    number_series(case, series)
    stored = files.filter(outcome=FileOutcome.STORED).count()
    comment = ngettext("%d image imported", "%d images imported", stored) % stored if stored else ""
    uids = [one.series_instance_uid for one in series]
    save_version(case, job.user, comment, only=of_series(uids))


def series_of(case, files):
    """Return the series of the case that contain the images of these files."""
    came = case.instances.filter(sop_instance_uid__in=files.values("sop_instance_uid"))
    return list(case.series.filter(pk__in=came.values("series")))

"""Decide the outcome of examined files by comparing them with the case and with each other."""

from dataclasses import dataclass, replace
from pathlib import Path

from django.db.models import Max
from django.utils.translation import gettext_noop

from imaging.models import REMOVED, FileOutcome, ImportFile, Instance, Series

OTHER_BYTES = gettext_noop(
    "A different image with this SOP Instance UID is already stored and was not overwritten. "
    "If the new file is correct, give it a new SOP Instance UID and import it again."
)
# Stored in Instance.quarantine: changing it requires a data migration, as in imaging 0003.
OTHER_PATIENT = gettext_noop(
    "It names a different patient from the rest of its series, so it was not added to them."
)
OTHER_STUDY = gettext_noop(
    "The series of this file is already stored in a different study. "
    "Correct the file's Study Instance UID or Series Instance UID and import the file again."
)


@dataclass(frozen=True)
class Examined:
    """An examined file: its de-identified copy and header, or an outcome with a reason.

    The header includes the copy's `sha256`. `judge` adds the outcome of a file with a header.
    `listed` are the paths in a DICOMDIR.
    """

    file: ImportFile
    target: Path | None = None
    header: dict | None = None
    outcome: str = ""
    reason: str = ""
    listed: tuple | None = None


def judge(case, batch):
    """Return the batch with outcomes, comparing each file with the case and with the others."""
    uids = [one.header["sop_instance_uid"] for one in batch if one.header]
    series = {one.header["series_instance_uid"] for one in batch if one.header}
    found = Instance.objects.filter(case=case, sop_instance_uid__in=uids).order_by()
    rows = found.values_list("sop_instance_uid", "sha256", "held", "quarantine")
    known = {uid: (sha256, held and reason != REMOVED) for uid, sha256, held, reason in rows}
    originals = originals_of(case, batch)
    subjects, studies = subjects_of(case, series)
    judged = []
    for one in batch:
        if one.header:
            here = one.header["original_sha256"] in originals
            one = (
                replace(one, outcome=FileOutcome.DUPLICATE)
                if here and one.header["sop_instance_uid"] not in known
                else judge_one(one, known, subjects, studies)
            )
        if one.outcome in (FileOutcome.STORED, FileOutcome.QUARANTINED) and one.header:
            remember(one, known, subjects, studies)
        judged.append(one)
    return judged


def originals_of(case, batch):
    """Return the original hashes in the batch that stored images of the case also have.

    Those images may have been de-identified with a different profile.
    """
    hashes = [one.header["original_sha256"] for one in batch if one.header]
    rows = Instance.objects.filter(case=case, original_sha256__in=hashes, held=True).order_by()
    return set(rows.exclude(quarantine=REMOVED).values_list("original_sha256", flat=True))


def remember(one, known, subjects, studies):
    """Add an accepted file to the data with which later files are compared."""
    header = one.header
    known[header["sop_instance_uid"]] = (header["sha256"], True)
    studies.setdefault(header["series_instance_uid"], header["study_instance_uid"])
    if one.outcome == FileOutcome.STORED and header["subject_digest"]:
        subjects.setdefault(header["series_instance_uid"], header["subject_digest"])


def subjects_of(case, uids):
    """Return ({series UID: subject digest}, {series UID: study UID}) of series in a case."""
    known = Series.objects.filter(case=case, series_instance_uid__in=uids).order_by()
    rows = known.values_list("pk", "series_instance_uid", "study__study_instance_uid")
    names = {pk: uid for pk, uid, _study in rows}
    images = Instance.objects.filter(series__in=list(names), quarantine="").order_by()
    each = images.exclude(subject_digest="").values_list("series", "subject_digest")
    # In this order, the dict keeps the digest of each series' last image.
    ordered = each.annotate(last=Max("position")).order_by("last")
    return {names[pk]: who for pk, who, _last in ordered}, {uid: study for _pk, uid, study in rows}


def judge_one(one, known, subjects, studies):
    """Return a readable file with its outcome, and a reason if it is rejected or quarantined."""
    header = one.header
    sha256, here = known.get(header["sop_instance_uid"], ("", False))
    if sha256 and sha256 != header["sha256"]:
        return replace(one, outcome=FileOutcome.REFUSED, reason=OTHER_BYTES)
    if here:
        return replace(one, outcome=FileOutcome.DUPLICATE)
    series = header["series_instance_uid"]
    if studies.get(series, header["study_instance_uid"]) != header["study_instance_uid"]:
        return replace(one, outcome=FileOutcome.REFUSED, reason=OTHER_STUDY)
    who = header["subject_digest"]
    if who and subjects.get(series, who) != who:
        return replace(one, outcome=FileOutcome.QUARANTINED, reason=OTHER_PATIENT)
    if header["quarantine"]:
        return replace(one, outcome=FileOutcome.QUARANTINED, reason=header["quarantine"])
    return replace(one, outcome=FileOutcome.STORED)

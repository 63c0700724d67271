"""STOW-RS: files sent into a case, or into the sender's inbox (PS3.18 10.5).

Every file goes the way of an upload: kept, examined apart, its identifiers replaced as the team has
chosen. The answer names each by the identifiers it came with; RetrieveURL has those it now has.
"""

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError

from imaging.dicomweb import addresses
from imaging.dicomweb.answers import dicom_json
from imaging.dicomweb.multipart import BadMultipart, boundary_of, parameters, read_related
from imaging.dicomweb.qido import Search
from imaging.dicomweb.wado import DICOM, Files
from imaging.intake.inbox import open_inbox
from imaging.intake.parallel_examination import Examiner
from imaging.intake.receiving import forget_job, open_job, receive_chunks, run, start_here
from imaging.models import FileOutcome, ImportFile, Instance, Source
from patients.access.permissions import get_case, record_access

# Failure Reason (0008,1197), PS3.3 C.14.1.1: what a refusal means to the sender.
CANNOT_UNDERSTAND, OTHER_BYTES, OTHER_STUDY, NOT_DICOM = 0xC000, 0x0111, 0xA900, 0x0122
KEPT = (FileOutcome.STORED, FileOutcome.DUPLICATE, FileOutcome.QUARANTINED, FileOutcome.ANNOTATIONS)
SAID = (FileOutcome.QUARANTINED, FileOutcome.ANNOTATIONS)  # kept, with a warning that says how
COERCED = 0xB000  # Warning Reason (0008,1196): kept, but not as it came


class Storing:
    """Takes a multipart body of DICOM files; one import, one answer for all."""

    def store(self, request, case, study=""):
        job = open_job(case, request.user, Source.DICOMWEB)
        with Examiner(case) as examiner:
            try:
                files = receive_parts(job, request, examiner)
            except BadMultipart as error:
                forget_job(job)
                raise ParseError(str(error)) from None
            if study:
                refuse_other_studies(names_of(files, examiner), study)
            start_here(job)
            run(job.pk, examiner=examiner)
            names = {file.pk: said for file, said in names_of(files, examiner)}
        return answer(request, job, names)


def body_of(request):
    """Return the stream of a body; of one in chunks, which has no length, as the server ends it.

    Django reads no more than Content-Length says, and so nothing of a body in chunks.
    """
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return request
    if not request.META.get("wsgi.input_terminated"):
        raise BadMultipart(_("This server needs Content-Length; it takes no body in chunks."))
    return request.META["wsgi.input"]


def receive_parts(job, request, examiner):
    """Keep every part and begin to examine it; return their lines. Raises BadMultipart."""
    header = request.META.get("CONTENT_TYPE", "")
    files = []
    for number, (headers, chunks) in enumerate(read_related(body_of(request), header), 1):
        kind = parameters(headers.get("content-type", DICOM))[0]
        name = _("part %d") % number
        if kind != DICOM:
            reason = _("This part is %s; application/dicom is taken.") % kind[:60]
            files.append(ImportFile(job=job, name=name, outcome=FileOutcome.REFUSED, reason=reason))
            continue
        file = receive_chunks(job, name, chunks)
        files.append(file)
        if file.spooled:
            examiner.begin(file)
    if not files:
        raise BadMultipart(_("The body has no part."))
    return ImportFile.objects.bulk_create(files)


def names_of(files, examiner):
    """Return [(line, (SOP Class, SOP Instance, Study UID))] of what was kept, as it came."""
    return [(file, examiner.names(file)) for file in files if file.spooled]


def refuse_other_studies(named, study):
    """Refuse what does not belong to the study that the address names."""
    for file, names in named:
        if names[2] not in ("", study):
            file.outcome = FileOutcome.REFUSED
            file.reason = _("It belongs to another study than the address names.")
            file.save()


def answer(request, job, names):
    """Return the Store Instances Response (PS3.18 10.5.3): 200 all, 202 some, 409 none."""
    job.refresh_from_db()
    lines = list(job.files.all())
    root = addresses.root(request)
    stored = {
        row.sop_instance_uid: row
        for row in Instance.objects.filter(
            case=job.case_id, sop_instance_uid__in=[line.sop_instance_uid for line in lines]
        )
        .select_related("series__study")
        .defer("header")
    }
    kept = [one for one in lines if one.outcome in KEPT]
    failed = [one for one in lines if one not in kept]
    body = {}
    if failed:
        body["00081198"] = sequence(failure(one, names, job) for one in failed)
    if kept:
        body["00081199"] = sequence(success(one, names, stored, root) for one in kept)
        studies = {row.series.study.study_instance_uid for row in stored.values()}
        if len(studies) == 1:
            body["00081190"] = text("UR", addresses.study(root, studies.pop()))
    warned = any(one.outcome in SAID for one in kept)
    status = 409 if not kept else 202 if failed or warned else 200
    return dicom_json(dict(sorted(body.items())), status)


def sequence(items):
    return {"vr": "SQ", "Value": list(items)}


def text(vr, value):
    return {"vr": vr, "Value": [value]} if value else {"vr": vr}


def reference(line, names):
    sop_class, uid, _study = names.get(line.pk, ("", "", ""))
    return {"00081150": text("UI", sop_class), "00081155": text("UI", uid)}


def success(line, names, stored, root):
    row = stored.get(line.sop_instance_uid)
    found = reference(line, names)
    if row is not None:
        series = row.series
        uids = (series.study.study_instance_uid, series.series_instance_uid, row.sop_instance_uid)
        found["00081190"] = text("UR", addresses.instance(root, *uids))
    if line.outcome in SAID:
        found["00081196"] = text("US", COERCED)
        found["00000902"] = text("LO", line.reason[:64])
    return found


def failure(line, names, job):
    reason = line.reason or job.error
    found = reference(line, names)
    found["00081197"] = text("US", failure_reason(line, names))
    return found | {"00000902": text("LO", reason[:64])}


def failure_reason(line, names):
    """Return the code that fits a refused line best."""
    if line.sha256 and line.sop_instance_uid:
        return OTHER_BYTES
    if line.pk not in names:
        return NOT_DICOM
    return OTHER_STUDY if names[line.pk][2] and "study" in line.reason else CANNOT_UNDERSTAND


def inbox_for(request):
    """Return the sender's inbox, once the body is of the right kind."""
    try:
        boundary_of(request.META.get("CONTENT_TYPE", ""))
    except BadMultipart as error:
        raise ParseError(str(error)) from None
    case = open_inbox(request.user)
    record_access(request, case)
    return case


class Studies(Storing, Search):
    """/studies: search, and store into the sender's inbox."""

    def post(self, request):
        return self.store(request, inbox_for(request))


class StudyFiles(Storing, Files):
    """/studies/{uid}: the files of one study, and store what belongs to it."""

    def post(self, request, study):
        return self.store(request, inbox_for(request), study)


class CaseStudies(Storing, Search):
    """/cases/{id}/studies: store into that case."""

    http_method_names = ["post", "options"]

    def post(self, request, case, study=""):
        return self.store(request, get_case(request, case, edit=True), study)

"""STOW-RS: store files in a case, or in the sender's inbox (PS3.18 10.5).

Files are imported like uploads, and de-identified as the team's imaging policy requires. The
response refers to each file by its original identifiers; the Retrieve URL contains the new ones.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework.exceptions import ParseError

from imaging.dicomweb import addresses
from imaging.dicomweb.answers import dicom_json
from imaging.dicomweb.multipart import BadMultipart, boundary_of, parameters, read_related
from imaging.dicomweb.qido import Search
from imaging.dicomweb.wado import DICOM, Files
from imaging.intake.acceptance import OTHER_BYTES, OTHER_STUDY
from imaging.intake.inbox import open_inbox
from imaging.intake.parallel_examination import Examiner
from imaging.intake.receiving import forget_job, open_job, receive_chunks, run, start_here
from imaging.models import FileOutcome, ImportFile, Instance, Source
from patients.access.permissions import get_case, record_access

NOT_OF_URL = gettext_noop("The file belongs to a different study from the one in the URL.")
# Failure Reason (0008,1197), PS3.3 C.14.1.1 and PS3.4 GG.4.2.1.
CANNOT_UNDERSTAND, NOT_DICOM, OUT_OF_RESOURCES = 0xC000, 0x0122, 0xA700
DUPLICATE_INSTANCE, OTHER_DATASET = 0x0111, 0xA900
FAILURE_REASONS = {
    OTHER_BYTES: DUPLICATE_INSTANCE,
    OTHER_STUDY: OTHER_DATASET,
    NOT_OF_URL: OTHER_DATASET,
}
ACCEPTED = (
    FileOutcome.STORED,
    FileOutcome.DUPLICATE,
    FileOutcome.QUARANTINED,
    FileOutcome.ANNOTATIONS,
)
WARNED = (FileOutcome.QUARANTINED, FileOutcome.ANNOTATIONS)  # stored, with a warning
COERCED = 0xB000  # Warning Reason (0008,1196): coercion of data elements


class Storing:
    """Store the DICOM files of a multipart body in one import."""

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
            names = {file.pk: uids for file, uids in names_of(files, examiner)}
        return answer(request, job, names)


def body_of(request):
    """Return the stream of a request's body. Raises BadMultipart.

    Django reads only as many bytes as Content-Length states, so none of a chunked body. A
    chunked body is read from the WSGI input instead, provided that the server signals its end.
    """
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return request
    if not request.META.get("wsgi.input_terminated"):
        raise BadMultipart(
            _("This server does not accept chunked bodies. Send a Content-Length header.")
        )
    return request.META["wsgi.input"]


def receive_parts(job, request, examiner):
    """Save each DICOM part and start examining it; reject other parts. Raises BadMultipart.

    Returns the ImportFiles of all parts.
    """
    header = request.META.get("CONTENT_TYPE", "")
    files = []
    for number, (headers, chunks) in enumerate(read_related(body_of(request), header), 1):
        kind = parameters(headers.get("content-type", DICOM))[0]
        name = _("part %d") % number
        if kind != DICOM:
            reason = _("This part is %s. Send only application/dicom parts.") % kind[:60]
            files.append(ImportFile(job=job, name=name, outcome=FileOutcome.REFUSED, reason=reason))
            continue
        file = receive_chunks(job, name, chunks)
        files.append(file)
        if file.spooled:
            examiner.begin(file)
    if not files:
        raise BadMultipart(_("The body has no parts. Send at least one DICOM file."))
    return ImportFile.objects.bulk_create(files)


def names_of(files, examiner):
    """Return [(saved file, original UIDs)].

    The UIDs are (SOP Class UID, SOP Instance UID, Study Instance UID), "" if unknown.
    """
    return [(file, examiner.names(file)) for file in files if file.spooled]


def refuse_other_studies(named, study):
    """Reject files of a study other than the one in the URL."""
    for file, names in named:
        if names[2] not in ("", study):
            file.outcome = FileOutcome.REFUSED
            file.reason = NOT_OF_URL
            file.save()


def answer(request, job, names):
    """Return the Store Instances Response (PS3.18 10.5.3).

    The status is 200 if all files were stored, 202 if only some were or any has a warning, and 409
    if none were.
    """
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
    kept = [one for one in lines if one.outcome in ACCEPTED]
    failed = [one for one in lines if one not in kept]
    body = {}
    if failed:
        body["00081198"] = sequence(failure(one, names, job) for one in failed)
    if kept:
        body["00081199"] = sequence(success(one, names, stored, root) for one in kept)
        studies = {row.series.study.study_instance_uid for row in stored.values()}
        if len(studies) == 1:
            body["00081190"] = text("UR", addresses.study(root, studies.pop()))
    warned = any(one.outcome in WARNED for one in kept)
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
    if line.outcome in WARNED:
        found["00081196"] = text("US", COERCED)
        found["00000902"] = text("LO", line.reason[:64])
    return found


def failure(line, names, job):
    reason = line.translated_reason or job.error
    found = reference(line, names)
    found["00081197"] = text("US", failure_reason(line, names))
    return found | {"00000902": text("LO", reason[:64])}


def failure_reason(line, names):
    """Return the Failure Reason of a rejected file.

    A file with a hash was readable; its reason is in FAILURE_REASONS, or it exceeds the quota.
    """
    if line.reason in FAILURE_REASONS:
        return FAILURE_REASONS[line.reason]
    if line.sha256:
        return OUT_OF_RESOURCES
    return CANNOT_UNDERSTAND if line.pk in names else NOT_DICOM


def inbox_for(request):
    """Return the sender's inbox after checking the Content-Type. Raises ParseError."""
    try:
        boundary_of(request.META.get("CONTENT_TYPE", ""))
    except BadMultipart as error:
        raise ParseError(str(error)) from None
    case = open_inbox(request.user)
    record_access(request, case)
    return case


class Studies(Storing, Search):
    """/studies: search, and store in the sender's inbox."""

    def post(self, request):
        return self.store(request, inbox_for(request))


class StudyFiles(Storing, Files):
    """/studies/{uid}: retrieve a study's files, and store files of that study."""

    def post(self, request, study):
        return self.store(request, inbox_for(request), study)


class CaseStudies(Storing, Search):
    """/cases/{id}/studies and /cases/{id}/studies/{uid}: store in that case."""

    http_method_names = ["post", "options"]

    def post(self, request, case, study=""):
        return self.store(request, get_case(request, case, edit=True), study)

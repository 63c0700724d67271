"""Versions of a case: every saved change stores the whole document, chained by hash."""

import hashlib
import json

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from patients.computed import compute
from patients.document import entered_document, read, to_bytes
from patients.models import Case, CaseVersion, Status


@transaction.atomic
def save_version(case, user, comment=""):
    """Store the case as it stands as its next version; return the newest version.

    Call it in the transaction of the change. A save that changed nothing makes no version, unless
    a comment says that something outside the document did change (such as the status).
    PermissionDenied where the document of a case that is no longer a draft would change: asked
    here, under the lock, no door can miss it, whatever was true when the page was opened.
    """
    case = Case.objects.select_for_update().select_related("patient").get(pk=case.pk)
    last = case.versions.order_by("-number").first()
    record = read(case)
    said = to_bytes(entered_document(record))
    changed = last is None or entered(last.document) != json.loads(said)
    if not changed and not comment:
        return last
    if changed and case.status != Status.DRAFT:
        raise PermissionDenied(_("The case is no longer a draft, so nothing was saved."))
    # What a newer release would compute of what was entered is no change of a case.
    document = with_computed(said, record).decode() if changed else last.document
    version = next_version(case, last, document, user, comment)
    version.save(force_insert=True)
    Case.objects.filter(pk=case.pk).update(version=version.number, updated=version.saved_at)
    return version


def entered(document):
    """Return what was entered of a document, without what is computed of it."""
    return {key: value for key, value in json.loads(document).items() if key != "computed"}


def with_computed(said, record):
    """Return the bytes of the whole document, where `said` are those of what was entered."""
    return said[:-1] + b"," + to_bytes({"computed": compute(record)})[1:]


def next_version(case, last, document, user, comment):
    version = CaseVersion(
        case=case,
        number=last.number + 1 if last else 1,
        document=document,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        previous_hash=last.chain_hash if last else "",
        saved_by=user,
        saved_at=timezone.now(),
        comment=comment,
    )
    version.chain_hash = version.compute_hash()
    return version


def current_versions(cases):
    """Return the newest version of each case of a QuerySet, with its case, in one query."""
    return CaseVersion.objects.filter(case__in=cases, number=F("case__version")).select_related(
        "case"
    )


def broken_links(case):
    """Yield a sentence for each version of a case whose chain does not hold."""
    previous, number = "", 0
    for version in case.versions.order_by("number").iterator():
        if version.number != number + 1:
            yield f"case {case.pk}: version {number + 1} is missing"
        if version.previous_hash != previous or version.chain_hash != version.compute_hash():
            yield f"case {case.pk}: version {version.number} does not fit the one before it"
        if hashlib.sha256(version.document.encode()).hexdigest() != version.sha256:
            yield f"case {case.pk}: the document of version {version.number} was changed"
        previous, number = version.chain_hash, version.number
    if number != case.version:
        yield f"case {case.pk}: its newest version should be {case.version}, but is {number}"

"""The inbox: a draft case for images that were sent without specifying a case."""

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from imaging.file_cleanup import remove_unheld
from imaging.file_store import store
from imaging.intake.importing import import_paths
from imaging.models import Inbox, Source
from imaging.models.imports import WITH_IMAGE
from patients.actions.importing import import_case
from patients.models import Case, Role, Team
from patients.record.document import SCHEMA
from patients.versions.saving import save_version


def find_inbox(user):
    """Return the user's inbox case if it can still be edited, otherwise None."""
    kept = Inbox.objects.filter(user=user, case__in=Case.objects.editable_by(user))
    found = kept.select_related("case").first()
    return found.case if found else None


@transaction.atomic
def open_inbox(user):
    """Return the user's inbox, created if necessary. Raises PermissionDenied for non-clinicians."""
    case = find_inbox(user)
    if case is not None:
        return case
    team = (
        Team.objects.filter(memberships__user=user, memberships__role=Role.CLINICIAN)
        .order_by("pk")
        .first()
    )
    if team is None:
        raise PermissionDenied(
            _("Only clinicians may send images without a case. Send them to one of your cases.")
        )
    document = {
        "schema": SCHEMA,
        "case": {"title": _("Received images")},
        "patient": {"code": f"INBOX-{secrets.token_hex(4).upper()}", "sex": "not_recorded"},
    }
    case = import_case(document, team, user)
    Inbox.objects.update_or_create(user=user, defaults={"case": case})
    return case


class NotMoved(Exception):
    """A study could not be moved; the message gives the reason."""


def move_study(study, target, user):
    """Import a study's images into another case, then delete the study; return the finished job.

    The images are de-identified again with the key of the target's patient. Raises NotMoved if the
    import fails or any image is rejected; the inbox then keeps all images.
    """
    inbox = study.case
    images = inbox.instances.filter(series__study=study, held=True)
    paths = [store().path(sha256) for sha256 in images.values_list("sha256", flat=True)]
    job = import_paths(target, user, paths, source=Source.UPLOAD)
    left = job.files.exclude(outcome__in=WITH_IMAGE)
    if job.error or left.exists():
        reason = job.error or left.first().reason
        raise NotMoved(_("The study was not moved: %s") % reason)
    drop_study(study, user)
    return job


def drop_study(study, user):
    """Delete a study from the inbox, and its files if no other case uses them; save a version."""
    case = study.case
    with transaction.atomic():
        hashes = list(
            case.instances.filter(series__study=study).values_list("sha256", flat=True).distinct()
        )
        study.delete()
        save_version(case, user)
    remove_unheld(hashes)

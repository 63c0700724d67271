"""The draft case in which images wait that came without the name of a case."""

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from imaging.models import Inbox
from patients.document import SCHEMA
from patients.importing import import_case
from patients.models import Case, Role, Team


def find_inbox(user):
    """Return the user's inbox as a case that can still be changed, or None."""
    kept = Inbox.objects.filter(user=user, case__in=Case.objects.editable_by(user))
    found = kept.select_related("case").first()
    return found.case if found else None


@transaction.atomic
def open_inbox(user):
    """Return the user's inbox, made where there is none; PermissionDenied for who starts no case"""
    case = find_inbox(user)
    if case is not None:
        return case
    team = (
        Team.objects.filter(memberships__user=user, memberships__role=Role.CLINICIAN)
        .order_by("pk")
        .first()
    )
    if team is None:
        raise PermissionDenied(_("Only a clinician of a team may send images without a case."))
    document = {
        "schema": SCHEMA,
        "case": {"title": _("Received images")},
        "patient": {"code": f"INBOX-{secrets.token_hex(4).upper()}", "sex": "not_recorded"},
    }
    case = import_case(document, team, user)
    Inbox.objects.update_or_create(user=user, defaults={"case": case})
    return case

"""Bringing an earlier version of a case back, as its next version."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from patients.access import is_editable
from patients.importing import replace_case
from patients.models import Case
from patients.reviewing import CaseChanged
from patients.versions import document_of


@transaction.atomic
def restore_version(case, number, user, seen):
    """Make the document of version `number` the case's next version; return that.

    `seen` is the newest version that the user knew of: CaseChanged where there is a newer one.
    PermissionDenied where the case is no draft any more; DocumentError where the document no
    longer fits, such as an image that has been set apart since.
    """
    case = Case.objects.select_for_update().select_related("patient", "team").get(pk=case.pk)
    if not is_editable(case, user):
        raise PermissionDenied(_("The case is no longer a draft, so nothing was restored."))
    if seen != case.version:
        raise CaseChanged
    document = document_of(case.versions.get(number=number))
    return replace_case(case, document, user, _("version %s restored") % number)

"""Bringing an earlier version of a case back, as its next version."""

from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from patients.access.permissions import is_editable
from patients.actions.importing import replace_rows
from patients.actions.review import CaseChanged
from patients.models import Case
from patients.record.document import DocumentError, build_stored, refuse_schema
from patients.versions.reading import document_of


@transaction.atomic
def restore_version(case, number, user, seen):
    """Make the document of version `number` the case's next version; return that.

    What the catalogues of today lack comes back as it was. `seen` is the newest version that the
    user knew of: CaseChanged where there is a newer one. PermissionDenied where the case is no
    draft any more; DocumentError where the document no longer fits, such as an image that has been
    set apart since, or a value that can no longer be stored: nothing is lost on the way.
    """
    case = Case.objects.select_for_update().select_related("patient", "team").get(pk=case.pk)
    if not is_editable(case, user):
        raise PermissionDenied(_("The case is no longer a draft, so nothing was restored."))
    if seen != case.version:
        raise CaseChanged
    document = document_of(case.versions.get(number=number))
    refuse_schema(document)
    comment = _("version %s restored") % number
    try:
        with transaction.atomic():
            version = replace_rows(case, build_stored(document), user, comment)
            refuse_loss(document, document_of(version))
    except (IntegrityError, DataError):
        message = _("A value of this version is no longer allowed, so nothing was restored.")
        raise DocumentError([(_("version %s") % number, message)]) from None
    return version


def refuse_loss(before, after):
    """Raise DocumentError with each value of a document that did not come back."""
    message = _("This can no longer be read, so nothing was restored.")
    gone = [(path, message) for key, data in before.items() for path in lost(data, after, key)]
    if gone:
        raise DocumentError(gone)


def lost(data, holder, key, path=""):
    """Yield the path of all that is at `key` of a holder's former self, and not of the holder."""
    path = f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip(".")
    if path == "computed" or data in (None, "", [], {}):
        return
    try:
        now = holder[key]
    except (KeyError, IndexError):
        yield path
        return
    if isinstance(data, dict) and isinstance(now, dict):
        for name, value in data.items():
            yield from lost(value, now, name, path)
    elif isinstance(data, list) and isinstance(now, list):
        for index, value in enumerate(data):
            yield from lost(value, now, index, path)
    elif data != now:
        yield path

"""Restore an earlier version of a case as its next version."""

from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from patients.access.permissions import is_editable
from patients.actions.importing import replace_rows
from patients.actions.review import CaseChanged
from patients.models import Case
from patients.record.document import DocumentError, build_stored, check_schema
from patients.record.earlier import as_written_today
from patients.versions.reading import document_of


@transaction.atomic
def restore_version(case, number, user, seen):
    """Save the document of version `number` as the case's next version, and return that version.

    Values that are no longer in a catalogue are restored unchanged. `seen` is the number of the
    newest version that the user has seen.

    Raises CaseChanged if there is a version newer than `seen`, PermissionDenied if the user may not
    edit the case, and DocumentError if any part of the document cannot be restored, such as an
    image that has been quarantined since or a value that can no longer be stored.
    """
    case = Case.objects.select_for_update().select_related("patient", "team").get(pk=case.pk)
    if not is_editable(case, user):
        raise PermissionDenied(case.closed_reason)
    if seen != case.version:
        raise CaseChanged
    document = document_of(case.versions.get(number=number))
    check_schema(document)
    comment = _("version %s restored") % number
    try:
        with transaction.atomic():
            version = replace_rows(case, build_stored(document), user, comment)
            check_nothing_lost(as_written_today(document), document_of(version))
    except (IntegrityError, DataError):
        message = _("A value in this version is no longer allowed, so nothing was restored.")
        raise DocumentError([(_("version %s") % number, message)]) from None
    return version


def check_nothing_lost(before, after):
    """Raise DocumentError with the path of each value that was not restored."""
    message = _("Nothing was restored: this release of Caserecords does not support this value.")
    errors = [
        (path, message) for key, data in before.items() for path in lost_paths(data, after, key)
    ]
    if errors:
        raise DocumentError(errors)


def lost_paths(data, after, key, path=""):
    """Yield the path of each value in `data` that is missing from `after[key]` or different there.

    Empty values and the computed part are skipped.
    """
    path = f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip(".")
    if path == "computed" or data in (None, "", [], {}):
        return
    try:
        now = after[key]
    except (KeyError, IndexError):
        yield path
        return
    if isinstance(data, dict) and isinstance(now, dict):
        for name, value in data.items():
            yield from lost_paths(value, now, name, path)
    elif isinstance(data, list) and isinstance(now, list):
        for index, value in enumerate(data):
            yield from lost_paths(value, now, index, path)
    elif data != now:
        yield path

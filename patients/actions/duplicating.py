"""Copy a case into a new draft."""

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from patients.actions.importing import create_case
from patients.record.document import DocumentError, build_stored
from patients.versions.reading import record_piece


def duplicate_case(case, team, user, *, code, title, form_token=None):
    """Return a new draft with the clinical record of a case, for the patient with this code.

    Images, marks and figures are not copied. Values that are no longer in a catalogue are. A copy
    for another team contains neither the patient's code nor the birth year.

    Raises DocumentError if another case of the team has a patient with this code but different
    details, or if a value can no longer be stored.
    """
    version = case.versions.get(number=case.version)
    document = record_piece(version)
    document["case"]["title"] = title
    document["patient"]["code"] = code
    if team != case.team:
        document["patient"].pop("birth_year", None)
    try:
        with transaction.atomic():
            record, comment = build_stored(document), provenance(case, team)
            return create_case(record, team, user, comment, form_token=form_token)
    except (IntegrityError, DataError):
        message = _("A value in this case is no longer allowed, so nothing was copied.")
        raise DocumentError([("", message)]) from None


def provenance(case, team):
    """Return the comment of a copy's first version; it never names another team's patient."""
    if team == case.team:
        values = {"code": case.patient.code, "number": case.version}
        return _("Copied from %(code)s, version %(number)s") % values
    values = {"team": case.team, "number": case.version}
    return _("Copied from a case of %(team)s, version %(number)s") % values

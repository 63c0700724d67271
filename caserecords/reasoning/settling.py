"""Accept a check with a reason, stored as a discrepancy, or reopen it."""

from django import forms
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from caserecords.reasoning.checks import review
from patients.models import Case, Discrepancy
from patients.record.document import read
from patients.versions.pieces import of_record
from patients.versions.saving import save_version


class AcceptForm(forms.Form):
    """The check to accept, and the reason."""

    key = forms.SlugField(max_length=80, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        error_messages={"required": _("Enter a reason for accepting this check.")},
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )


@transaction.atomic
def accept(case, user, key, reason):
    """Save a new version with a discrepancy that settles an open check.

    Return the check, or None if it is no longer open. Raise PermissionDenied if the case is not a
    draft.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    found = next((one for one in review(read(case)).open if one.key == key), None)
    if found is None:
        return None
    last = case.discrepancy_rows.aggregate(last=Max("position"))["last"]
    row = Discrepancy(
        case=case,
        position=0 if last is None else last + 1,
        subject=found.title[:200],
        statement=found.message,
        reading=reason,
        settles=key,
    )
    row.full_clean()
    row.save()
    save_version(case, user, only=of_record())
    return found


@transaction.atomic
def reopen(case, user, key):
    """Save a new version without the acceptance of a check; return whether it had been accepted.

    Raise PermissionDenied if the case is not a draft.
    """
    rows = case.discrepancy_rows.filter(settles=key) if key else case.discrepancy_rows.none()
    deleted, _models = rows.delete()
    if deleted:
        save_version(case, user, only=of_record())
    return bool(deleted)

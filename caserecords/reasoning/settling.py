"""Accepting a check with a reason, as a row of the record, and taking that back."""

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
    """Which check is accepted, and why."""

    key = forms.SlugField(max_length=80, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        error_messages={"required": _("Write why this may stand as it is.")},
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )


@transaction.atomic
def accept(case, user, key, reason):
    """Store an open check as a discrepancy that settles it, as a new version.

    Return the check; None where it is not open any more. PermissionDenied for no draft.
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
    """Take the acceptance of a check away, as a new version; return whether there was one."""
    rows = case.discrepancy_rows.filter(settles=key) if key else case.discrepancy_rows.none()
    gone, _models = rows.delete()
    if gone:
        save_version(case, user, only=of_record())
    return bool(gone)

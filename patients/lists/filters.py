"""Filters for lists of cases, shared by the pages and the API."""

from django import forms
from django.db.models import Value
from django.db.models.functions import StrIndex
from django.utils.translation import gettext_lazy as _

from patients.lists.cases import ways_to_see, ways_to_write
from patients.models import Case
from patients.models.wording import STATUS_TAGS

UNLISTED = ("age_at_presentation", "summary", "source", "search_text")  # deferred in lists


class CaseFilters(forms.Form):
    """Optional filters for a list of cases."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("Any")),
            *((status.value, words) for status, (_symbol, words) in STATUS_TAGS.items()),
        ],
    )
    mine = forms.BooleanField(label=_("Only my cases"), required=False)
    team = forms.IntegerField(label=_("Team"), required=False, min_value=1, max_value=2**31 - 1)


CHOOSE_ALL = {"q": "", "status": "", "team": None, "mine": False}


def select_cases(user, chosen):
    """Return (cases, conditions) for the cleaned data of CaseFilters.

    `cases` alone is not restricted to what the user may see: pass both to
    patients.lists.cases.newest.
    """
    cases = Case.objects.all()
    if chosen["q"]:
        place = StrIndex("search_text", Value(chosen["q"].casefold()))
        cases = cases.alias(found=place).filter(found__gt=0)
    if chosen["status"]:
        cases = cases.filter(status=chosen["status"])
    if chosen["team"]:
        cases = cases.filter(team=chosen["team"])
    return cases, ways_to_write(user) if chosen["mine"] else ways_to_see(user)

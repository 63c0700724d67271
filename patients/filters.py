"""The filters of the list of cases, the same on the page and in the API."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models import Case, Diagnosis, Status


class CaseFilter(django_filters.FilterSet):
    """`q` in titles and diagnoses, `status`, and `whose`: the user's own cases alone."""

    q = django_filters.CharFilter(label=_("Title or diagnosis"), method="search", max_length=200)
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=Status.choices, empty_label=_("any")
    )
    whose = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("mine", _("my own"))],
        empty_label=_("mine and my teams’"),
        method="keep_own",
    )

    class Meta:
        model = Case
        fields = ["q", "status", "whose"]

    def search(self, cases, name, text):
        diagnosed = Diagnosis.objects.filter(text__icontains=text).values("case")
        return cases.filter(Q(title__icontains=text) | Q(pk__in=diagnosed))

    def keep_own(self, cases, name, value):
        user = self.request.user
        own = Case.objects.filter(Q(author=user) | Q(co_authors=user)).values("pk")
        return cases.filter(pk__in=own)

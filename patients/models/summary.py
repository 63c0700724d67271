"""Case summaries for lists, search and the review page."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.case import Case
from patients.models.people import Sex

SEX_LETTERS = {Sex.FEMALE: _("F"), Sex.MALE: _("M")}


class CaseSummary(models.Model):
    """A summary of a case's newest version, written in the same transaction as the version.

    Title, status and origin are on the case itself. `sides` are the sides of the leading diagnosis
    and `structures` the structures with an imaging finding. `movements` is a list of {movement or
    muscle, side, change}, where change compares the first visit with the last.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="summary_row")
    sex = models.CharField(max_length=12, choices=Sex, default=Sex.NOT_RECORDED)
    age = models.CharField(max_length=80, blank=True)  # as in the source, without "years"
    age_band = models.CharField(max_length=8, blank=True)  # "70-79"; empty if not known
    diagnosis = models.TextField(blank=True)
    sides = models.JSONField(default=list)
    structures = models.JSONField(default=list)
    movements = models.JSONField(default=list)
    better = models.PositiveIntegerField(default=0)
    worse = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    studies = models.PositiveIntegerField(default=0)
    series = models.PositiveIntegerField(default=0)
    images = models.PositiveIntegerField(default=0)
    open_checks = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"summary of {self.case_id}"

    @property
    def person(self):
        """The age and the letter for the sex, such as "74 M"."""
        return f"{self.age} {SEX_LETTERS.get(self.sex, '')}".strip()

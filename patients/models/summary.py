"""Case summaries for lists, search and the review page."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.case import Case
from patients.models.people import Sex

SEX_LETTERS = {Sex.FEMALE: _("F"), Sex.MALE: _("M")}


class CaseSummary(models.Model):
    """A summary of a case's newest version, written in the same transaction as the version.

    Title, status and origin are on the case itself. `sides` are the sides of the leading diagnosis
    and `structures` the structures with an abnormal imaging finding. `movements` is a list of
    {movement or muscle, side, change}, where change compares the first grade with the last.
    `filled` has the keys of the document's lists that have rows.
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
    filled = models.JSONField(default=list)

    def __str__(self):
        return f"summary of {self.case_id}"

    @property
    def person(self):
        """The age and the letter for the sex, such as "74 M"."""
        return f"{self.age} {SEX_LETTERS.get(self.sex, '')}".strip()


class TermKind(models.TextChoices):
    ROOT = "root"
    DIAGNOSIS = "diagnosis"  # a word of a diagnosis
    CODE = "code"  # of a diagnosis, without punctuation
    HAS = "has"


class CaseTerm(models.Model):
    """A fact by which lists can be filtered; see patients.record.search_terms.terms_of."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="terms", db_index=False)
    kind = models.CharField(max_length=10, choices=TermKind)
    value = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "value"], name="term_once_per_case")
        ]
        indexes = [models.Index(fields=["kind", "value", "case"], name="term_value")]

    def __str__(self):
        return f"{self.kind}: {self.value}"


class CaseGrade(models.Model):
    """A strength row by which lists can be filtered.

    `low` and `high` are ranks of MRC grades, None if the row has a state instead of a grade.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="grades", db_index=False)
    movement = models.CharField(max_length=80)  # or the muscle
    low = models.PositiveSmallIntegerField(null=True)
    high = models.PositiveSmallIntegerField(null=True)
    change = models.CharField(max_length=6, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "movement"], name="grade_movement")]

    def __str__(self):
        return f"{self.movement}: {self.low}"


class CaseText(models.Model):
    """The words of a case's newest version (see search_text), indexed for full-text search.

    Database triggers (migration 0008, SQLite) and an index on an expression (PostgreSQL) keep the
    full-text index current. If a migration changes this table on SQLite, create its triggers again.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="text_row")
    text = models.TextField()

    def __str__(self):
        return f"words of {self.case_id}"

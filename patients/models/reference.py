"""A team's own nerve conduction limits, in sets with numbered, immutable versions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from patients.models.fields import CatalogueField
from patients.models.people import Sex, Team


class LimitKind(models.TextChoices):
    MOTOR = "motor", _("motor")
    SENSORY = "sensory", _("sensory")
    LATE = "late", _("late response")


class ReferenceSetQuerySet(models.QuerySet):
    """Queries for reference sets."""

    def current(self):
        """Return the newest version of each set, unless that version is retired."""
        newest = self.model.objects.values("team", "name").annotate(newest=Max("version"))
        same = newest.filter(team=models.OuterRef("team"), name=models.OuterRef("name"))
        found = self.annotate(newest=models.Subquery(same.values("newest")))
        return found.filter(version=F("newest"), retired_at=None)


class ReferenceSet(models.Model):
    """One version of a laboratory's limits; uploading a set of the same name adds a version.

    Old versions are kept, so that a result can refer to the version it was compared with.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="reference_sets")
    name = models.CharField(_("name"), max_length=120)
    version = models.PositiveIntegerField(editable=False)
    laboratory = models.CharField(_("laboratory"), max_length=200)
    source = models.TextField(_("source"), max_length=1000)
    technique = models.CharField(_("technique"), max_length=300, blank=True)
    temperature = models.CharField(_("temperature"), max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, editable=False)

    objects = ReferenceSetQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name", "version"], name="reference_set_one_per_version"
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="reference_set_versions_from_one"
            ),
        ]

    def __str__(self):
        return f"{self.name}, version {self.version}"


class ReferenceLimit(models.Model):
    """One limit of a set; `limit` is the number as a string, exactly as uploaded."""

    set = models.ForeignKey(ReferenceSet, models.CASCADE, related_name="limits")
    number = models.PositiveIntegerField()
    nerve = CatalogueField(_("nerve"), catalogue="nerves")
    kind = models.CharField(_("kind"), max_length=8, choices=LimitKind)
    recording_site = models.CharField(_("recording site"), max_length=120)
    parameter = models.CharField(_("parameter"), max_length=60)
    operator = models.CharField(_("operator"), max_length=2)
    limit = models.CharField(_("limit"), max_length=20)
    unit = models.CharField(_("unit"), max_length=12)
    age_min = models.PositiveSmallIntegerField(_("minimum age"))
    age_max = models.PositiveSmallIntegerField(_("maximum age"), null=True)
    height_min_cm = models.PositiveSmallIntegerField(_("minimum height"), null=True)
    height_max_cm = models.PositiveSmallIntegerField(_("maximum height"), null=True)
    sex = models.CharField(_("sex"), max_length=12, blank=True)
    technique = models.CharField(_("technique"), max_length=300, blank=True)

    class Meta:
        ordering = ["set", "number"]
        constraints = [
            models.UniqueConstraint(fields=["set", "number"], name="reference_limit_one_per_line"),
            models.CheckConstraint(
                condition=Q(operator__in=["<=", ">="]), name="reference_limit_known_operator"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LimitKind.values), name="reference_limit_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(sex__in=["", Sex.FEMALE, Sex.MALE]), name="reference_limit_known_sex"
            ),
            models.CheckConstraint(
                condition=Q(age_max=None) | Q(age_max__gte=F("age_min")),
                name="reference_limit_ages_in_order",
            ),
        ]

    def __str__(self):
        return f"{self.nerve} {self.parameter} {self.operator} {self.limit} {self.unit}"

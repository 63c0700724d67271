"""Teams, their members, and pseudonymous patients."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Team(models.Model):
    """A group of users who can all see the team's cases."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="teams"
    )

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    CLINICIAN = "clinician", _("clinician")
    REVIEWER = "reviewer", _("reviewer")
    READER = "reader", _("reader")


class Membership(models.Model):
    """One user's role in one team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_one_role_per_team"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_known_role"
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.role}) in {self.team}"


class Sex(models.TextChoices):
    FEMALE = "female", _("female")
    MALE = "male", _("male")
    OTHER = "other", _("other")
    NOT_RECORDED = "not_recorded", _("not recorded")


def new_key():
    """Return a random key, 64 hex digits, for de-identifying a patient's images."""
    return secrets.token_hex(32)


class Patient(models.Model):
    """A patient under a pseudonym; identifying data is only in PatientIdentity."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="patients")
    code = models.CharField(_("patient code"), max_length=40)
    sex = models.CharField(_("sex"), max_length=12, choices=Sex, default=Sex.NOT_RECORDED)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    image_key = models.CharField(max_length=64, default=new_key, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "code"], name="patient_one_code_per_team"),
            models.CheckConstraint(
                condition=models.Q(sex__in=Sex.values), name="patient_known_sex"
            ),
        ]

    def __str__(self):
        return self.code


class PatientIdentity(models.Model):
    """A patient's identifying data (optional); never part of a document or an export."""

    patient = models.OneToOneField(Patient, models.CASCADE, related_name="identity")
    name = models.CharField(_("name"), max_length=200, blank=True)
    record_number = models.CharField(_("record number"), max_length=80, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)

    def __str__(self):
        return f"identity of {self.patient}"

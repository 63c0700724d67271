"""A team's imaging policy, and the inbox for images that were sent without specifying a case."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models import Case, Team


class Identifiers(models.TextChoices):
    MAPPED = "mapped", _("replaced")
    RETAINED = "retained", _("kept as they are")


class Dates(models.TextChoices):
    SHIFTED = "shifted", _("shifted, with intervals preserved")
    RETAINED = "retained", _("kept as they are")


class ImagingPolicy(models.Model):
    """A team's de-identification options (PS3.15 annex E) and storage quota.

    A team without a row uses the defaults and the IMAGING_QUOTA_MB setting.
    """

    team = models.OneToOneField(Team, models.CASCADE, related_name="imaging_policy")
    identifiers = models.CharField(
        _("DICOM identifiers (UIDs)"),
        max_length=8,
        choices=Identifiers,
        default=Identifiers.MAPPED,
    )
    dates = models.CharField(_("dates"), max_length=8, choices=Dates, default=Dates.SHIFTED)
    quota_mb = models.PositiveIntegerField(
        _("storage limit (MB)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    @property
    def words(self):
        """A description of how files are de-identified."""
        identifiers = (
            _("This team keeps DICOM identifiers as they are.")
            if self.identifiers == Identifiers.RETAINED
            else _("DICOM identifiers are replaced.")
        )
        dates = (
            _("This team keeps dates as they are.")
            if self.dates == Dates.RETAINED
            else _("All dates of this patient are shifted by the same interval.")
        )
        removed = _("Names, ID numbers and free text are removed.")
        return f"{removed} {identifiers} {dates}"

    class Meta:
        verbose_name_plural = "imaging policies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(identifiers__in=Identifiers.values),
                name="imaging_policy_known_identifiers",
            ),
            models.CheckConstraint(
                condition=models.Q(dates__in=Dates.values), name="imaging_policy_known_dates"
            ),
        ]

    def __str__(self):
        return f"images of {self.team}"


class Inbox(models.Model):
    """A user's inbox: the draft case for images that were sent without specifying a case."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox")
    case = models.OneToOneField(Case, models.CASCADE, related_name="inbox")

    class Meta:
        verbose_name_plural = "inboxes"

    def __str__(self):
        return f"inbox of {self.user}"

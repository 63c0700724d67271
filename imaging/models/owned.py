"""Base classes for rows that belong to a case and share its permissions."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.case import may_edit, may_see

# PS3.5 9.1: digits and dots, at most 64 characters; pydicom does not check this.
valid_uid = RegexValidator(
    r"\A[0-9]+(\.[0-9]+)*\Z",
    _("Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1."),
)
valid_sha256 = RegexValidator(
    r"\A[0-9a-f]{64}\Z", _("Enter a SHA-256 hash: 64 lower-case hexadecimal digits.")
)


class OwnedQuerySet(models.QuerySet):
    """A queryset of rows that belong to a case; the model's CASE is the lookup path to it."""

    def visible_to(self, user):
        """Return the rows of cases that the user may see."""
        return self.filter(may_see(user, self.model.CASE))

    def editable_by(self, user):
        """Return the rows of cases that the user may edit."""
        return self.filter(may_edit(user, self.model.CASE))


class Owned(models.Model):
    """A row that belongs to a case; CASE is the lookup path to it."""

    CASE = "case"

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True


def uid_field(name, **options):
    """Return a model field for a DICOM UID."""
    return models.CharField(name, max_length=64, validators=[valid_uid], **options)


def text_field(name, length=120):
    """Return a model field for a string from a DICOM file; "" if the file does not state it."""
    return models.CharField(name, max_length=length, blank=True)

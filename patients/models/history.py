"""What was saved, by whom, and who looked: versions, drafts, the access log."""

import hashlib

from django.conf import settings
from django.db import models

from patients.models.case import Case


class CaseVersion(models.Model):
    """The whole document after one saved change, chained by hash to the one before."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    chain_hash = models.CharField(max_length=64)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    comment = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["case", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="version_one_per_number")
        ]

    def __str__(self):
        return f"version {self.number}"

    @property
    def etag(self):
        """The strong entity tag of the document."""
        return f'"{self.sha256}"'

    def compute_hash(self):
        """Return the hash over this version and the one before it, 64 hex digits."""
        parts = (
            self.previous_hash,
            str(self.case_id),
            str(self.number),
            hashlib.sha256(self.document.encode()).hexdigest(),
            str(self.saved_by_id),
            self.saved_at.isoformat(),
            self.comment,
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Draft(models.Model):
    """What a user has typed into one entry page and not saved yet."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    section = models.CharField(max_length=40)
    data = models.TextField()
    base_version = models.PositiveIntegerField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user", "section"], name="draft_one_per_page_and_user"
            )
        ]

    def __str__(self):
        return f"draft of {self.section}"


class AccessLog(models.Model):
    """One opening of a case: who, what, when, from where."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.user} {self.what}"

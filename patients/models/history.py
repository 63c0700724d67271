"""What was saved, by whom, and who looked: versions, drafts, the access log."""

import hashlib
import zlib

from django.conf import settings
from django.db import models

from patients.models.case import Case


class DocumentPiece(models.Model):
    """A piece of a case's entered documents, kept once however many versions contain it.

    `sha256` is over the uncompressed UTF-8 text, which `compressed` holds (zlib).
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="pieces", db_index=False)
    sha256 = models.CharField(max_length=64)
    compressed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sha256"], name="piece_once_per_case")
        ]

    def __str__(self):
        return self.sha256

    @property
    def text(self):
        """The uncompressed text as bytes; zlib.error where it was damaged."""
        return zlib.decompress(self.compressed)


class CaseVersion(models.Model):
    """What was entered of a case after one saved change, chained by hash to the version before.

    `pieces` maps the names of the document's pieces to the hashes of their texts. What is computed
    from them is kept beside: `computed` (zlib, null until it is first needed) by the rules of
    version `rules`. Neither is part of the hashes.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    pieces = models.JSONField()
    sha256 = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    chain_hash = models.CharField(max_length=64)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    comment = models.CharField(max_length=300, blank=True)
    is_signed = models.BooleanField(default=False)
    rules = models.CharField(max_length=20, blank=True)
    computed = models.BinaryField(null=True)

    class Meta:
        ordering = ["case", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="version_one_per_number")
        ]

    def __str__(self):
        return f"version {self.number}"

    def hash_of_pieces(self):
        """Return the hash over the names and hashes of the pieces, 64 hex digits."""
        lines = "".join(f"{name} {sha256}\n" for name, sha256 in sorted(self.pieces.items()))
        return hashlib.sha256(lines.encode()).hexdigest()

    def compute_hash(self):
        """Return the hash over this version and the one before it, 64 hex digits."""
        parts = (
            self.previous_hash,
            str(self.case_id),
            str(self.number),
            self.sha256,
            str(self.saved_by_id),
            self.saved_at.isoformat(),
            "signed" if self.is_signed else "",
            self.comment,  # last, as it alone can hold line breaks
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

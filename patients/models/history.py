"""Versions, drafts and the access log."""

import hashlib
import zlib

from django.conf import settings
from django.db import models

from patients.models.case import APPROVES, Case


class DocumentPiece(models.Model):
    """A piece of a case's documents, stored once and shared by all versions that contain it.

    `compressed` is UTF-8 JSON compressed with zlib; `sha256` is the hash of the uncompressed text.
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
        """The uncompressed text as bytes; raises zlib.error if damaged."""
        return zlib.decompress(self.compressed)


class CaseVersion(models.Model):
    """The document of a case after one saved change, linked by hash to the previous version.

    `pieces` maps the name of each piece of the document to its SHA-256. `computed` caches the
    computed part (JSON compressed with zlib, null until first needed), and `rules` is the version
    of the rules that computed it. Neither is covered by the hashes.
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
        indexes = [models.Index(fields=["case"], condition=APPROVES, name="version_approves")]

    def __str__(self):
        return f"version {self.number}"

    def hash_of_pieces(self):
        """Return the SHA-256 of the pieces' names and hashes, 64 hex digits."""
        lines = "".join(f"{name} {sha256}\n" for name, sha256 in sorted(self.pieces.items()))
        return hashlib.sha256(lines.encode()).hexdigest()

    def compute_hash(self):
        """Return the SHA-256 of the previous chain hash and this version's fields, in hex."""
        parts = (
            self.previous_hash,
            str(self.case_id),
            str(self.number),
            self.sha256,
            str(self.saved_by_id),
            self.saved_at.isoformat(),
            "signed" if self.is_signed else "",
            self.comment,  # last, because the comment can contain line breaks
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class AccessLog(models.Model):
    """A log entry for one access to a case: user, request, time and IP address."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    what = models.CharField(max_length=200)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "at"], name="access_user_time")]

    def __str__(self):
        return f"{self.user} {self.what}"

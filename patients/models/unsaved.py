"""Unsaved input, and the requests that were answered, so that none takes effect twice."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from patients.models.case import Case

NO_PAGE = UUID(int=0)  # the page of input that was sent without a token


class Draft(models.Model):
    """Unsaved input of one user on one entry page.

    `page` is the token of the page in the browser, so that two tabs never overwrite each other's
    input. `sequence` increases with each request of a page; a late request has a lower one.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    section = models.CharField(max_length=40)
    page = models.UUIDField(default=NO_PAGE)
    sequence = models.BigIntegerField(default=0)
    data = models.TextField()
    base_version = models.PositiveIntegerField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user", "section", "page"], name="draft_one_per_page"
            )
        ]

    def __str__(self):
        return f"draft of {self.section}"


class UnsavedCase(models.Model):
    """Unsaved input of the page for a new case.

    `page` is the form token of the case to be created, and `query` the query string of the page.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.UUIDField()
    sequence = models.BigIntegerField(default=0)
    query = models.CharField(max_length=200, blank=True)
    data = models.TextField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="unsaved_case_once")]

    def __str__(self):
        return f"unsaved case of {self.user}"

    @property
    def texts(self):
        """The input as {field name: text}."""
        return QueryDict(self.data).dict()

    @property
    def title(self):
        return self.texts.get("title", "")

    @property
    def address(self):
        """The URL of the page with the input."""
        query = QueryDict(self.query, mutable=True)
        query["unsaved"] = self.pk
        return f"{reverse('patients:create-case')}?{query.urlencode()}"


class SentRequest(models.Model):
    """A request from a user that takes effect only once, and its response; kept for KEPT.

    `key` is the form token of a page or the Idempotency-Key of an API call. `fingerprint` is the
    SHA-256 of the call. `status` is null while the request is being processed.
    """

    KEPT = timedelta(hours=24)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)  # JSON
    received = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="request_once")]

    def __str__(self):
        return str(self.key)

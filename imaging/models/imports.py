"""Imports: a job, and the outcome of each of its files."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imaging.models.owned import Owned
from patients.models import Case


class State(models.TextChoices):
    RECEIVING = "receiving", _("receiving files")
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("reading files")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    STOPPED = "stopped", _("cancelled")


class FileOutcome(models.TextChoices):
    STORED = "stored", _("stored")
    DUPLICATE = "duplicate", _("already stored")
    REFUSED = "refused", _("rejected")
    QUARANTINED = "quarantined", _("needs checking")
    NOT_READ = "not_read", _("not read")
    INDEX = "index", _("disc index")
    ANNOTATIONS = "annotations", _("annotations")


WITH_IMAGE = (FileOutcome.STORED, FileOutcome.DUPLICATE, FileOutcome.QUARANTINED)


class Source(models.TextChoices):
    UPLOAD = "upload", _("upload page or API")
    COMMAND = "command", _("command line")
    DICOMWEB = "dicomweb", _("received over DICOMweb")
    PULL = "pull", _("fetched from another DICOMweb server")


class ImportJob(Owned):
    """Files that a user imports together. A job interrupted by a crash is resumed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="imports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVING, db_index=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.UPLOAD)
    error = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="import_known_state"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=Source.values), name="import_known_source"
            ),
        ]

    def __str__(self):
        return f"import {self.pk}"

    def counts(self):
        """Return the number of files by outcome; "waiting" counts files without an outcome."""
        found = self.files.order_by().values_list("outcome").annotate(models.Count("pk"))
        counted = dict(found)
        total = {outcome.value: counted.get(outcome.value, 0) for outcome in FileOutcome}
        return total | {"waiting": counted.get("", 0)}


class ImportFile(Owned):
    """One file of a job; `spooled` is the path from which it is read, "" if it was not saved."""

    CASE = "job__case"

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="files")
    name = models.CharField(max_length=400)
    spooled = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=12, choices=FileOutcome, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    sop_instance_uid = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["job", "outcome"], name="import_file_outcome")]

    def __str__(self):
        return self.name

    @property
    def translated_reason(self):
        return gettext(self.reason) if self.reason else ""

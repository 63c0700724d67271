"""The case: whose it is, who may see and change it, and the base of its rows."""

import uuid
from functools import lru_cache

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.fields import ValueField
from patients.models.people import Patient, Role, Team


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")


class Origin(models.TextChoices):
    OWN = "own", _("own patient")
    PUBLISHED = "published", _("published report")
    INVENTED = "invented", _("made up for demonstration")


class ReasoningShown(models.TextChoices):
    """How much of what is computed the author wants in the report; without a choice, none of it."""

    SHORT = "short", _("in short")
    FULL = "full", _("in full")


class CaseQuerySet(models.QuerySet):
    """Who may see and change which case: the only place that decides it."""

    def visible_to(self, user):
        """Cases of the user's teams, and those that the user writes."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(pk__in=seen_by(user.pk))

    def editable_by(self, user):
        """Drafts that the user writes, as author or co-author."""
        return self.drafts().visible_to(user).filter(pk__in=written_by(user.pk))

    def drafts(self):
        """Cases of which anything can be changed; `Case.is_draft` says it of one."""
        return self.filter(status=Status.DRAFT)

    def reviewable_by(self, user):
        """Submitted cases of the teams in which the user is a reviewer, but not the user's own."""
        reviewed = Team.objects.filter(memberships__user=user, memberships__role=Role.REVIEWER)
        return (
            self.visible_to(user)
            .filter(status=Status.SUBMITTED, team__in=reviewed)
            .exclude(author=user)
            .exclude(co_authors=user)
        )


# To build these takes longer than to run them; the words of the question are kept, never an answer.


@lru_cache(maxsize=1024)
def seen_by(user_pk):
    """Return the query of the keys of cases that a user's teams share, or that the user writes."""
    mine = Q(author=user_pk) | Q(co_authors=user_pk) | Q(team__memberships__user=user_pk)
    return Case.objects.filter(mine).values("pk")


@lru_cache(maxsize=1024)
def written_by(user_pk):
    """Return the query of the keys of cases that a user writes."""
    return Case.objects.filter(Q(author=user_pk) | Q(co_authors=user_pk)).values("pk")


class Case(models.Model):
    """One patient's illness, in the words and numbers of whoever reports it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="cases", verbose_name=_("team"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases", verbose_name=_("author")
    )
    co_authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="shared_cases", blank=True
    )
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="cases")
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, db_index=True
    )
    title = models.CharField(_("title"), max_length=300)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.OWN)
    source = models.TextField(_("source"), blank=True, help_text=_("The publication, if any."))
    summary = models.TextField(_("summary"), blank=True)
    age_at_presentation = ValueField(_("age at presentation"), unit="years")
    age_words = models.CharField(_("age, in the words used"), max_length=200, blank=True)
    reasoning_in_report = models.CharField(
        _("computed reasoning in the report"), max_length=8, choices=ReasoningShown, blank=True
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    updated = models.DateTimeField(auto_now=True, db_index=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="case_known_status"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="case_known_origin"),
            models.CheckConstraint(
                condition=Q(reasoning_in_report__in=["", *ReasoningShown.values]),
                name="case_known_reasoning_shown",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_draft(self):
        """Whether its status lets its authors change it, as `CaseQuerySet.drafts`."""
        return self.status == Status.DRAFT


class Side(models.TextChoices):
    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    MIDLINE = "midline", _("midline")
    BOTH = "both", _("both sides")
    NOT_STATED = "not_stated", _("side not stated")


def side_field():
    """A side that says when it was not stated, so that no side is implied by accident."""
    return models.CharField(_("side"), max_length=10, choices=Side, default=Side.NOT_STATED)


class Row(models.Model):
    """What every row of a case has: its case, its place in the table, the source's words, a note.

    DOCUMENT_KEY names the list in the case document; a row nested in another names that one's
    foreign key as PARENT.
    """

    DOCUMENT_KEY = ""
    PARENT = ""

    case = models.ForeignKey(Case, models.CASCADE, related_name="%(class)s_rows")
    position = models.PositiveIntegerField(default=0, editable=False)
    words = models.TextField(_("words of the source"), blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

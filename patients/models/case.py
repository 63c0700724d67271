"""The case: whose it is, who may see and change it, and the base of its rows."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.fields import ValueField
from patients.models.people import Membership, Patient, Role, Team


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
        return self.filter(may_see(user))

    def editable_by(self, user):
        """Drafts that the user writes, as author or co-author."""
        return self.filter(may_edit(user))

    def drafts(self):
        """Cases of which anything can be changed; `Case.is_draft` says it of one."""
        return self.filter(status=Status.DRAFT)

    def reviewable_by(self, user):
        """Submitted cases of the teams in which the user is a reviewer, but not the user's own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        reviewed = Team.objects.filter(memberships__user=user, memberships__role=Role.REVIEWER)
        mine = self.filter(status=Status.SUBMITTED, team__in=reviewed)
        return mine.exclude(author=user).exclude(co_authors=user)


NOBODY = Q(pk__in=[])


def may_see(user, path=""):
    """Return the condition that a case is of the user's teams or written by the user.

    `path` leads from the filtered rows to their case, "" for cases themselves.
    """
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    teams = Membership.objects.filter(user=user).values("team")
    return at(path, "team__in", teams) | writes(user, path)


def may_edit(user, path=""):
    """Return the condition that a case is a draft that the user writes."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    return at(path, "status", Status.DRAFT) & writes(user, path)


def writes(user, path=""):
    """Return the condition that a user is a case's author or co-author."""
    shared = Case.co_authors.through.objects.filter(user=user).values("case")
    return at(path, "author", user) | at(path, "pk__in", shared)


def at(path, name, value):
    return Q(**{f"{path}__{name}" if path else name: value})


def list_index(name, owner, *columns):
    """Return an index for a list of cases: of an owner, newest first, then by key.

    What a list searches stands at its end, so that a search reads the index alone.
    """
    searched = [column for column in columns if column == "search_text"]
    ordered = [column for column in columns if column not in searched]
    return models.Index(fields=[owner, *ordered, "id", *searched], name=f"case_{name}")


class Case(models.Model):
    """One patient's illness, in the words and numbers of whoever reports it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Lists go by indexes that begin with team and author.
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="cases", verbose_name=_("team"), db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="cases",
        verbose_name=_("author"),
        db_index=False,
    )
    co_authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="shared_cases", blank=True
    )
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="cases")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
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
    # Title and patient code, case-folded; kept with each version, so that a list can search it.
    search_text = models.TextField(blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

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
        indexes = [
            list_index("team_changed", "team", "updated", "search_text"),
            list_index("team_new", "team", "created", "search_text"),
            list_index("team_status_changed", "team", "status", "updated"),
            list_index("team_status_new", "team", "status", "created"),
            list_index("author_changed", "author", "updated", "search_text"),
            list_index("author_new", "author", "created", "search_text"),
            models.Index(fields=["author", "team"], name="case_author_team"),
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


class CaseRow(models.Model):
    """What every row of a case has: its case, its place in the table, the source's words, a note.

    A kind of row is a subclass in `ROW_MODELS`. It declares all that the rest of the project knows
    of it, as plain class attributes (docs/adding-a-finding.md):

    DOCUMENT_KEY    the name of its list in the case document
    PARENT          the foreign key to the row that it is nested in; "" for a table of its own
    SECTION         the slug of the entry page it is on (patients/entry/sections.py)
    TITLE           the title of its table, in lower case
    COLUMNS         the columns always in sight on the entry page; the rest are behind "more"
    HELP            one line of help above its table
    GRID            whether the page explains the keys for fast entry of measurements
    IDENTITY        the columns that make rows of two versions the same row, and that name a row
    FINDING         the columns that say what was found, where a row is quoted in a few words
    IS_TEST         whether it is a test, for CARE item 8a and for tests at follow-up
    TWO_SIDED       whether it always has a side, so that a missing one is a gap
    HAS_RESPONSES   whether "n" in a measured column means "no response"
    MAY_REPEAT      whether two equal rows are right
    OMIT_EMPTY      whether the document leaves out its list while it has no rows; every kind that
                    is added says so, and documents without it stay the same byte for byte
    REPORT_CHAPTER  the chapter of the report that prints it; "" where the report has another place
    REPORT_TITLE    the title of its table in the report, where TITLE does not do
    REPORT_COLUMNS  the columns of that table; empty columns are left out. A table that needs more
                    has a function in caserecords/report/printing.py instead
    """

    DOCUMENT_KEY = ""
    PARENT = ""
    SECTION = ""
    TITLE = ""
    COLUMNS = ()
    HELP = ""
    GRID = False
    IDENTITY = ()
    FINDING = ()
    IS_TEST = False
    TWO_SIDED = False
    HAS_RESPONSES = False
    MAY_REPEAT = False
    OMIT_EMPTY = False
    REPORT_CHAPTER = ""
    REPORT_TITLE = ""
    REPORT_COLUMNS = ()

    case = models.ForeignKey(Case, models.CASCADE, related_name="%(class)s_rows")
    position = models.PositiveIntegerField(default=0, editable=False)
    words = models.TextField(_("words of the source"), blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

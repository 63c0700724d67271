"""The case, the queries that decide who may see or edit it, and the base class of its rows."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from patients.models.fields import EventKeyField, ValueField
from patients.models.people import Membership, Patient, Role, Team


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")


class Origin(models.TextChoices):
    OWN = "own", _("own patient")
    PUBLISHED = "published", _("published report")
    INVENTED = "invented", _("fictitious, for demonstration")


class ReasoningShown(models.TextChoices):
    """How much computed reasoning the report includes; none if left blank."""

    SHORT = "short", _("in brief")
    FULL = "full", _("in full")


class CaseQuerySet(models.QuerySet):
    """A queryset of cases, with filters for those that a user may see, edit or review."""

    def visible_to(self, user):
        """Return the cases of the user's teams and those the user is an author or co-author of."""
        return self.filter(may_see(user))

    def editable_by(self, user):
        """Return the drafts that the user is an author or co-author of."""
        return self.filter(may_edit(user))

    def kept(self):
        """Return the cases that are not deleted drafts."""
        return self.filter(is_kept())

    def current(self):
        """Return the cases that are neither deleted nor archived."""
        return self.filter(is_current())

    def open(self):
        """Return the cases that can still be edited; see `Case.is_open`."""
        return self.filter(is_open())

    def deleted_by(self, user):
        """Return the deleted drafts of a user: nobody else can restore or erase them."""
        return self.filter(author=user, deleted__isnull=False)

    def reviewable_by(self, user):
        """Return the submitted cases, not archived, of teams in which the user is a reviewer.

        Cases that the user is an author or co-author of are left out.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        reviewed = Team.objects.filter(memberships__user=user, memberships__role=Role.REVIEWER)
        submitted = self.current().filter(status=Status.SUBMITTED, team__in=reviewed)
        return submitted.exclude(author=user).exclude(co_authors=user)


NO_CASES = Q(pk__in=[])
APPROVES = Q(is_signed=True)  # for versions: those with which a reviewer approved the case


def may_see(user, path=""):
    """Return the Q object for cases that the user may see.

    `path` is the lookup from the filtered model to its case, "" when filtering cases.
    """
    if not user.is_authenticated or not user.is_active:
        return NO_CASES
    teams = Membership.objects.filter(user=user).values("team")
    written_or_shared = case_lookup(path, "team__in", teams) | is_written_by(user, path)
    return is_kept(path) & written_or_shared


def may_edit(user, path=""):
    """Return the Q object for drafts that the user is an author or co-author of."""
    if not user.is_authenticated or not user.is_active:
        return NO_CASES
    return is_open(path) & is_written_by(user, path)


def is_kept(path=""):
    """Return the Q object for cases that are not deleted drafts."""
    return case_lookup(path, "deleted__isnull", True)


def is_current(path=""):
    """Return the Q object for cases that are neither deleted nor archived."""
    return is_kept(path) & case_lookup(path, "archived__isnull", True)


def is_open(path=""):
    """Return the Q object for cases that can still be edited; see `Case.is_open`."""
    return is_current(path) & case_lookup(path, "status", Status.DRAFT)


def is_written_by(user, path=""):
    """Return the Q object for cases that the user is an author or co-author of."""
    shared = Case.co_authors.through.objects.filter(user=user).values("case")
    return case_lookup(path, "author", user) | case_lookup(path, "pk__in", shared)


def case_lookup(path, name, value):
    return Q(**{f"{path}__{name}" if path else name: value})


def list_index(name, owner, *columns, condition=None):
    """Return an index for listing an owner's cases in the order of `columns`, then by id."""
    return models.Index(fields=[owner, *columns, "id"], name=f"case_{name}", condition=condition)


class Case(models.Model):
    """One patient's illness as its authors report it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No separate index: the list indexes below begin with team or author.
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
    age_event = EventKeyField(
        _("event at this age"),
        help_text=_("The event at which the patient had this age. Leave it empty for day 0."),
    )
    age_words = models.CharField(_("age, as stated in the source"), max_length=200, blank=True)
    reasoning_in_report = models.CharField(
        _("computed reasoning in the report"), max_length=8, choices=ReasoningShown, blank=True
    )
    # The id of the case template, whose rows the entry pages offer. It is not part of the record.
    template = models.CharField(max_length=40, blank=True, editable=False)
    # {key of a visit: the visit that it was copied from, and what the entry pages offer for it}, as
    # patients/entry/copied_visits.py describes. It is not part of the record.
    copied_visits = models.JSONField(default=dict, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    # The version with which a reviewer returned the case; null once it is submitted again.
    returned_version = models.PositiveIntegerField(null=True, editable=False)
    # Identifies the form page that created the case, so that sending it again creates no other.
    form_token = models.UUIDField(null=True, editable=False)
    # When the case was archived, and when it was deleted as a draft; null if it was not.
    archived = models.DateTimeField(null=True, editable=False)
    deleted = models.DateTimeField(null=True, editable=False)
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
            models.UniqueConstraint(fields=["author", "form_token"], name="case_one_per_form"),
            models.CheckConstraint(
                condition=Q(deleted__isnull=True) | Q(status=Status.DRAFT),
                name="case_only_drafts_deleted",
            ),
        ]
        indexes = [
            list_index("team_changed", "team", "updated"),
            list_index("team_new", "team", "created"),
            list_index("team_status_changed", "team", "status", "updated"),
            list_index("team_status_new", "team", "status", "created"),
            list_index("author_changed", "author", "updated"),
            list_index("author_new", "author", "created"),
            # The work list leaves out archived cases, of which there may be many more.
            list_index("team_current", "team", "updated", condition=is_current()),
            list_index("author_current", "author", "updated", condition=is_current()),
            models.Index(fields=["author", "team"], name="case_author_team"),
            models.Index(
                fields=["returned_version"],
                condition=Q(returned_version__isnull=False),
                name="case_returned",
            ),
            models.Index(
                fields=["deleted"], condition=Q(deleted__isnull=False), name="case_deleted"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_current(self):
        """Whether the case is neither deleted nor archived."""
        return self.deleted is None and self.archived is None

    @property
    def is_open(self):
        """Whether the case can still be edited: a draft, neither deleted nor archived."""
        return self.status == Status.DRAFT and self.is_current

    @cached_property
    def was_approved(self):
        """Whether a reviewer has ever approved the case; `get_case` loads it with the case."""
        return self.versions.filter(APPROVES).exists()

    @property
    def closed_reason(self):
        """Why a case that is not open was not changed, for an error message."""
        if self.deleted:
            return _("The draft was deleted, so nothing was saved.")
        if self.archived:
            return _("The case is archived, so nothing was changed. Unarchive it to edit it.")
        return _("The case is no longer a draft, so nothing was changed.")


class Side(models.TextChoices):
    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    MIDLINE = "midline", _("midline")
    BOTH = "both", _("both sides")
    NOT_STATED = "not_stated", _("side not stated")


def side_field():
    """Return a field for the side; the default is "not stated", so that no side is implied."""
    return models.CharField(_("side"), max_length=10, choices=Side, default=Side.NOT_STATED)


def condition_field():
    """Return a field that distinguishes several values of one test at one visit."""
    return models.CharField(
        _("condition"),
        max_length=120,
        blank=True,
        help_text=_("For example sitting, or second trial, if a visit has several values."),
    )


class CaseRow(models.Model):
    """Base class of the rows of a case.

    Each kind of row is a subclass listed in `ROW_MODELS`. Class attributes configure how the rest
    of the project treats it (docs/adding-a-finding.md):

    DOCUMENT_KEY    the key of its list in the case document
    PARENT          the foreign key to the row that it is nested in; "" for a top-level table
    SECTION         the slug of its entry page (patients/entry/sections.py)
    TITLE           the title of its table, in lower case
    COLUMNS         the columns always visible on the entry page; the rest are behind "more"
    HELP            one line of help above its table
    GRID            whether the page explains the keys for fast entry of measurements
    IDENTITY        the columns used to match rows between two versions and to name a row
    FINDING         the columns with the result, for quoting a row briefly
    IS_TEST         whether it is a test, for CARE item 8a and for tests at follow-up
    TWO_SIDED       whether every row needs a side, so that a missing one is reported as a gap
    HAS_RESPONSES   whether it holds recordings, in which "n", "NR" and "absent" mean "no response"
    MAY_REPEAT      whether equal rows are expected, so that they are not reported as duplicates
    OMIT_EMPTY      whether the document omits its list if it has no rows; set it on every new
                    kind, so that existing documents stay byte-identical
    REPORT_CHAPTER  the report chapter that contains it; "" if the report shows it elsewhere
    REPORT_TITLE    the title of its table in the report, if it differs from TITLE
    REPORT_COLUMNS  the columns of that table; empty columns are left out. A table that needs
                    more has a function in caserecords/report/printing.py instead
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
    words = models.TextField(_("wording in the source"), blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

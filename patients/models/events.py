"""Events, visits and symptoms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.case import CaseRow, side_field
from patients.models.fields import CatalogueField, PlacementField, ValueField


class Event(CaseRow):
    """The index event, or an event placed by an offset, an age, a date or only its position."""

    DOCUMENT_KEY = "events"
    SECTION = "timeline"
    TITLE = _("timeline")
    COLUMNS = ("label", "placement", "kind", "side")
    HELP = _(
        "What happened and when, such as -25d, 5 days before weakness, 14 March 2011, before "
        "weakness or unknown. If you enter a date for the index event, it is the date of day 0."
    )
    IDENTITY = ("key",)
    FINDING = ("label",)
    REPORT_CHAPTER = ""  # drawn as the timeline above the chapters

    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("event"), max_length=200)
    kind = CatalogueField(_("kind"), catalogue="event_kinds", blank=True)
    side = side_field()
    placement = PlacementField(_("when"), null=True, blank=True)
    course = models.CharField(_("course"), max_length=200, blank=True)

    class Meta(CaseRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="event_one_key_per_case")
        ]

    def __str__(self):
        return self.label


class Visit(CaseRow):
    """A time point at which findings were recorded."""

    DOCUMENT_KEY = "visits"
    SECTION = "timeline"
    TITLE = _("visits")
    COLUMNS = ("label", "event")
    HELP = _("The time points at which findings were recorded. Tables of findings refer to them.")
    IDENTITY = ("key",)
    FINDING = ("label",)
    REPORT_CHAPTER = ""  # shown as headings in the other tables

    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("visit"), max_length=200)
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("event")
    )

    class Meta(CaseRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="visit_one_key_per_case")
        ]

    def __str__(self):
        return self.label


class VisitRow(CaseRow):
    """Base class of rows with a `visit`, which is None if the source does not state the time."""

    visit = models.ForeignKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_rows",
        verbose_name=_("visit"),
    )

    class Meta(CaseRow.Meta):
        abstract = True


class Symptom(CaseRow):
    """A symptom with its onset, peak and end."""

    DOCUMENT_KEY = "symptoms"
    SECTION = "symptoms"
    TITLE = _("symptoms")
    COLUMNS = ("name", "side", "site", "quality", "severity", "onset", "end")
    HELP = _("One symptom per row, each with its own onset, peak and end.")
    IDENTITY = ("name", "side", "site")
    FINDING = ()
    REPORT_CHAPTER = "presentation"

    name = models.CharField(_("symptom"), max_length=200)
    side = side_field()
    site = models.CharField(_("site"), max_length=300, blank=True)
    quality = models.CharField(_("quality"), max_length=200, blank=True)
    severity = ValueField(_("severity"), is_score=True)
    tempo = models.CharField(_("tempo"), max_length=200, blank=True)
    onset = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("onset")
    )
    peak = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("peak")
    )
    end = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("end")
    )
    course = models.CharField(_("course"), max_length=300, blank=True)

    def __str__(self):
        return self.name

"""Signs of the examination, and scores of named instruments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.case import side_field
from patients.models.events import VisitRow
from patients.models.fields import CatalogueField, ValueField


class Finding(models.TextChoices):
    NORMAL = "normal", _("normal")
    ABNORMAL = "abnormal", _("abnormal")
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")
    DECREASED = "decreased", _("decreased")
    INCREASED = "increased", _("increased")
    EQUIVOCAL = "equivocal", _("equivocal")
    NOT_TESTED = "not_tested", _("not tested")
    NOT_RECORDED = "not_recorded", _("not recorded")


class Sign(VisitRow):
    """One sign: a reflex, a modality of sensation in a region, tone, atrophy, gait …"""

    DOCUMENT_KEY = "signs"
    SECTION = "signs"
    TITLE = _("signs")
    COLUMNS = ("visit", "domain", "item", "side", "region", "finding")
    HELP = _("Reflexes, sensation, tone, atrophy, gait … A normal finding is a row as well.")
    IDENTITY = ("domain", "item", "region", "side", "visit")
    FINDING = ("finding",)
    REPORT_CHAPTER = "examination"

    domain = CatalogueField(_("domain"), catalogue="sign_domains")
    item = CatalogueField(_("item"), catalogue="signs", blank=True)
    side = side_field()
    region = models.CharField(_("region"), max_length=300, blank=True)
    finding = models.CharField(_("finding"), max_length=12, choices=Finding)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    scale = models.CharField(_("scale of the grade"), max_length=80, blank=True)

    def __str__(self):
        return f"{self.item or self.domain}: {self.finding}"


class ScaleScore(VisitRow):
    """A score of a named instrument."""

    DOCUMENT_KEY = "scales"
    SECTION = "scales"
    TITLE = _("scales")
    COLUMNS = ("visit", "instrument", "side", "value")
    HELP = _("Scores of named instruments, as printed.")
    IDENTITY = ("instrument", "side", "visit")
    FINDING = ()
    REPORT_CHAPTER = "examination"

    instrument = CatalogueField(_("instrument"), catalogue="instruments")
    side = side_field()
    value = ValueField(_("score"), null=False, blank=False)

    def __str__(self):
        return f"{self.instrument}: {self.value}"

"""Examination signs and scores on named scales."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.catalogue import instruments, reflexes
from patients.language.values import read_value
from patients.models.case import condition_field, side_field
from patients.models.events import VisitRow
from patients.models.fields import CatalogueField, ValueField


class SignFinding(models.TextChoices):
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
    """One examination sign, such as a reflex, gait or sensation in a region."""

    DOCUMENT_KEY = "signs"
    SECTION = "signs"
    TITLE = _("signs")
    COLUMNS = ("visit", "domain", "item", "side", "region", "finding")
    HELP = _("Reflexes, sensation, tone, atrophy, gait and other signs. Enter normal findings too.")
    IDENTITY = ("domain", "item", "region", "side", "visit")
    FINDING = ("finding",)
    REPORT_CHAPTER = "examination"

    domain = CatalogueField(_("domain"), catalogue="sign_domains")
    item = CatalogueField(_("item"), catalogue="signs", blank=True)
    side = side_field()
    region = models.CharField(_("region"), max_length=300, blank=True)
    finding = models.CharField(_("finding"), max_length=12, choices=SignFinding)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    scale = models.CharField(_("grading scale"), max_length=80, blank=True)

    def __str__(self):
        return f"{self.item or self.domain}: {self.finding}"

    def clean(self):
        if self.domain == "reflex" and not reflexes.has_grade(self.scale, self.grade):
            message = gettext(
                "%(scale)s ranges from 0 to %(highest)s+. Enter a grade in that range, such as 2+."
            )
            values = {"scale": self.scale, "highest": reflexes.HIGHEST}
            raise ValidationError({"grade": message % values})


class ScaleScore(VisitRow):
    """A score on a named scale."""

    DOCUMENT_KEY = "scales"
    SECTION = "scales"
    TITLE = _("scales")
    COLUMNS = ("visit", "instrument", "side", "value")
    HELP = _("Scores on named scales, as stated in the source.")
    IDENTITY = ("instrument", "side", "condition", "visit")
    FINDING = ()
    REPORT_CHAPTER = "examination"

    instrument = CatalogueField(_("instrument"), catalogue="instruments")
    side = side_field()
    condition = condition_field()
    value = ValueField(_("score"), is_score=True, null=False, blank=False)

    def __str__(self):
        return f"{self.instrument}: {self.value}"

    def clean(self):
        """Reject a score outside the range of the scale; states and free text are allowed.

        "1/48" is kept as text elsewhere, because it could be a titre; here it is a score.
        """
        if self.value and self.value.text and self.value.text.startswith("1/"):
            self.value = read_value(self.value.text.replace("/", " out of "), is_score=True)
        known = instruments.BY_ID.get(self.instrument)
        if not known or not self.value or not is_on_scale(self.value, known):
            return
        if not all(instruments.fits(known.id, number) for number in self.value.numbers()):
            raise ValidationError({"value": range_message(known)})


def is_on_scale(value, instrument):
    """Return whether a score has the unit of the scale and, if one is stated, its maximum."""
    has_its_maximum = value.out_of in (None, instrument.high)
    return has_its_maximum and instruments.is_in_its_unit(instrument.id, value.unit)


def range_message(instrument):
    """Return the error message for a score out of range: "mRS ranges from 0 to 6. Enter …"."""
    values = {
        "name": gettext(instrument.label),
        "low": instrument.low,
        "high": f"{instrument.high} {instrument.unit}".strip(),
    }
    if not instrument.high:
        text = gettext(
            "%(name)s cannot be less than %(low)s. Enter %(low)s or more, or “not tested”."
        )
    elif instrument.whole == "y":
        text = gettext(
            "%(name)s ranges from %(low)s to %(high)s in whole steps. Enter a whole number in that "
            "range, or “not tested”."
        )
    else:
        text = gettext(
            "%(name)s ranges from %(low)s to %(high)s. Enter a score in that range, or "
            "“not tested”."
        )
    return text % values

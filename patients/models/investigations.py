"""Laboratory results, imaging findings and other investigations."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.case import condition_field, side_field
from patients.models.events import VisitRow
from patients.models.fields import CatalogueField, CodesField, UidField, ValueField


class Interpretation(models.TextChoices):
    NORMAL = "normal", _("normal")
    ABNORMAL = "abnormal", _("abnormal")
    HIGH = "high", _("high")
    LOW = "low", _("low")
    POSITIVE = "positive", _("positive")
    NEGATIVE = "negative", _("negative")
    NOT_STATED = "not_stated", _("not stated")


class LaboratoryResult(VisitRow):
    """The result for one analyte in one specimen, with the laboratory's reference range."""

    DOCUMENT_KEY = "laboratory"
    SECTION = "laboratory"
    TITLE = _("laboratory")
    COLUMNS = ("visit", "specimen", "analyte", "value", "reference_range", "interpretation")
    HELP = _("One analyte per row, with the unit and the laboratory's reference range.")
    GRID = True
    IDENTITY = ("specimen", "analyte", "method", "condition", "visit")
    FINDING = ("value",)
    IS_TEST = True
    REPORT_CHAPTER = "investigation"

    specimen = CatalogueField(_("specimen"), catalogue="specimens", blank=True)
    analyte = CatalogueField(_("analyte"), catalogue="analytes", within="specimen")
    condition = condition_field()
    value = ValueField(_("result"))
    reference_range = models.CharField(_("reference range"), max_length=120, blank=True)
    interpretation = models.CharField(
        _("interpretation"),
        max_length=12,
        choices=Interpretation,
        default=Interpretation.NOT_STATED,
    )
    method = models.CharField(_("method"), max_length=120, blank=True)
    codes = CodesField(_("codes"))

    def __str__(self):
        return self.analyte


class ImagingSign(models.TextChoices):
    """The kind of finding, for tables and reasoning; `finding` has the wording of the report."""

    NOT_STATED = "not_stated", _("not stated")
    NORMAL = "normal", _("normal")
    ENHANCEMENT = "enhancement", _("contrast enhancement")
    T2_SIGNAL = "t2_signal", _("raised T2 signal")
    T1_SIGNAL = "t1_signal", _("raised T1 signal")
    STENOSIS = "stenosis", _("stenosis")
    COMPRESSION = "compression", _("compression")
    THICKENING = "thickening", _("thickening")
    ATROPHY = "atrophy", _("atrophy")
    FATTY_REPLACEMENT = "fatty_replacement", _("fatty replacement")
    OEDEMA = "oedema", _("oedema")
    MASS = "mass", _("mass")
    OTHER = "other", _("other")


class Certainty(models.TextChoices):
    NOT_STATED = "not_stated", _("not stated")
    DEFINITE = "definite", _("definite")
    PROBABLE = "probable", _("probable")
    POSSIBLE = "possible", _("possible")
    EXCLUDED = "excluded", _("looked for and not seen")


class ImagingFinding(VisitRow):
    """An imaging finding at one structure and level, as worded in the report.

    The UIDs of the study and the image may refer to images that Caserecords does not store.
    """

    DOCUMENT_KEY = "imaging_findings"
    SECTION = "imaging-findings"
    TITLE = _("imaging findings")
    COLUMNS = (
        "visit",
        "modality",
        "sequence",
        "structure",
        "side",
        "level",
        "finding",
        "sign",
        "severity",
        "certainty",
    )
    HELP = _("One structure and level per row, with the finding as worded in the report.")
    IDENTITY = ("modality", "structure", "level", "finding", "side", "visit")
    FINDING = ("severity",)
    IS_TEST = True
    REPORT_CHAPTER = "investigation"

    modality = models.CharField(_("modality"), max_length=60)
    region = models.CharField(_("region"), max_length=120, blank=True)
    sequence = models.CharField(_("sequence"), max_length=120, blank=True)
    plane = models.CharField(_("plane"), max_length=40, blank=True)
    contrast = models.CharField(_("contrast agent"), max_length=80, blank=True)
    structure = CatalogueField(_("structure"), catalogue="structures", blank=True)
    side = side_field()
    level = CatalogueField(_("level"), catalogue="levels", blank=True)
    finding = models.CharField(_("finding"), max_length=300)
    sign = models.CharField(
        _("kind of finding"), max_length=20, choices=ImagingSign, default=ImagingSign.NOT_STATED
    )
    severity = models.CharField(_("severity"), max_length=80, blank=True)
    certainty = models.CharField(
        _("certainty"), max_length=12, choices=Certainty, default=Certainty.NOT_STATED
    )
    study_instance_uid = UidField(_("study"), blank=True)
    sop_instance_uid = UidField(_("image"), blank=True)
    frame = models.PositiveIntegerField(
        _("frame"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    interpretation = models.CharField(
        _("interpretation"),
        max_length=12,
        choices=Interpretation,
        default=Interpretation.NOT_STATED,
    )

    def __str__(self):
        return self.finding


class InvestigationKind(models.TextChoices):
    ULTRASOUND = "ultrasound", _("ultrasound of other organs")
    BIOPSY = "biopsy", _("biopsy")
    LUNG_FUNCTION = "lung_function", _("lung function")
    GENETICS = "genetics", _("genetic test")
    AUTONOMIC = "autonomic", _("autonomic test")
    CARDIAC = "cardiac", _("cardiac test")
    OTHER = "other", _("other")


class Investigation(VisitRow):
    """A measurement or finding from any other investigation."""

    DOCUMENT_KEY = "investigations"
    SECTION = "investigations"
    TITLE = _("investigations")
    COLUMNS = ("visit", "kind", "item", "site", "side", "value", "finding")
    HELP = _("Biopsy, lung function, genetics, ultrasound of other organs and other tests.")
    IDENTITY = ("kind", "item", "site", "side", "condition", "visit")
    FINDING = ("value",)
    IS_TEST = True
    REPORT_CHAPTER = "investigation"
    REPORT_TITLE = _("Other investigations")
    REPORT_COLUMNS = (
        "visit",
        "kind",
        "item",
        "site",
        "side",
        "condition",
        "value",
        "reference_range",
        "interpretation",
        "finding",
    )

    kind = models.CharField(_("kind"), max_length=16, choices=InvestigationKind)
    item = models.CharField(_("item"), max_length=200)
    site = models.CharField(_("site"), max_length=200, blank=True)
    side = side_field()
    condition = condition_field()
    value = ValueField(_("result"))
    finding = models.TextField(_("finding"), blank=True)
    reference_range = models.CharField(_("reference range"), max_length=120, blank=True)
    interpretation = models.CharField(
        _("interpretation"),
        max_length=12,
        choices=Interpretation,
        default=Interpretation.NOT_STATED,
    )

    def __str__(self):
        return self.item

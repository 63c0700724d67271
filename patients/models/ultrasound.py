"""Nerve and muscle ultrasound."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.case import condition_field, side_field
from patients.models.events import VisitRow
from patients.models.fields import CatalogueField, ValueField


class Echogenicity(models.TextChoices):
    NORMAL = "normal", _("normal")
    DECREASED = "decreased", _("decreased")
    INCREASED = "increased", _("increased")
    MIXED = "mixed", _("mixed")


class Vascularity(models.TextChoices):
    NORMAL = "normal", _("normal")
    INCREASED = "increased", _("increased")
    NOT_TESTED = "not_tested", _("not tested")


class Heckmatt(models.TextChoices):
    """Heckmatt grade of a muscle: an ordinal scale, so never average it.

    Heckmatt JZ, Leeman S, Dubowitz V. J Pediatr 1982;101:656–660.
    """

    NORMAL = "1", _("1: normal echo")
    INCREASED = "2", _("2: echo increased, bone echo distinct")
    MARKED = "3", _("3: echo markedly increased, bone echo reduced")
    STRONG = "4", _("4: echo very strong, bone echo lost")


class OtherSide(models.TextChoices):
    NOT_STATED = "not_stated", _("not stated")
    SAME = "same", _("same on both sides")
    LARGER = "larger", _("larger on this side")
    SMALLER = "smaller", _("smaller on this side")
    NOT_TESTED = "not_tested", _("other side not tested")


class Appearance(models.TextChoices):
    NOT_STATED = "not_stated", _("not stated")
    NORMAL = "normal", _("normal")
    ENLARGED = "enlarged", _("enlarged")
    REDUCED = "reduced", _("reduced or atrophic")
    CONSTRICTED = "constricted", _("constricted (hourglass)")
    OTHER = "other", _("otherwise abnormal")
    NOT_OBTAINABLE = "not_obtainable", _("not obtainable")


class Ultrasound(VisitRow):
    """Ultrasound of one nerve or muscle at one site on one side."""

    DOCUMENT_KEY = "ultrasound"
    SECTION = "ultrasound"
    TITLE = _("nerve and muscle ultrasound")
    COLUMNS = (
        "visit",
        "nerve",
        "muscle",
        "side",
        "site",
        "area_mm2",
        "echogenicity",
        "heckmatt",
        "result",
    )
    HELP = _("One site of a nerve, or one muscle, per row. Enter a nerve or a muscle, not both.")
    GRID = True
    IDENTITY = ("nerve", "muscle", "site", "side", "condition", "visit")
    FINDING = ("area_mm2", "heckmatt", "result")
    IS_TEST = True
    TWO_SIDED = True
    OMIT_EMPTY = True
    REPORT_CHAPTER = "investigation"

    nerve = CatalogueField(_("nerve"), catalogue="nerves", blank=True)
    muscle = CatalogueField(_("muscle"), catalogue="muscles", blank=True)
    side = side_field()
    site = models.CharField(
        _("site"),
        max_length=120,
        blank=True,
        help_text=_("The place along the nerve or muscle."),
    )
    condition = condition_field()
    area_mm2 = ValueField(_("cross-sectional area"), unit="mm²")
    thickness_mm = ValueField(_("thickness"), unit="mm")
    echogenicity = models.CharField(
        _("echogenicity"), max_length=10, choices=Echogenicity, blank=True
    )
    heckmatt = models.CharField(
        _("Heckmatt grade"),
        max_length=1,
        choices=Heckmatt,
        blank=True,
        help_text=_("Enter 1 to 4, for muscles only."),
    )
    vascularity = models.CharField(_("vascularity"), max_length=10, choices=Vascularity, blank=True)
    fasciculations = models.BooleanField(_("fasciculations"), null=True, blank=True)
    other_side = models.CharField(
        _("compared with the other side"),
        max_length=10,
        choices=OtherSide,
        default=OtherSide.NOT_STATED,
    )
    result = models.CharField(
        _("appearance"), max_length=14, choices=Appearance, default=Appearance.NOT_STATED
    )
    reference = models.CharField(_("laboratory's reference limits"), max_length=120, blank=True)

    class Meta(VisitRow.Meta):
        verbose_name_plural = _("ultrasound")
        constraints = [
            models.CheckConstraint(
                condition=(Q(nerve="") & ~Q(muscle="")) | (~Q(nerve="") & Q(muscle="")),
                name="ultrasound_of_nerve_or_muscle",
            ),
            models.CheckConstraint(
                condition=Q(heckmatt="") | Q(nerve=""), name="ultrasound_heckmatt_of_muscle"
            ),
        ]

    def __str__(self):
        name = "nerve" if self.nerve else "muscle"
        return self._meta.get_field(name).label(getattr(self, name))

    def clean(self):
        if not self.nerve and not self.muscle:
            raise ValidationError({"nerve": _("Enter the nerve or the muscle.")})
        if self.nerve and self.muscle:
            raise ValidationError(
                {"muscle": _("Enter a nerve or a muscle, not both. Use one row for each.")}
            )
        if self.nerve and self.heckmatt:
            raise ValidationError(
                {"heckmatt": _("Leave this empty for a nerve: Heckmatt grades are for muscles.")}
            )

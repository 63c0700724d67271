"""MRC grades by movement or muscle, and dynamometry."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.catalogue import lookup
from patients.models.case import condition_field, side_field
from patients.models.events import VisitRow
from patients.models.fields import (
    AS_TEXT,
    CatalogueField,
    GradeField,
    PrintedGradeField,
    ValueField,
)


class StrengthScore(VisitRow):
    """The MRC grade of one movement or muscle on one side at one visit."""

    DOCUMENT_KEY = "strength"
    SECTION = "strength"
    TITLE = _("strength")
    COLUMNS = ("visit", "movement", "muscle", "side", "grade", "printed_label")
    HELP = _("Enter a movement or a muscle, not both.")
    GRID = True
    IDENTITY = ("movement", "muscle", "side", "visit")
    FINDING = ("grade",)
    TWO_SIDED = True
    REPORT_CHAPTER = "examination"

    movement = CatalogueField(_("movement"), catalogue="movements", blank=True)
    muscle = CatalogueField(_("muscle"), catalogue="muscles", blank=True)
    printed_label = models.CharField(_("label as printed"), max_length=120, blank=True)
    side = side_field()
    grade = GradeField(_("grade"))
    printed_grade = PrintedGradeField(_("grade as printed"))

    class Meta(VisitRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "movement", "muscle", "side"],
                name="strength_one_grade_per_movement",
            ),
            models.CheckConstraint(
                condition=(Q(movement="") & ~Q(muscle="")) | (~Q(movement="") & Q(muscle="")),
                name="strength_of_movement_or_muscle",
            ),
            models.CheckConstraint(condition=~Q(grade=""), name="strength_has_grade"),
        ]

    def __str__(self):
        return f"{self.movement or self.muscle} {self.side}: {self.grade}"

    def clean_fields(self, exclude=None):
        """Replace a name given as the movement by the movement or muscle that it names."""
        if self.movement and not self.muscle and "movement" not in (exclude or ()):
            self.set_graded(self.movement)
        super().clean_fields(exclude)

    def set_graded(self, name):
        """Set the movement or muscle with this name, as in the grid; other text is unchanged.

        The name of a muscle that stands for a movement is kept as the label as printed.
        """
        is_id = name.startswith(AS_TEXT) or lookup.is_listed("movements", name)
        if is_id or not (found := lookup.find_graded(name)):
            return
        kind, id = found
        self.movement, self.muscle = (id, "") if kind == "movement" else ("", id)
        if kind == "movement" and lookup.is_of_muscle(name):
            self.printed_label = self.printed_label or name[:120]

    def clean(self):
        if bool(self.movement) == bool(self.muscle):
            raise ValidationError({"movement": _("Enter a movement or a muscle, not both.")})


class Dynamometry(VisitRow):
    """A force or a count measured with an instrument, such as grip strength in kg."""

    DOCUMENT_KEY = "dynamometry"
    SECTION = "strength"
    TITLE = _("dynamometry")
    COLUMNS = ("visit", "measure", "side", "value", "instrument")
    HELP = _("Forces and counts measured at a visit, such as grip strength in kg.")
    IDENTITY = ("measure", "side", "condition", "visit")
    FINDING = ()
    TWO_SIDED = True
    REPORT_CHAPTER = "examination"

    measure = models.CharField(_("measure"), max_length=120)
    side = side_field()
    condition = condition_field()
    value = ValueField(_("value"), null=False, blank=False)
    instrument = models.CharField(_("instrument"), max_length=120, blank=True)

    class Meta(VisitRow.Meta):
        verbose_name_plural = _("dynamometry")

    def __str__(self):
        return self.measure

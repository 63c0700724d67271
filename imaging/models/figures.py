"""Marks, slice levels and figures; they refer to images, even ones not stored, by UID."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from imaging.models.owned import Owned, uid_field
from patients.models import Case
from patients.models.case import side_field
from patients.models.fields import CatalogueField

FARTHEST = 16_384  # pixels; larger than any image that can be imported
MAX_FRAMES = 100_000  # the highest frame number, even in images that are not stored
MAX_PANELS = 12  # limit on the rows, and on the columns, of a figure


class Kind(models.TextChoices):
    ARROWHEAD = "arrowhead", _("arrowhead")
    ARROW = "arrow", _("arrow")
    LINE = "line", _("line")
    ELLIPSE = "ellipse", _("ellipse")
    POINT = "point", _("point")
    TEXT = "text", _("text")


POINTING = (Kind.ARROWHEAD, Kind.ARROW)
TWO_ENDED = (Kind.ARROW, Kind.LINE, Kind.ELLIPSE)


class Colour(models.TextChoices):
    RED = "red", _("red")
    BLUE = "blue", _("blue")
    YELLOW = "yellow", _("yellow")
    WHITE = "white", _("white")


class ArrowheadShape(models.TextChoices):
    FILLED = "filled", _("filled")
    HOLLOW = "hollow", _("hollow")


def new_mark_key():
    """Return a random key that identifies a mark, level or figure in a document."""
    return uuid.uuid4().hex


def known(name, choices, rule):
    """Return a constraint that limits a column to its choices."""
    return models.CheckConstraint(condition=models.Q(**{f"{name}__in": choices.values}), name=rule)


def coordinate(name, **options):
    return models.FloatField(
        name, validators=[MinValueValidator(-0.5), MaxValueValidator(FARTHEST)], **options
    )


def frame_field():
    """Return a model field for a frame number, counted from 1 as in DICOM."""
    limits = [MinValueValidator(1), MaxValueValidator(MAX_FRAMES)]
    return models.PositiveIntegerField(_("frame"), default=1, validators=limits)


def place_field(name):
    """Return a model field for the row or column of a panel in its figure, counted from 0."""
    limits = [MaxValueValidator(MAX_PANELS - 1)]
    return models.PositiveSmallIntegerField(name, validators=limits)


def millimetres(name, least=-1000, most=1000):
    """Return a model field for an optional length or offset in mm."""
    limits = [MinValueValidator(least), MaxValueValidator(most)]
    return models.FloatField(name, null=True, blank=True, validators=limits)


class Annotation(Owned):
    """A mark on one frame of an image.

    (x, y) is a position in pixels (column, row); (0, 0) is the centre of the first pixel. It is the
    tip of an arrowhead, which points along `angle_degrees`, clockwise from the right (90 is down);
    the tip of an arrow whose tail is at (x2, y2); one end of a line to (x2, y2); one corner of the
    box around an ellipse, opposite (x2, y2); a point; or the start of a text.

    `frame` counts from 1, as in DICOM.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="annotations")
    key = models.SlugField(_("key"), max_length=60, default=new_mark_key)
    sop_instance_uid = uid_field("SOP Instance UID")
    frame = frame_field()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ARROWHEAD)
    x = coordinate(_("column (x)"))
    y = coordinate(_("row (y)"))
    x2 = coordinate(_("column of the other end (x2)"), null=True, blank=True)
    y2 = coordinate(_("row of the other end (y2)"), null=True, blank=True)
    angle_degrees = models.FloatField(
        _("angle"), default=0, validators=[MinValueValidator(-360), MaxValueValidator(360)]
    )
    structure = CatalogueField(_("structure"), catalogue="structures", blank=True)
    side = side_field()
    colour = models.CharField(_("colour"), max_length=8, choices=Colour, default=Colour.RED)
    shape = models.CharField(
        _("shape"), max_length=8, choices=ArrowheadShape, default=ArrowheadShape.FILLED
    )
    label = models.CharField(_("label"), max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["case", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="annotation_one_key_per_case"),
            models.CheckConstraint(
                condition=models.Q(frame__gte=1), name="annotation_frame_from_1"
            ),
            known("kind", Kind, "annotation_known_kind"),
            models.CheckConstraint(
                condition=models.Q(kind__in=TWO_ENDED, x2__isnull=False, y2__isnull=False)
                | (~models.Q(kind__in=TWO_ENDED) & models.Q(x2__isnull=True, y2__isnull=True)),
                name="annotation_other_end",
                violation_error_message=_(
                    "Enter the other end (x2, y2) of an arrow, line or ellipse; leave it empty for "
                    "other marks."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=POINTING, structure=""),
                name="annotation_points_at_a_structure",
                violation_error_message=_(
                    "Enter the structure that the arrow or arrowhead points to."
                ),
            ),
            known("colour", Colour, "annotation_known_colour"),
            known("shape", ArrowheadShape, "annotation_known_shape"),
        ]

    def __str__(self):
        return self.label or self.words()

    def words(self):
        """Return the target and the style of the mark, such as "left L5 root (red, filled)"."""
        drawn = f"({self.get_colour_display()}, {self.get_shape_display()})"
        return f"{self.target()} {drawn}"

    def target(self):
        """Return the structure with its side, such as "left L5 root", or else the kind of mark."""
        structure = self._meta.get_field("structure").label(self.structure)
        if not structure:
            return str(self.get_kind_display())
        unsaid = self.side == "not_stated"
        return structure if unsaid else f"{self.get_side_display()} {structure}"


class SliceLevel(Owned):
    """The level that a user assigned to one slice; other slices inherit it by position."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="slice_levels")
    key = models.SlugField(_("key"), max_length=60, default=new_mark_key)
    sop_instance_uid = uid_field("SOP Instance UID")
    frame = frame_field()
    level = CatalogueField(_("level"), catalogue="levels")
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["case", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="slice_level_one_key_per_case"),
            models.UniqueConstraint(
                fields=["case", "sop_instance_uid", "frame"], name="slice_level_one_per_slice"
            ),
            models.CheckConstraint(
                condition=models.Q(frame__gte=1), name="slice_level_frame_from_1"
            ),
        ]

    def __str__(self):
        return self._meta.get_field("level").label(self.level)


class Figure(Owned):
    """A figure of panels; rows are levels, columns are series.

    All panels have the same crop: a square of `crop_size_mm` whose centre is `crop_x_mm` to the
    right of and `crop_y_mm` below the centre of each picture. Without a size, there is no crop.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="figures")
    key = models.SlugField(_("key"), max_length=60, default=new_mark_key)
    label = models.CharField(_("number"), max_length=40)
    title = models.CharField(_("title"), max_length=300, blank=True)
    crop_x_mm = millimetres(_("crop offset to the right (mm)"))
    crop_y_mm = millimetres(_("crop offset downwards (mm)"))
    crop_size_mm = millimetres(_("crop size (mm)"), least=5)
    scale_bar = models.BooleanField(_("scale bar"), default=True)
    orientation_letters = models.BooleanField(_("orientation letters"), default=True)
    show_marks = models.BooleanField(_("annotations"), default=True)
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["case", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="figure_one_key_per_case")
        ]

    def __str__(self):
        return self.label


class Panel(Owned):
    """One picture of a figure: a frame of an image and its window."""

    CASE = "figure__case"

    figure = models.ForeignKey(Figure, models.CASCADE, related_name="panels")
    row = place_field(_("row"))
    column = place_field(_("column"))
    level = CatalogueField(_("level"), catalogue="levels", blank=True)
    column_label = models.CharField(_("column label"), max_length=200, blank=True)
    sop_instance_uid = uid_field("SOP Instance UID")
    frame = frame_field()
    window_center = models.FloatField(_("window centre"), null=True, blank=True)
    window_width = models.FloatField(
        _("window width"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ["figure", "row", "column"]
        constraints = [
            models.UniqueConstraint(
                fields=["figure", "row", "column"], name="panel_one_picture_per_place"
            ),
            models.CheckConstraint(condition=models.Q(frame__gte=1), name="panel_frame_from_1"),
        ]

    def __str__(self):
        return f"{self.figure} {self.row + 1}:{self.column + 1}"

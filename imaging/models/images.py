"""Studies, series and instances; columns are named after DICOM keywords, in snake_case."""

from functools import lru_cache

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext_lazy as _

from imaging.models.owned import Owned, OwnedQuerySet, text_field, uid_field, valid_sha256
from patients.models import Case, Origin, Visit

SYNTHETIC = "synthetic"
# Stored in Instance.quarantine, as the file is kept and History can restore the image.
REMOVED = "it was removed from the case"


class Study(Owned):
    """One examination of the patient; dates are shifted unless the team retains them."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="studies")
    visit = models.ForeignKey(
        Visit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="studies",
        verbose_name=_("visit"),
    )
    study_instance_uid = uid_field("Study Instance UID", db_index=True)
    study_date = models.DateField(_("study date"), null=True, blank=True)
    study_time = models.TimeField(_("study time"), null=True, blank=True)
    study_description = text_field(_("study description"))
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["case", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "study_instance_uid"], name="study_once_per_case"
            )
        ]
        verbose_name_plural = "studies"

    def __str__(self):
        return self.study_description or str(_("study without a description"))


class Series(Owned):
    """A series of images with scanner settings (times in ms, lengths in mm, field in tesla)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="series")
    study = models.ForeignKey(Study, models.CASCADE, related_name="series")
    series_instance_uid = uid_field("Series Instance UID", db_index=True)
    series_number = models.IntegerField(_("series number"), null=True, blank=True)
    modality = text_field(_("modality"), 16)
    series_description = text_field(_("series description"))
    protocol_name = text_field(_("protocol"))
    body_part_examined = text_field(_("body part"), 40)
    plane = text_field(_("plane"), 16)
    scanning_sequence = text_field(_("scanning sequence"))
    sequence_variant = text_field(_("sequence variant"))
    scan_options = text_field(_("scan options"))
    mr_acquisition_type = text_field(_("acquisition type"), 16)
    sequence_name = text_field(_("sequence name"), 40)
    repetition_time = models.FloatField(_("repetition time (ms)"), null=True, blank=True)
    echo_time = models.FloatField(_("echo time (ms)"), null=True, blank=True)
    inversion_time = models.FloatField(_("inversion time (ms)"), null=True, blank=True)
    flip_angle = models.FloatField(_("flip angle (degrees)"), null=True, blank=True)
    magnetic_field_strength = models.FloatField(_("field strength (T)"), null=True, blank=True)
    contrast_bolus_agent = text_field(_("contrast agent"))
    slice_thickness = models.FloatField(_("slice thickness (mm)"), null=True, blank=True)
    spacing_between_slices = models.FloatField(
        _("spacing between slices (mm)"), null=True, blank=True
    )
    frame_of_reference_uid = uid_field("Frame of Reference UID", blank=True)
    window_center = models.FloatField(_("window centre"), null=True, blank=True)
    window_width = models.FloatField(_("window width"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["case", "study__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "series_instance_uid"], name="series_once_per_case"
            )
        ]
        verbose_name_plural = "series"

    def __str__(self):
        return self.series_description or self.protocol_name or str(_("series without a name"))

    @property
    def is_synthetic(self):
        """Whether the images are synthetic according to the descriptions or the case's origin."""
        said = f"{self.study.study_description} {self.series_description}".lower()
        return SYNTHETIC in said or self.case.origin == Origin.INVENTED


# The fields needed to serve a picture.
FOR_PICTURES = ("case", "sop_instance_uid", "sha256", "held", "number_of_frames", "header")


class InstanceQuerySet(OwnedQuerySet):
    """A queryset of images.

    `visible_to` includes quarantined images, even for users who may not see those.
    """

    def released(self):
        """Return the images that are part of their case, that is, not quarantined or removed."""
        return self.filter(quarantine="")

    def viewable(self, user, pk):
        """Return one released image that the user may see, or None; loads only FOR_PICTURES."""
        try:
            return released_to(user).only(*FOR_PICTURES).get(pk=pk)
        except Instance.DoesNotExist:
            return None

    def quarantined(self, user, pk):
        """Return one quarantined or removed image if the user may edit the case, otherwise None."""
        return self.editable_by(user).exclude(quarantine="").filter(pk=pk).first()


def released_to(user):
    """Return the released images that a user may see."""
    return build_released(user.pk, user.is_active).all()


@lru_cache(maxsize=512)
def build_released(user_pk, is_active):
    """Return a cached, unevaluated query of the released images that a user may see.

    Building the query takes longer than running it, and a page requests dozens of pictures. Callers
    copy it with `all()`, so that its rows are not cached.
    """
    user = get_user_model()(pk=user_pk, is_active=is_active)
    return Instance.objects.visible_to(user).released()


class Instance(Owned):
    """One image with one or more frames; `header` contains all attributes read from its file.

    The file is stored on this server only if `held` is true.
    """

    # The unique constraint already provides an index.
    case = models.ForeignKey(Case, models.CASCADE, related_name="instances", db_index=False)
    series = models.ForeignKey(Series, models.CASCADE, related_name="instances")
    sop_instance_uid = uid_field("SOP Instance UID", db_index=True)
    sop_class_uid = uid_field("SOP Class UID", blank=True)
    instance_number = models.IntegerField(_("instance number"), null=True, blank=True)
    number_of_frames = models.PositiveIntegerField(_("frames"), default=1)
    rows = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    columns = models.PositiveIntegerField(_("columns"), null=True, blank=True)
    echo_time = models.FloatField(_("echo time (ms)"), null=True, blank=True)
    image_position_patient = models.JSONField(null=True, blank=True)
    image_orientation_patient = models.JSONField(null=True, blank=True)
    pixel_spacing = models.JSONField(null=True, blank=True)
    acquisition = models.JSONField(default=dict, blank=True)  # values of STACK_ATTRIBUTES, by name
    pixel_offset = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, validators=[valid_sha256], db_index=True)
    original_sha256 = models.CharField(max_length=64, blank=True, validators=[valid_sha256])
    subject_digest = models.CharField(max_length=64, blank=True)
    file_bytes = models.BigIntegerField(_("file size (bytes)"), null=True, blank=True)
    held = models.BooleanField(_("stored here"), default=False)
    quarantine = models.CharField(_("reason for quarantine"), max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    # The last column, because it is long and rarely read.
    header = models.JSONField(default=dict, blank=True)

    objects = InstanceQuerySet.as_manager()

    class Meta:
        ordering = ["case", "series__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "sop_instance_uid"], name="instance_once_per_case"
            ),
            models.CheckConstraint(
                condition=models.Q(number_of_frames__gte=1), name="instance_has_a_frame"
            ),
        ]
        indexes = [models.Index(fields=["case", "original_sha256"], name="instance_original")]

    def __str__(self):
        return f"{self.series} {self.instance_number or self.position + 1}"

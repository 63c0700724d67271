"""Forms for images, marks, findings and figures."""

from django import forms
from django.utils.translation import gettext_lazy as _

from imaging.models import TWO_ENDED, Annotation, Figure, ImagingPolicy, Study
from imaging.slices.navigation import Slice
from patients.catalogue import lookup
from patients.forms.unsent import KeepUnsent
from patients.models import ImagingFinding
from patients.models.case import Side


class CatalogueInput(forms.CharField):
    """A text field that returns a catalogue entry's id, or the input marked as free text."""

    def __init__(self, *, column, **options):
        self.column = column
        super().__init__(**options)
        self.widget.attrs["list"] = f"list-{column.catalogue}"

    def prepare_value(self, value):
        return self.column.label(value or "")

    def clean(self, value):
        return self.column.read(super().clean(value))


def catalogue_input(model, name, **options):
    column = model._meta.get_field(name)
    return CatalogueInput(column=column, label=column.verbose_name, max_length=190, **options)


class AnnotationForm(KeepUnsent, forms.ModelForm):
    """A mark's kind, structure, style and position."""

    structure = catalogue_input(Annotation, "structure", required=False)
    side = forms.ChoiceField(label=_("side"), choices=Side)

    class Meta:
        model = Annotation
        fields = [
            "kind",
            "structure",
            "side",
            "colour",
            "shape",
            "x",
            "y",
            "x2",
            "y2",
            "angle_degrees",
            "label",
        ]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            stored, select = getattr(self.instance, name), isinstance(field.widget, forms.Select)
            if select and stored not in dict(field.choices):  # saved by an older release
                field.choices = [*field.choices, (stored, stored)]
            field.widget.attrs["class"] = "form-select" if select else "form-control"
        for name in ("x", "y", "x2", "y2", "angle_degrees"):
            self.fields[name].widget.attrs["step"] = "any"
        self.fields["x2"].label, self.fields["y2"].label = _("other end, x"), _("other end, y")

    def clean(self):
        """Require the other end for kinds of mark that have one, and clear it for the rest."""
        cleaned = super().clean()
        two = cleaned.get("kind") in TWO_ENDED
        for name in ("x2", "y2"):
            if not two:
                cleaned[name] = None
            elif cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, _("Enter the other end of the arrow, line or ellipse."))
        return cleaned


class PlaceForm(AnnotationForm):
    """A mark on one slice; its coordinates must be inside the picture."""

    def __init__(self, *args, place: Slice, **options):
        self.place = place
        super().__init__(*args, **options)

    def clean_x(self):
        return within(self.cleaned_data["x"], self.place.columns, _("columns"))

    def clean_y(self):
        return within(self.cleaned_data["y"], self.place.rows, _("rows"))

    def clean_x2(self):
        return within(self.cleaned_data["x2"], self.place.columns, _("columns"))

    def clean_y2(self):
        return within(self.cleaned_data["y2"], self.place.rows, _("rows"))


def within(value, count, name):
    """Return `value`, a coordinate or None. Raises ValidationError if it is outside the picture."""
    if value is not None and not -0.5 <= value <= count - 0.5:
        message = _("Enter a position inside the picture, which has %(count)s %(name)s.")
        raise forms.ValidationError(message % {"count": count, "name": name})
    return value


class FindingForm(forms.ModelForm):
    """A finding on a slice; the slice determines its study and position."""

    structure = catalogue_input(ImagingFinding, "structure", required=False)
    level = catalogue_input(ImagingFinding, "level", required=False)
    side = forms.ChoiceField(label=_("side"), choices=Side, initial=Side.NOT_STATED)

    class Meta:
        model = ImagingFinding
        fields = ["finding", "sign", "structure", "side", "level", "severity", "certainty"]

    def __init__(self, *args, **options):
        super().__init__(*args, auto_id="finding_%s", **options)
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"


class StudyForm(KeepUnsent, forms.ModelForm):
    """The visit that a study belongs to."""

    class Meta:
        model = Study
        fields = ["visit"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        field = self.fields["visit"]
        field.queryset = self.instance.case.visit_rows.all()
        field.empty_label = _("not stated")
        field.widget.attrs["class"] = "form-select"


class PolicyForm(KeepUnsent, forms.ModelForm):
    """A team's de-identification options and storage quota."""

    class Meta:
        model = ImagingPolicy
        fields = ["identifiers", "dates", "quota_mb"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "quota_mb" else "form-select"


class FigureForm(KeepUnsent, forms.ModelForm):
    """A figure's number, title, crop in mm and overlays."""

    class Meta:
        model = Figure
        fields = [
            "label",
            "title",
            "crop_size_mm",
            "crop_x_mm",
            "crop_y_mm",
            "scale_bar",
            "orientation_letters",
            "show_marks",
        ]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "form-check-input"
            else:
                field.widget.attrs |= {"class": "form-control", "step": "any"}

    @property
    def words(self):
        return [self["label"], self["title"]]

    @property
    def crop(self):
        return [self[name] for name in ("crop_size_mm", "crop_x_mm", "crop_y_mm")]

    @property
    def switches(self):
        return [self[name] for name in ("scale_bar", "orientation_letters", "show_marks")]


def structure_choices():
    """Return [(id, label)] for the datalist of structures."""
    return lookup.choices("structures")


def level_choices():
    return [label for _id, label in lookup.choices("levels")]

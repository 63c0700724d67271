"""The images of a case in its document: what is needed to list them without their files.

    {"studies": [{…, "series": [{…, "instances": [{…}]}]}], "annotations": [{…}],
     "figures": [{…, "panels": [{…}]}]}

The order of the lists is the order of the rows; what is unknown is left out. Images are named by
UID and by the sha256 of their file, which may not be held here.
"""

import datetime
import math

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from imaging.models import REMOVED, Annotation, Figure, Instance, Panel, Series, Study
from patients.document import DocumentError, Part, expect, refuse_unstorable

KEY = "imaging"
STUDY_FIELDS = ("study_instance_uid", "study_date", "study_time", "study_description")
SERIES_FIELDS = (
    "series_instance_uid",
    "series_number",
    "modality",
    "series_description",
    "protocol_name",
    "body_part_examined",
    "plane",
    "scanning_sequence",
    "sequence_variant",
    "scan_options",
    "mr_acquisition_type",
    "sequence_name",
    "repetition_time",
    "echo_time",
    "inversion_time",
    "flip_angle",
    "magnetic_field_strength",
    "contrast_bolus_agent",
    "slice_thickness",
    "spacing_between_slices",
    "window_center",
    "window_width",
)
INSTANCE_FIELDS = (
    "sop_instance_uid",
    "instance_number",
    "number_of_frames",
    "rows",
    "columns",
    "sha256",
)
ANNOTATION_FIELDS = (
    "key",
    "sop_instance_uid",
    "frame",
    "kind",
    "x",
    "y",
    "angle_degrees",
    "structure",
    "side",
    "colour",
    "shape",
    "label",
)
FIGURE_FIELDS = ("key", "label", "title")
PANEL_FIELDS = (
    "row",
    "column",
    "level",
    "column_label",
    "sop_instance_uid",
    "frame",
    "window_center",
    "window_width",
)


class Shape:
    """One kind of object in the document: its model, its fields, its list of children.

    `identity` are the fields that no two objects of a list share; `everywhere` says whether that
    holds in the whole document and not in one list alone.
    """

    def __init__(self, model, fields, identity, child=None, everywhere=True):
        self.model = model
        self.fields = {name: model._meta.get_field(name) for name in fields}
        self.identity = identity
        self.child_key, self.child = child or ("", None)
        self.everywhere = everywhere

    @property
    def names(self):
        """Return every key an object may have, in order."""
        visit = ["visit"] if self.model is Study else []
        return [*self.fields, *visit, *([self.child_key] if self.child else [])]

    @property
    def required(self):
        """Return the keys that an object must have."""
        return [name for name, field in self.fields.items() if is_required(field)]


def is_required(field):
    return not (field.blank or field.null or field.has_default())


INSTANCE = Shape(Instance, INSTANCE_FIELDS, ("sop_instance_uid",))
SERIES = Shape(Series, SERIES_FIELDS, ("series_instance_uid",), ("instances", INSTANCE))
STUDY = Shape(Study, STUDY_FIELDS, ("study_instance_uid",), ("series", SERIES))
ANNOTATION = Shape(Annotation, ANNOTATION_FIELDS, ("key",))
PANEL = Shape(Panel, PANEL_FIELDS, ("row", "column"), everywhere=False)
FIGURE = Shape(Figure, FIGURE_FIELDS, ("key",), ("panels", PANEL))
LISTS = {"studies": STUDY, "annotations": ANNOTATION, "figures": FIGURE}


# Rows to document


def read(case):
    """Return the part of a case, in seven queries whatever its size."""
    images = case.instances.order_by("position", "pk").defer("header")
    shown = by_parent([row for row in images if not row.quarantine], "series")
    # A series, or a study, of which all is set apart is no part of the document.
    apart = {row.series_id for row in images} - set(shown)
    series = list(case.series.order_by("position", "pk"))
    by_study = by_parent([row for row in series if row.pk not in apart], "study")
    hidden = {row.study_id for row in series} - set(by_study)
    studies = case.studies.select_related("visit").order_by("position", "pk")
    panels = by_parent(Panel.objects.filter(figure__case=case), "figure")
    return {
        "studies": [
            study_to_document(study, by_study, shown) for study in studies if study.pk not in hidden
        ],
        "annotations": [to_document(ANNOTATION, row) for row in case.annotations.all()],
        "figures": [
            to_document(FIGURE, row)
            | {"panels": [to_document(PANEL, panel) for panel in panels.get(row.pk, ())]}
            for row in case.figures.all()
        ],
    }


def by_parent(rows, name):
    """Return {key of the parent: its rows in order}."""
    found = {}
    for row in rows:
        found.setdefault(getattr(row, f"{name}_id"), []).append(row)
    return found


def study_to_document(study, series, instances):
    document = to_document(STUDY, study)
    if study.visit:
        document["visit"] = study.visit.key
    document["series"] = [
        to_document(SERIES, one)
        | {"instances": [to_document(INSTANCE, image) for image in instances.get(one.pk, ())]}
        for one in series.get(study.pk, ())
    ]
    return document


def to_document(shape, row):
    """Return a row's fields as JSON, without the unknown; 0 is a value, and stays."""
    found = {name: plain(getattr(row, name)) for name in shape.fields}
    return {name: value for name, value in found.items() if value is not None and value != ""}


def plain(value):
    """Return a value as JSON holds it; a whole number has no decimal point, as in JavaScript."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value


# Document to rows, unsaved


def check(data):
    """Return [(path below the part, message)] of all that is wrong with the part."""
    return Reader().read(data).errors


class Reader:
    """Makes unsaved rows of the part and collects what is wrong with it.

    `found[key]` lists a (row, data, path, children) a object of a top list.
    """

    def __init__(self):
        self.errors = []
        self.seen = {}
        self.found = {key: [] for key in LISTS}

    def read(self, data):
        if not isinstance(data, dict):
            self.errors.append(("", _("An object is expected here.")))
            return self
        self.refuse_unknown(data, list(LISTS), "")
        for key, shape in LISTS.items():
            self.found[key] = self.read_list(shape, data.get(key, []), f".{key}")
        return self

    def read_list(self, shape, items, path):
        if not isinstance(items, list):
            self.errors.append((path, _("A list is expected here.")))
            return []
        found = [
            self.read_one(shape, item, f"{path}[{index}]", path, index)
            for index, item in enumerate(items)
        ]
        return [one for one in found if one]

    def read_one(self, shape, item, path, above, position):
        if not isinstance(item, dict):
            self.errors.append((path, _("An object is expected here.")))
            return None
        self.refuse_unknown(item, shape.names, path)
        row = shape.model()
        row.position = position
        failed = self.fill(shape, row, item, path)
        self.clean(shape, row, failed, path)
        self.refuse_repeated(shape, row, path, above)
        if "visit" in item and not isinstance(item["visit"], str):
            self.errors.append((f"{path}.visit", _("A text is expected here.")))
        below = item.get(shape.child_key, []) if shape.child else []
        child_path = f"{path}.{shape.child_key}"
        children = self.read_list(shape.child, below, child_path) if shape.child else []
        return row, item, path, children

    def refuse_unknown(self, item, names, path):
        for name in item:
            if name not in names:
                message = _("This field is not part of a case document.")
                self.errors.append((f"{path}.{name}", message))

    def fill(self, shape, row, item, path):
        """Set a row's columns; return the names of those that could not be set."""
        failed = set()
        for name, field in shape.fields.items():
            try:
                if name in item:
                    setattr(row, name, convert(field, item[name]))
                elif is_required(field):
                    raise ValueError(_("This field is required."))
            except ValueError as error:
                failed.add(name)
                self.errors.append((f"{path}.{name}", str(error)))
        return failed

    def clean(self, shape, row, failed, path):
        others = {field.name for field in row._meta.concrete_fields} - set(shape.fields)
        try:
            row.clean_fields(exclude=others | failed)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.errors += [(f"{path}.{name}", message) for message in messages]

    def refuse_repeated(self, shape, row, path, above):
        scope = "" if shape.everywhere else above
        identity = (shape.model, scope, *(getattr(row, name) for name in shape.identity))
        if identity in self.seen:
            self.errors.append((path, _("This repeats %s.") % self.seen[identity]))
        self.seen.setdefault(identity, path.removeprefix("."))


def convert(field, data):
    """Return the Python value of a column; ValueError where the data is of another kind."""
    refuse_unstorable(data)
    if isinstance(field, models.IntegerField):
        return expect(data, int, _("a whole number is expected"))
    if isinstance(field, models.FloatField):
        return finite(data)
    text = expect(data, str, _("a text is expected"))
    if isinstance(field, models.DateField):
        return moment(datetime.date, text, _("a date such as 2011-03-05 is expected"))
    if isinstance(field, models.TimeField):
        return moment(datetime.time, text, _("a time such as 09:12:00 is expected"))
    return text


def finite(data):
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise ValueError(_("a number is expected"))
    try:
        number = float(data)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(_("a finite number is expected"))
    return number


def moment(kind, text, message):
    """Return a date or time; only the form that it is written in again is taken."""
    try:
        found = kind.fromisoformat(text)
    except ValueError:
        raise ValueError(message) from None
    if found.isoformat() != text:
        raise ValueError(message)
    return found


# Rows to database


@transaction.atomic
def write(case, data):
    """Make a case's images, marks and figures those of a checked part, None for none.

    An image keeps its file and header where the document names the same bytes. No file is removed:
    a stored image that the document lacks is set apart, and comes back with it.
    """
    found = Reader().read(data or {}).found
    visits = {visit.key: visit for visit in case.visit_rows.all()}
    errors = []
    held = {row.sop_instance_uid: row for row in Instance.objects.filter(case=case)}
    studies, series, instances = [], [], []
    for study, item, path, below in found["studies"]:
        study.visit = find_visit(visits, item, path, errors)
        studies.append(study)
        for one, _item, _path, images in below:
            one.study = study
            series.append(one)
            for image, _item, place, _none in images:
                image.series = one
                refuse_conflict(image, held, place, errors)
                instances.append(image)
    if errors:
        raise DocumentError(errors)
    case.instances.filter(quarantine=REMOVED).update(quarantine="")
    settle(case, STUDY, studies, ("visit", "position"))
    settle(case, SERIES, series, ("study", "position"))
    settle(case, INSTANCE, instances, ("series", "position"))
    remove_missing(case, studies, series, instances)
    settle(case, ANNOTATION, [one[0] for one in found["annotations"]], ("position",))
    write_figures(case, found["figures"])


def find_visit(visits, item, path, errors):
    key = item.get("visit")
    if key is not None and key not in visits:
        message = _("there is no visit with the key “%s”") % key
        errors.append((f"{KEY}{path}.visit", message))
    return visits.get(key)


def refuse_conflict(image, held, path, errors):
    """Never point a stored image at another file, nor bring in one that is set apart."""
    known = held.get(image.sop_instance_uid)
    if known and known.held and known.sha256 != image.sha256:
        message = _("another file is stored under this SOP Instance UID")
        errors.append((f"{KEY}{path}.sha256", message))
    if known and known.quarantine not in ("", REMOVED):
        errors.append((f"{KEY}{path}", _("this image is set apart; release it first")))


def settle(case, shape, wanted, links):
    """Write the wanted rows over the known ones of the same identity; unchanged rows stay."""
    model, names = shape.model, [*shape.fields, *links]
    identity = shape.identity[0]
    known = {getattr(row, identity): row for row in model.objects.filter(case=case)}
    new, changed = [], []
    for row in wanted:
        row.case = case
        for link in links:
            setattr(row, link, getattr(row, link))  # takes the key of a target saved just now
        before = known.get(getattr(row, identity))
        if before is None:
            new.append(row)
        else:
            row.pk, row._state.adding = before.pk, False
            if any(differ(row, before, name) for name in names):
                changed.append(row)
    model.objects.bulk_create(new, batch_size=500)
    if changed:
        model.objects.bulk_update(changed, names, batch_size=200)
    if shape in (ANNOTATION, FIGURE):
        model.objects.filter(case=case).exclude(pk__in=[row.pk for row in wanted]).delete()


def differ(row, before, name):
    attribute = row._meta.get_field(name).attname
    return getattr(row, attribute) != getattr(before, attribute)


def remove_missing(case, studies, series, instances):
    """Take away the rows that the document lacks; images that are stored here are set apart."""
    mine = Instance.objects.filter(case=case)
    gone = mine.filter(quarantine="").exclude(pk__in=[row.pk for row in instances])
    gone.filter(held=True).update(quarantine=REMOVED)
    gone.filter(held=False).delete()
    apart = mine.exclude(quarantine="").values_list("series", "series__study")
    kept_series = {row.pk for row in series} | {one for one, _study in apart}
    Series.objects.filter(case=case).exclude(pk__in=kept_series).delete()
    kept_studies = {row.pk for row in studies} | {study for _one, study in apart}
    Study.objects.filter(case=case).exclude(pk__in=kept_studies).delete()


def write_figures(case, found):
    settle(case, FIGURE, [one[0] for one in found], ("position",))
    Panel.objects.filter(figure__case=case).delete()
    for figure, _item, _path, panels in found:
        for panel, *_rest in panels:
            panel.figure = figure
        Panel.objects.bulk_create(panel for panel, *_rest in panels)


# JSON Schema


def schema():
    """Return the JSON Schema (2020-12) of the part."""
    return {
        "type": "object",
        "properties": {key: list_schema(shape) for key, shape in LISTS.items()},
        "additionalProperties": False,
    }


def list_schema(shape):
    properties = {name: field_schema(field) for name, field in shape.fields.items()}
    if shape.model is Study:
        properties["visit"] = {"type": "string", "description": _("the key of a visit")}
    if shape.child:
        properties[shape.child_key] = list_schema(shape.child)
    item = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"type": "array", "items": item | {"required": shape.required}}


def field_schema(field):
    if hasattr(field, "schema"):
        return field.schema()
    if isinstance(field, models.IntegerField):
        return {"type": "integer"}
    if isinstance(field, models.FloatField):
        return {"type": "number"}
    if field.choices:
        return {"enum": [value for value, _label in field.flatchoices]}
    return {"type": "string"} | ({"maxLength": field.max_length} if field.max_length else {})


PART = Part(KEY, read, check, write, schema)

"""Mark presets and mark data for the viewer."""

import hashlib
import json
from dataclasses import asdict, dataclass

from imaging.document.shapes import ANNOTATION_FIELDS
from imaging.drawing.strokes import mark_of, svg_mark
from imaging.models import Annotation, ArrowheadShape, Colour, Instance, Kind
from imaging.pixels.measurement import measure
from patients.models.case import Side

SHARE = 18  # an arrowhead is 1/18 as long as the picture's longer side
MEASURED = (Kind.LINE, Kind.ELLIPSE)
MAX_PRESETS = 9  # one for each digit key


@dataclass(frozen=True)
class Preset:
    """The mark that one digit key places: a structure, its side and its style."""

    structure: str
    side: str
    colour: str
    shape: str
    angle_degrees: float

    @property
    def words(self):
        return str(Annotation(**asdict(self)))


PRESETS = (
    Preset("root_l5", Side.LEFT.value, Colour.RED.value, ArrowheadShape.FILLED.value, 145),
    Preset("root_s1", Side.LEFT.value, Colour.BLUE.value, ArrowheadShape.HOLLOW.value, -60),
    Preset("root_l5", Side.RIGHT.value, Colour.RED.value, ArrowheadShape.FILLED.value, 35),
    Preset("root_s1", Side.RIGHT.value, Colour.BLUE.value, ArrowheadShape.HOLLOW.value, -120),
)


def presets_of(marks):
    """Return the default presets, then those of the case's other arrowheads, up to MAX_PRESETS."""
    found = {(one.structure, one.side, one.colour, one.shape): one for one in PRESETS}
    for mark in marks:
        if mark.kind != Kind.ARROWHEAD:
            continue
        identity = (mark.structure, mark.side, mark.colour, mark.shape)
        if identity not in found:
            found[identity] = Preset(*identity, mark.angle_degrees)
    return list(found.values())[:MAX_PRESETS]


def as_data(mark):
    """Return a mark as a dict for the API and the viewer's script."""
    found = {name: getattr(mark, name) for name in ANNOTATION_FIELDS}
    return {"id": mark.pk, "case": str(mark.case_id)} | found | {"words": str(mark)}


def tag_of(mark):
    """Return the ETag of a mark, which changes when any of its fields changes."""
    fields = {name: Annotation._meta.get_field(name) for name in ANNOTATION_FIELDS}
    stored = {name: field.to_python(getattr(mark, name)) for name, field in fields.items()}
    return f'"{hashlib.sha256(json.dumps(stored).encode()).hexdigest()[:32]}"'


def measured_data(marks):
    """Return marks as dicts with their measurements, in at most one query.

    The measurements are {} for a mark that has none, or whose image is missing.
    """
    images = images_of([mark for mark in marks if mark.kind in MEASURED])
    found = [(mark, images.get((mark.case_id, mark.sop_instance_uid))) for mark in marks]
    return [
        as_data(mark) | {"measured": measure(mark, image) if image else {}} for mark, image in found
    ]


def images_of(marks):
    """Return {(case, UID): image} of the released images that marks are on."""
    if not marks:
        return {}
    cases, uids = {mark.case_id for mark in marks}, {mark.sop_instance_uid for mark in marks}
    rows = Instance.objects.released().filter(case__in=cases, sop_instance_uid__in=uids)
    return {(row.case_id, row.sop_instance_uid): row for row in rows}


def drawn_data(marks):
    """Return marks as dicts with ETags and measurements for the viewer, in at most one query."""
    measured = zip(marks, measured_data(marks), strict=True)
    return [{"etag": tag_of(mark)} | data for mark, data in measured]


def svg_of(mark, longest):
    """Return a mark as SVG in pixels of its picture; `longest` is the picture's longer side."""
    return svg_mark(mark_of(mark), longest / SHARE, str(mark))

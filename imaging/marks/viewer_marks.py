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


def as_measured_data(mark, image=None):
    """Return a mark as a dict; "measured" is {} without measurements or without its image."""
    if image is None and mark.kind in MEASURED:
        here = Instance.objects.released().filter(case=mark.case_id)
        image = here.filter(sop_instance_uid=mark.sop_instance_uid).first()
    return as_data(mark) | {"measured": measure(mark, image) if image else {}}


def drawn_data(marks):
    """Return the marks of one case as dicts with ETags and measurements for the viewer.

    Takes at most one query, and one per measured mark whose image is missing.
    """
    uids = {mark.sop_instance_uid for mark in marks if mark.kind in MEASURED}
    case = marks[0].case_id if marks else None
    rows = Instance.objects.released().filter(case=case, sop_instance_uid__in=uids) if uids else ()
    images = {row.sop_instance_uid: row for row in rows}
    return [
        {"etag": tag_of(mark)}
        | (
            as_measured_data(mark, images.get(mark.sop_instance_uid))
            if mark.kind in MEASURED
            else as_data(mark)
        )
        for mark in marks
    ]


def svg_of(mark, longest):
    """Return a mark as SVG in pixels of its picture; `longest` is the picture's longer side."""
    return svg_mark(mark_of(mark), longest / SHARE, str(mark))

"""Import annotations from a presentation state, such as one that another program wrote."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imaging.dicom import sandbox
from imaging.document.pieces import OF_ANNOTATIONS
from imaging.file_store import limits
from imaging.models import Annotation
from patients.models.case import Side
from patients.versions.saving import save_version

# A dotted name, because importing highdicom takes 20 MB.
READ = "imaging.dicom.presentation_state:read_presentation_state"
DRAWN = re.compile(r"\s*\([^()]*\)\s*$")  # the "(red, filled)" at the end of Annotation.words()
PLACE = ("kind", "frame", "x", "y", "x2", "y2")


@dataclass(frozen=True)
class Taken:
    """The result of an import: new marks, the number of known marks, and notes on skipped marks."""

    marks: list
    known: int
    notes: list


def take_presentation_state(case, user, path):
    """Add the marks of a presentation state to the case's images; save a version if any are new.

    Marks that the case already has are not changed. Raises Refused if the file cannot be read.
    """
    bounds = limits()
    key = bytes.fromhex(case.patient.image_key)
    found = sandbox.call(READ, str(path), key, bounds, limits=bounds)
    notes = [_(text) % values for text, values in found["notes"]]
    with transaction.atomic():
        marks, known = new_marks(case, found["marks"], notes)
        for position, mark in enumerate(marks, case.annotations.count()):
            mark.position = position
            mark.save()
        if marks:
            comment = ngettext("%d annotation imported", "%d annotations imported", len(marks))
            save_version(case, user, comment % len(marks), only=OF_ANNOTATIONS)
    return Taken(marks, known, notes)


def new_marks(case, found, notes):
    """Return (unsaved new marks, number of known marks); add notes on skipped marks."""
    images = {row.sop_instance_uid: row for row in case.instances.released().defer("header")}
    known = {identity(row) for row in case.annotations.all()}
    marks, elsewhere, repeated, outside = [], 0, 0, 0
    for one in found:
        image = next((images[uid] for uid in one["uids"] if uid in images), None)
        mark = image and mark_of(case, image, one)
        elsewhere += image is None
        outside += image is not None and mark is None
        repeated += bool(mark) and identity(mark) in known
        if mark and identity(mark) not in known:
            known.add(identity(mark))
            marks.append(mark)
    notes += counted(elsewhere, repeated, outside)
    return marks, repeated


def counted(elsewhere, repeated, outside):
    """Return a sentence for each reason why marks were skipped."""
    found = (
        (elsewhere, _("Skipped because their images are not in this case: %d.")),
        (repeated, _("Skipped because the case already has them: %d.")),
        (outside, _("Annotations skipped because they are incomplete or outside the image: %d.")),
    )
    return [text % count for count, text in found if count]


def identity(mark):
    """Return the key for comparing marks: image, kind, frame, position to 0.01 pixels."""
    numbers = (getattr(mark, name) for name in PLACE[2:])
    rounded = tuple(None if value is None else round(value, 2) for value in numbers)
    return mark.sop_instance_uid, mark.kind, mark.frame, rounded


def mark_of(case, image, one):
    """Return an unsaved mark, or None if it is invalid or outside the picture."""
    structure, side, label = parse_target(one["label"])
    values = {name: one[name] for name in PLACE if name in one}
    mark = Annotation(
        case=case,
        sop_instance_uid=image.sop_instance_uid,
        structure=structure,
        side=side,
        label=label,
        colour=one["colour"],
        shape=one["shape"],
        angle_degrees=one.get("angle_degrees", 0),
        **values,
    )
    try:
        mark.full_clean()
    except ValidationError:
        return None
    return mark if within(mark, image) else None


def within(mark, image):
    """Return whether a mark is on an existing frame, with both ends inside the picture."""
    ends = (
        (mark.x, image.columns),
        (mark.x2, image.columns),
        (mark.y, image.rows),
        (mark.y2, image.rows),
    )
    inside = all(value is None or count is None or value <= count - 0.5 for value, count in ends)
    return inside and mark.frame <= image.number_of_frames


def parse_target(text):
    """Parse a label such as "left L5 root" into (structure, side, label).

    A structure that is not in the catalogue becomes "not named", with `text` as its label.
    """
    column = Annotation._meta.get_field("structure")
    plain = DRAWN.sub("", text)
    for side in (Side.LEFT, Side.RIGHT):
        head = f"{side.label} ".lower()
        if plain.lower().startswith(head):
            structure = column.read(plain[len(head) :])
            if column.knows(structure):
                return structure, side.value, ""
    structure = column.read(plain)
    if column.knows(structure):
        return structure, Side.NOT_STATED.value, ""
    return column.read(_("not named")), Side.NOT_STATED.value, text[:200]

"""Rules that compare figure labels with the images shown, and marks with imaging findings.

The document has no pixel spacing, so marks are checked against the edges of the image, but not
against the crop of a figure.
"""

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from caserecords.reasoning.checks.finding import CONTRADICTION, DOUBT, CheckFinding, Rule
from caserecords.reasoning.checks.panels import weighting_of
from caserecords.reasoning.row_references import image_part, refer_to_rows
from patients.catalogue import lookup
from patients.models import Side
from patients.models.wording import side_words

UNSTATED = (Side.NOT_STATED, "")


def images(record):
    return record.parts.get("imaging") or {}


def series_by_image(record):
    """Return {SOP Instance UID: (series, instance)} for the images in the document."""
    return {
        image["sop_instance_uid"]: (series, image)
        for study in images(record).get("studies", ())
        for series in study.get("series", ())
        for image in series.get("instances", ())
    }


def named(catalogue, value):
    words = lookup.label(catalogue, value)
    return gettext(words) if lookup.is_listed(catalogue, value) else words


def columns_against_series(record):
    """A figure column whose label names a different weighting from that of the series shown."""
    known = series_by_image(record)
    for index, figure in enumerate(images(record).get("figures", ())):
        seen = set()
        for panel in figure.get("panels", ()):
            series, _image = known.get(panel.get("sop_instance_uid"), ({}, {}))
            described = series.get("series_description", "")
            label = panel.get("column_label", "")
            labelled, shown = weighting_of(label), weighting_of(described.replace("_", " "))
            differs = labelled and shown and labelled != shown
            if differs and (label, described) not in seen:
                seen.add((label, described))
                message = _("A column labelled “%(label)s” shows the series “%(series)s”.")
                yield CheckFinding(
                    message % {"label": label, "series": described},
                    (image_part("figures", index, figure.get("label", "")),),
                    (figure.get("label", ""), label, described),
                )


def rows_against_levels(record):
    """A figure row whose level differs from the level recorded for its slice."""
    levels = {
        (row["sop_instance_uid"], row.get("frame", 1)): row["level"]
        for row in images(record).get("levels", ())
    }
    for index, figure in enumerate(images(record).get("figures", ())):
        for panel in figure.get("panels", ()):
            level = levels.get((panel.get("sop_instance_uid"), panel.get("frame", 1)))
            if level and panel.get("level") and level != panel["level"]:
                values = {
                    "row": named("levels", panel["level"]),
                    "slice": named("levels", level),
                }
                yield CheckFinding(
                    _("A row labelled %(row)s shows a slice labelled %(slice)s.") % values,
                    (image_part("figures", index, figure.get("label", "")),),
                    (figure.get("label", ""), panel["level"], level, panel["sop_instance_uid"]),
                )


def marks_outside(record):
    """A mark whose position (x, y) is outside its image."""
    known = series_by_image(record)
    for index, mark in enumerate(images(record).get("annotations", ())):
        _series, image = known.get(mark["sop_instance_uid"], ({}, {}))
        width, height = image.get("columns"), image.get("rows")
        x, y = mark.get("x", 0), mark.get("y", 0)
        if width and height and (x > width - 0.5 or y > height - 0.5):
            yield CheckFinding(
                _("The mark “%(target)s” is outside its image.") % {"target": target(mark)},
                (image_part("annotations", index, target(mark)),),
                (mark.get("structure", ""), mark.get("side", ""), x, y, mark["sop_instance_uid"]),
            )


def target(mark):
    """Return the structure of a mark, or else its label, with the side: "left L5 root"."""
    structure = mark.get("structure", "")
    words = named("structures", structure) if structure else mark.get("label", "")
    side = mark.get("side", Side.NOT_STATED)
    return words if side in UNSTATED else f"{side_words(side)} {words}"


def marks_without_finding(record):
    """A marked structure that no imaging finding mentions; one result per structure and side.

    Cases without any imaging findings are skipped.
    """
    if not record.imaging_findings:
        return
    marks = {}
    for index, mark in enumerate(images(record).get("annotations", ())):
        if mark.get("structure") and not any(names(row, mark) for row in record.imaging_findings):
            marks.setdefault((mark["structure"], mark.get("side", "")), []).append((index, mark))
    for facts, found in marks.items():
        words = target(found[0][1])
        rows = tuple(image_part("annotations", index, words) for index, _mark in found)
        about = [row for row in record.imaging_findings if row.structure == facts[0]]
        yield CheckFinding(
            _("The %(target)s is marked, but no imaging finding mentions it.") % {"target": words},
            (*rows, *refer_to_rows(record, about)),
            facts,
        )


def names(row, mark):
    """Return whether a finding and a mark have the same structure and compatible sides."""
    sides = (row.side, mark.get("side", Side.NOT_STATED))
    agree = sides[0] == sides[1] or any(side in (*UNSTATED, Side.BOTH) for side in sides)
    return row.structure == mark["structure"] and agree


RULES = (
    Rule(
        "figure-series",
        CONTRADICTION,
        gettext_lazy("Figure column label does not match its series"),
        gettext_lazy("Correct the label of the column, or choose another series."),
        columns_against_series,
        of_images=True,
    ),
    Rule(
        "figure-level",
        CONTRADICTION,
        gettext_lazy("Figure row level does not match its slice"),
        gettext_lazy("Correct the level of the row or of the slice."),
        rows_against_levels,
        of_images=True,
    ),
    Rule(
        "mark-outside",
        CONTRADICTION,
        gettext_lazy("Mark outside its image"),
        gettext_lazy("Move the mark onto the image, or remove it."),
        marks_outside,
        of_images=True,
    ),
    Rule(
        "mark-finding",
        DOUBT,
        gettext_lazy("Marked structure without an imaging finding"),
        gettext_lazy(
            "Add the finding that is marked, or correct the structure or side of the mark."
        ),
        marks_without_finding,
        of_images=True,
    ),
)

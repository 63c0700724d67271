"""A figure as it is shown and printed: panels out of rows, caption out of the data, one PNG."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from imaging.dicom.refusal import Refused
from imaging.figures.captions import MarkWords, caption, lettered
from imaging.geometry import orientation_letters
from imaging.images import read_frame
from imaging.models import Annotation, Figure, Instance, Panel
from imaging.rendering import Mark, PanelImage, compose_figure, figure_png, window

PANEL_PIXELS = 640
NOTHING_HELD = gettext_noop("None of the pictures of this figure is stored here.")


@dataclass(frozen=True)
class Cell:
    """One place of a figure; `panel` is None where no picture was chosen."""

    panel: Panel | None = None
    image: Instance | None = None
    letter: str = ""
    marks: tuple[Annotation, ...] = ()

    @property
    def is_shown(self):
        """Whether the picture can be drawn here."""
        return bool(self.image and self.image.held)


@dataclass(frozen=True)
class FigureSheet:
    """A figure gathered whole. `rows` lists (level, cells)."""

    figure: Figure
    rows: tuple
    columns: tuple[str, ...]
    caption: str
    synthetic: bool

    @property
    def missing(self):
        """How many of its pictures are not stored here."""
        cells = [cell for _level, row in self.rows for cell in row]
        return sum(1 for cell in cells if cell.panel and not cell.is_shown)


def gather_figure(figure):
    """Return the FigureSheet of a figure, in three queries."""
    panels = list(figure.panels.all())
    uids = {panel.sop_instance_uid for panel in panels}
    of_case = Instance.objects.released().filter(case=figure.case_id, sop_instance_uid__in=uids)
    images = {
        image.sop_instance_uid: image
        for image in of_case.select_related("series__study", "series__case")
    }
    marks = by_place(figure.case.annotations.filter(sop_instance_uid__in=uids))
    return make_sheet(figure, panels, images, marks)


def by_place(annotations):
    found = {}
    for mark in annotations:
        found.setdefault((mark.sop_instance_uid, mark.frame), []).append(mark)
    return found


def make_sheet(figure, panels, images, marks):
    placed = {(panel.row, panel.column): panel for panel in panels}
    across = range(1 + max((panel.column for panel in panels), default=-1))
    down = range(1 + max((panel.row for panel in panels), default=-1))
    columns = tuple(
        first(panel.column_label for panel in panels if panel.column == at) for at in across
    )
    letters = dict(enumerate(letter for letter, _label in lettered(columns)))
    label = Panel._meta.get_field("level").label
    levels = [label(first(panel.level for panel in panels if panel.row == r)) for r in down]
    cells = [
        [make_cell(placed.get((r, c)), images, marks, letters[c]) for c in across] for r in down
    ]
    shown = [mark for row in cells for cell in row for mark in cell.marks]
    synthetic = any(cell.image and cell.image.series.is_synthetic for row in cells for cell in row)
    text = caption(levels, columns, [mark_words(mark) for mark in shown], synthetic)
    return FigureSheet(
        figure, tuple(zip(levels, map(tuple, cells), strict=True)), columns, text, synthetic
    )


def make_cell(panel, images, marks, letter):
    if panel is None:
        return Cell()
    place = (panel.sop_instance_uid, panel.frame)
    return Cell(panel, images.get(panel.sop_instance_uid), letter, tuple(marks.get(place, ())))


def first(words):
    return next((word for word in words if word), "")


def mark_words(mark):
    return MarkWords(mark.target(), mark.get_colour_display(), mark.get_shape_display())


# The picture


def draw_figure(sheet, panel=PANEL_PIXELS):
    """Return the figure as PNG bytes. Raises Refused where none of its pictures is stored here."""
    if not any(cell.is_shown for _level, row in sheet.rows for cell in row):
        raise Refused(NOTHING_HELD)
    rows = [
        [
            draw_cell(cell, level, sheet.columns[at], cell.letter if down == 0 else "")
            for at, cell in enumerate(row)
        ]
        for down, (level, row) in enumerate(sheet.rows)
    ]
    return figure_png(compose_figure(rows, panel, _("SYNTHETIC") if sheet.synthetic else ""))


def draw_cell(cell, level, column, letter):
    """Return one PanelImage; a place without a stored picture stays black."""
    labels = {"letter": letter, "row_label": level, "column_label": column}
    if not cell.is_shown:
        return PanelImage(np.zeros((2, 2), np.uint8), **labels)
    frame = read_frame(cell.image, cell.panel.frame)
    return PanelImage(
        image=window(frame, *window_of(cell)),
        marks=tuple(
            Mark(mark.x, mark.y, mark.colour, mark.shape, mark.angle_degrees) for mark in cell.marks
        ),
        spacing=cell.image.pixel_spacing,
        letters=orientation_letters(cell.image.image_orientation_patient),
        **labels,
    )


def window_of(cell):
    """Return (centre, width): the panel's own, else its series'; (None, None) as the file says."""
    if cell.panel.window_width is not None and cell.panel.window_center is not None:
        return cell.panel.window_center, cell.panel.window_width
    return cell.image.series.window_center, cell.image.series.window_width

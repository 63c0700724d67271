"""Collect a figure's panels, images and marks, with its caption and alternative text."""

from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext_noop

from imaging.dicom.native import frame_header
from imaging.dicom.refusal import Refused
from imaging.drawing.strokes import is_inside, mark_of
from imaging.figures.captions import MarkWords, alternative_text, caption, lettered
from imaging.figures.composition import PanelImage
from imaging.models import Annotation, Figure, Instance, Panel
from imaging.pixels.measurement import length_label, spacing_of
from imaging.pixels.pictures import read_frame
from imaging.pixels.rendering import window
from imaging.slices.geometry import orientation_letters

BLACK = np.zeros((2, 2), np.uint8)
NOTHING_HELD = gettext_noop(
    "None of this figure's images is stored on this server. Import them to show the figure."
)


@dataclass(frozen=True)
class SheetCell:
    """One cell of a figure; `panel` is None if no picture was chosen."""

    panel: Panel | None = None
    image: Instance | None = None
    letter: str = ""
    marks: tuple[Annotation, ...] = ()

    @property
    def is_shown(self):
        """Whether the picture is stored and can be drawn."""
        return bool(self.image and self.image.held)


@dataclass(frozen=True)
class FigureSheet:
    """All data needed to draw a figure; `rows` lists (level, cells)."""

    figure: Figure
    rows: tuple
    columns: tuple[str, ...]
    caption: str
    alternative_text: str
    synthetic: bool

    @property
    def missing(self):
        """The number of pictures that are not stored."""
        return sum(1 for cell in self.cells if cell.panel and not cell.is_shown)

    @property
    def cells(self):
        """All cells, row by row."""
        return [cell for _level, row in self.rows for cell in row]

    @property
    def uncropped(self):
        """The number of pictures that cannot be cropped, as their pixel spacing is not stated."""
        if self.figure.crop_size_mm is None:
            return 0
        shown = [cell for cell in self.cells if cell.is_shown]
        return sum(1 for cell in shown if not spacing_of(cell.image, cell.panel.frame))

    @property
    def hidden_marks(self):
        """The number of marks that are not drawn, as they are outside the crop."""
        return sum(len(cell.marks) - len(marks_drawn(cell, self.figure)) for cell in self.cells)


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
    marks = marks if figure.show_marks else {}
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
    shown = [mark for row in cells for cell in row for mark in marks_drawn(cell, figure)]
    synthetic = any(cell.image and cell.image.series.is_synthetic for row in cells for cell in row)
    text = caption(levels, columns, [mark_words(mark) for mark in shown], synthetic)
    described = [
        (level, [cell_text(cell, columns[at], figure) for at, cell in enumerate(row)])
        for level, row in zip(levels, cells, strict=True)
    ]
    rows = tuple(zip(levels, map(tuple, cells), strict=True))
    alternative = alternative_text(described, synthetic)
    return FigureSheet(figure, rows, columns, text, alternative, synthetic)


def cell_text(cell, label, figure):
    """Return (letter, label, [MarkWords]) of a picture, or None for an empty cell."""
    if not cell.panel:
        return None
    return cell.letter, label, [mark_words(mark) for mark in marks_drawn(cell, figure)]


def marks_drawn(cell, figure):
    """Return a cell's marks that have at least one end inside the figure's crop.

    Without a crop, or if the picture is not stored, all marks are returned.
    """
    box = crop_of(cell, figure) if cell.is_shown else None
    return [mark for mark in cell.marks if box is None or is_inside(mark, box)]


def make_cell(panel, images, marks, letter):
    if panel is None:
        return SheetCell()
    place = (panel.sop_instance_uid, panel.frame)
    return SheetCell(panel, images.get(panel.sop_instance_uid), letter, tuple(marks.get(place, ())))


def first(texts):
    return next((text for text in texts if text), "")


def mark_words(mark):
    colour, shape = mark.get_colour_display(), mark.get_shape_display()
    return MarkWords(mark.target(), str(colour), str(shape), mark.kind)


# Pictures


def panel_images(sheet):
    """Return the PanelImages as a list of rows.

    Raises Refused if no picture is stored or one cannot be decoded, and OSError if a file is
    missing.
    """
    if not any(cell.is_shown for cell in sheet.cells):
        raise Refused(NOTHING_HELD)
    return [
        [panel_image(sheet.figure, cell, blank) for cell, blank in zip(row, blanks, strict=True)]
        for (_level, row), blanks in zip(sheet.rows, blank_panels(sheet), strict=True)
    ]


def blank_panels(sheet):
    """Return labelled black PanelImages as a list of rows, without reading pictures."""
    return [
        [
            PanelImage(BLACK, cell.letter * (down == 0), level, sheet.columns[at])
            for at, cell in enumerate(row)
        ]
        for down, (level, row) in enumerate(sheet.rows)
    ]


def panel_image(figure, cell, blank):
    """Return one PanelImage; it is black if the picture is not stored."""
    if not cell.is_shown:
        return blank
    frame = read_frame(cell.image, cell.panel.frame)
    spacing = spacing_of(cell.image, cell.panel.frame)
    orientation = frame_header(cell.image.header, cell.panel.frame - 1).get(
        "image_orientation_patient"
    )
    return replace(
        blank,
        image=window(frame, *window_of(cell)),
        marks=tuple(mark_of(mark, length_label(mark, spacing)) for mark in cell.marks),
        spacing=spacing,
        letters=orientation_letters(orientation) if figure.orientation_letters else None,
        crop=crop_of(cell, figure),
        scale_bar=figure.scale_bar,
    )


def crop_of(cell, figure):
    """Return the crop of a picture as (left, top, right, bottom) in its pixels.

    Returns None if the figure has no crop, or if the pixel spacing is unknown.
    """
    spacing = spacing_of(cell.image, cell.panel.frame)
    if figure.crop_size_mm is None or spacing is None:
        return None
    down, across = spacing
    x = (cell.image.columns or 1) / 2 + (figure.crop_x_mm or 0) / across
    y = (cell.image.rows or 1) / 2 + (figure.crop_y_mm or 0) / down
    half_width, half_height = figure.crop_size_mm / across / 2, figure.crop_size_mm / down / 2
    return x - half_width, y - half_height, x + half_width, y + half_height


def window_of(cell):
    """Return the window (centre, width) of a panel, or else that of its series.

    (None, None) stands for the window stated in the file.
    """
    if cell.panel.window_width is not None and cell.panel.window_center is not None:
        return cell.panel.window_center, cell.panel.window_width
    return cell.image.series.window_center, cell.image.series.window_width

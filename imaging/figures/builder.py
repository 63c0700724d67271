"""The figure builder's grid: parse it from a form, validate it and create panels."""

from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from imaging.figures.captions import series_label
from imaging.models import Instance, Panel, Series
from imaging.models.figures import MAX_PANELS
from imaging.pixels.responses import BadParameter, read_number
from imaging.slices.levels import slices_at
from imaging.slices.navigation import matching_slices, slices_of


@dataclass
class Column:
    """A column of the grid: one series, shown with one window."""

    index: int
    series: Series | None = None
    label: str = ""
    center: float | None = None
    width: float | None = None
    slices: list = field(default_factory=list)


@dataclass
class BuilderRow:
    """A row of the grid: one level, and a choice ("uid|frame" or "") for each column."""

    index: int
    level: str = ""
    cells: list = field(default_factory=list)


@dataclass
class Grid:
    """The rows and columns of a figure, with errors as (field name, message) pairs."""

    rows: list
    columns: list
    errors: list = field(default_factory=list)


def grid_of(figure):
    """Return the Grid of a stored figure, with a few queries per column."""
    panels = list(figure.panels.all())
    series_of = dict(
        Instance.objects.filter(
            case=figure.case, sop_instance_uid__in={panel.sop_instance_uid for panel in panels}
        ).values_list("sop_instance_uid", "series")
    )
    known = {one.pk: one for one in series_choices(figure.case)}
    width = 1 + max((panel.column for panel in panels), default=-1)
    height = 1 + max((panel.row for panel in panels), default=-1)
    columns = [column_of(at, panels, series_of, known) for at in range(width)]
    return Grid([row_of(at, panels, width) for at in range(height)], columns)


def series_choices(case):
    """Return the series of a case that have released images, in the order of the case."""
    shown = case.series.filter(instances__quarantine="").distinct().select_related("study__visit")
    return list(shown.order_by("study__position", "position", "pk"))


def column_of(at, panels, series_of, known):
    mine = [panel for panel in panels if panel.column == at]
    found = next((series_of.get(panel.sop_instance_uid) for panel in mine), None)
    column = Column(at, known.get(found))
    for panel in mine:
        column.label = column.label or panel.column_label
        if column.width is None:
            column.center, column.width = panel.window_center, panel.window_width
    if column.series:
        column.slices = slices_of(column.series)
    return column


def row_of(at, panels, width):
    mine = {panel.column: panel for panel in panels if panel.row == at}
    label = Panel._meta.get_field("level").label
    level = next((label(panel.level) for panel in mine.values() if panel.level), "")
    return BuilderRow(at, level, [choice(mine[c]) if c in mine else "" for c in range(width)])


def choice(shown):
    """Return the form value for the frame of a Panel or Slice: "uid|frame"."""
    return f"{shown.sop_instance_uid}|{shown.frame}"


# Parsing the form


def read_grid(post, figure):
    """Parse the posted form into a Grid, with errors for invalid fields.

    A field that was not sent keeps its stored value.
    """
    before = grid_of(figure)
    post = texts_of(before) | post.dict()
    known = {str(one.pk): one for one in series_choices(figure.case)}
    grid = Grid([], [])
    for at in range(MAX_PANELS):
        read_column(post, at, known, before, grid)
    for at in range(MAX_PANELS):
        read_row(post, at, before, grid)
    return grid


def texts_of(grid):
    """Return {field name: text} of a stored Grid."""
    texts = {}
    for column in grid.columns:
        at = column.index
        texts |= {f"series_{at}": str(column.series.pk) if column.series else ""}
        texts |= {f"column_label_{at}": column.label}
        for name, number in (("center", column.center), ("width", column.width)):
            texts[f"{name}_{at}"] = "" if number is None else str(number)
    for row in grid.rows:
        texts[f"level_{row.index}"] = row.level
        texts |= {f"cell_{row.index}_{at}": cell for at, cell in enumerate(row.cells)}
    return texts


def read_column(post, at, known, before, grid):
    """Add the form's column `at` to the grid, unless it is new and empty or marked for removal."""
    chosen = post.get(f"series_{at}", "")
    old = before.columns[at] if at < len(before.columns) else None
    if f"remove_column_{at}" in post or not (chosen or old):
        return
    column = Column(at, label=post.get(f"column_label_{at}", "").strip()[:200])
    if chosen and chosen not in known:
        message = _("This series is not part of the case. Choose another one.")
        grid.errors.append((f"series_{at}", message))
    column.series = known.get(chosen)
    if column.series:
        column.slices = slices_of(column.series)
        if not column.label:
            column.label = usual_label(column.series)
    read_window(post, column, grid)
    grid.columns.append(column)


def add_visits(grid, figure):
    """Replace each column with one column per similar series, labelled by visit or study date.

    Series are similar if they have the same default label. A column without a series is kept. If
    a series has no similar one in another study, an error is added. If the grid has any error, all
    columns stay as they are. Columns beyond MAX_PANELS are dropped.
    """
    every = [one for one in series_choices(figure.case) if one.study_id]
    before, after = grid.columns, []
    for column in before:
        similar = [one for one in every if is_similar(one, column.series)]
        if column.series and len({one.study_id for one in similar}) < 2:
            message = _("No other study has a series similar to “%s”. Add the columns yourself.")
            message %= column.label
            grid.errors.append((f"series_{column.index}", message))
        after += [(column, visit_column(one, column)) for one in similar] or [(column, column)]
    if grid.errors:
        return
    after = after[:MAX_PANELS]
    for row in grid.rows:
        chosen = dict(zip((column.index for column in before), row.cells, strict=True))
        row.cells = [place_in(new, old, chosen[old.index], row) for old, new in after]
    grid.columns = [replace(new, index=at) for at, (_old, new) in enumerate(after)]


def is_similar(one, series):
    return series is not None and usual_label(one) == usual_label(series)


def visit_column(series, like):
    """Return a column for a series, based on `like`, with the visit or study date in its label."""
    when = series.study.visit.label if series.study.visit else str(series.study.study_date or "")
    own = series == like.series
    window = (like.center, like.width) if own else (None, None)
    name = like.label or usual_label(series)
    label = f"{name}, {when}" if when and when not in name else name
    return Column(like.index, series, label[:200], *window, slices_of(series))


def place_in(new, old, chosen, row):
    """Return the slice that a new column shows in a row, as "uid|frame", or "" if there is none.

    The same series keeps its choice. Another series shows its slice at the row's level, or else
    the slice that matches the old choice.
    """
    if new.series == old.series:
        return chosen
    level = Panel._meta.get_field("level").read(row.level)
    if level and slices_at(new.series.case, new.series, level):
        return pick(None, new, None, row.index, level)
    at = next((n for n, one in enumerate(old.slices) if choice(one) == chosen), None)
    space = new.series.frame_of_reference_uid
    same = bool(space) and space == old.series.frame_of_reference_uid
    match = None if at is None else matching_slices(old.slices, new.slices, same)[at]
    return "" if match is None else choice(new.slices[match])


def usual_label(series):
    names = (series.series_description, series.protocol_name)
    return series_label(*names, contrast=series.contrast_bolus_agent, plane=series.plane)


def read_window(post, column, grid):
    at = column.index
    try:
        column.center, column.width = (read_number(post, f"{n}_{at}") for n in ("center", "width"))
    except BadParameter:
        message = _("Enter the window centre and width as numbers, such as 40 and 400.")
        grid.errors.append((f"width_{at}", message))
    if (column.center is None) != (column.width is None):
        message = _("Enter both the window centre and width, or leave both empty.")
        grid.errors.append((f"width_{at}", message))


def read_row(post, at, before, grid):
    """Add row `at` of the form to the grid, unless it is empty or marked for removal.

    Cells of new rows and columns get a suggested slice.
    """
    level = post.get(f"level_{at}", "").strip()[:190]
    picked = {column.index: post.get(f"cell_{at}_{column.index}") for column in grid.columns}
    if f"remove_row_{at}" in post or not (level or any(picked.values())):
        return
    row = BuilderRow(at, level)
    known = Panel._meta.get_field("level").read(level)
    for column in grid.columns:
        kept = kept_choice(before, at, column.index)
        row.cells.append(pick(picked[column.index], column, kept, at, known))
    grid.rows.append(row)


def kept_choice(before, row, column):
    if row < len(before.rows) and column < len(before.rows[row].cells):
        return before.rows[row].cells[column]
    return None


def pick(chosen, column, kept, at, level):
    """Return the posted choice of a cell if it is valid, otherwise a suggestion.

    A valid choice is empty, a slice of the series, or the stored choice (`kept`). The suggestion
    is a slice at the row's level; if there is none, the rows get evenly spaced slices. It is "" if
    the series has no slices.
    """
    offered = [f"{one.sop_instance_uid}|{one.frame}" for one in column.slices]
    if chosen == "" or (chosen and (chosen in offered or chosen == kept)):
        return chosen
    if not offered:
        return ""
    here = slices_at(column.series.case, column.series, level) if level else []
    if here:
        return f"{here[0].sop_instance_uid}|{here[0].frame}"
    rows = max(at + 1, 3)
    return offered[min(len(offered) - 1, round((at + 0.5) * len(offered) / rows - 0.5))]


def panels_of(grid, figure):
    """Return the grid's panels, unsaved; add validation errors to the grid."""
    column_of_level = Panel._meta.get_field("level")
    panels = []
    for down, row in enumerate(grid.rows):
        for across, (column, chosen) in enumerate(zip(grid.columns, row.cells, strict=True)):
            if not chosen:
                continue
            uid, frame = chosen.rsplit("|", 1)
            panel = Panel(
                figure=figure,
                row=down,
                column=across,
                level=column_of_level.read(row.level),
                column_label=column.label,
                sop_instance_uid=uid,
                frame=int(frame),
                window_center=column.center,
                window_width=column.width,
            )
            check(panel, row, column, grid)
            panels.append(panel)
    return panels


def check(panel, row, column, grid):
    names = {"level": f"level_{row.index}", "window_width": f"width_{column.index}"}
    try:
        panel.clean_fields()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            where = names.get(name, f"cell_{row.index}_{column.index}")
            grid.errors += [(where, message) for message in messages]

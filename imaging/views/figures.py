"""The figure builder; rows are levels, columns are series."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from imaging.document.pieces import OF_FIGURES
from imaging.figures.builder import (
    BuilderRow,
    Column,
    add_visits,
    grid_of,
    panels_of,
    read_grid,
    series_choices,
)
from imaging.figures.output import WIDTHS_MM, shown_size
from imaging.figures.sheet import gather_figure
from imaging.forms import FigureForm, level_choices
from imaging.models import Figure, Panel
from imaging.models.figures import MAX_PANELS
from imaging.pixels.measurement import spacing_of
from patients.access.permissions import get_case, is_editable
from patients.actions.sent_once import once
from patients.forms.unsent import sends_nothing
from patients.versions.saving import save_version
from patients.views.undoing import offer_restore

WIDTH_LABELS = (_lazy("one column"), _lazy("one and a half columns"), _lazy("two columns"))


@require_POST
@once
def add_figure(request, case_pk):
    """Create an empty figure."""
    case = get_case(request, case_pk, edit=True)
    last = case.figures.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    with transaction.atomic():
        label = _("Figure %(number)s") % {"number": position + 1}
        figure = Figure.objects.create(case=case, label=label, position=position)
        save_version(case, request.user, only=OF_FIGURES)
    return redirect("imaging:edit-figure", case.pk, figure.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_figure(request, case_pk, pk):
    """Show a figure; users who may edit the case can edit it."""
    case = get_case(request, case_pk, edit=request.method == "POST")
    figure = get_object_or_404(Figure.objects.select_related("case"), pk=pk, case=case)
    is_sent = not sends_nothing(request.POST)
    form = FigureForm(request.POST if is_sent else None, instance=figure)
    grid = read_grid(request.POST, figure) if is_sent else grid_of(figure)
    if is_sent:
        if "add_visits" in request.POST:
            add_visits(grid, figure)
        panels = panels_of(grid, figure)
        if form.is_valid() and not grid.errors:
            store_figure(form, panels, case, request.user)
            messages.success(request, _("%(figure)s saved.") % {"figure": figure})
            return redirect("imaging:edit-figure", case.pk, figure.pk)
    context = builder_context(case, figure, form, grid)
    context["editable"] = is_editable(case, request.user)
    return render(request, "imaging/figure.html", context, status=422 if form.is_bound else 200)


def store_figure(form, panels, case, user):
    """Save a figure, replace its panels, and save a version of the case."""
    with transaction.atomic():
        figure = form.save()
        figure.panels.all().delete()
        Panel.objects.bulk_create(panels)
        save_version(case, user, only=OF_FIGURES)


def builder_context(case, figure, form, grid):
    """Return the context of the builder page.

    It has an empty row to fill in unless there are MAX_PANELS rows; the same applies to columns.
    """
    next_column = 1 + max((column.index for column in grid.columns), default=-1)
    next_row = 1 + max((row.index for row in grid.rows), default=-1)
    sheet = gather_figure(Figure.objects.select_related("case").get(pk=figure.pk))
    extra_row = [BuilderRow(next_row)] if next_row < MAX_PANELS else []
    return {
        "case": case,
        "figure": figure,
        "form": form,
        "errors": grid.errors,
        "sheet": sheet,
        "shown_size": shown_size(sheet) if sheet.rows else None,
        "sample": sample_of(sheet),
        "columns": grid.columns,
        "new_column": Column(next_column) if next_column < MAX_PANELS else None,
        "rows": [(row, cells_of(case, row, grid.columns)) for row in [*grid.rows, *extra_row]],
        "series": series_choices(case),
        "levels": level_choices(),
        "widths": list(zip(WIDTHS_MM, WIDTH_LABELS, strict=True)),
    }


def sample_of(sheet):
    """Return (cell, width in mm, height in mm) of the picture for drawing the crop, or None.

    It is the first picture that is stored and has a pixel spacing.
    """
    for cell in sheet.cells:
        spacing = spacing_of(cell.image, cell.panel.frame) if cell.is_shown else None
        if spacing:
            down, across = spacing
            return cell, (cell.image.columns or 1) * across, (cell.image.rows or 1) * down
    return None


def cells_of(case, row, columns):
    """Return [(field name, column, options, chosen value, chosen Slice, unknown value)] of a row.

    The unknown value is the chosen value if the series has no such slice, otherwise "".
    """
    cells = []
    for at, column in enumerate(columns):
        chosen = row.cells[at] if at < len(row.cells) else None
        options = [(f"{one.sop_instance_uid}|{one.frame}", one) for one in column.slices]
        current = next((one for value, one in options if value == chosen), None)
        unknown = chosen if chosen and current is None else ""
        name = f"cell_{row.index}_{column.index}"
        cells.append((name, column, options, chosen, current, unknown))
    return cells


@require_POST
def delete_figure(request, case_pk, pk):
    """Delete a figure; its images and marks are kept."""
    case = get_case(request, case_pk, edit=True)
    figure = get_object_or_404(Figure, pk=pk, case=case)
    with transaction.atomic():
        figure.delete()
        version = save_version(case, request.user, only=OF_FIGURES)
    offer_restore(request, case, version, _("Deleted: %(figure)s.") % {"figure": figure})
    return redirect("imaging:list-series", case.pk)

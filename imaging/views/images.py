"""Pictures of slices and figures, and an image's metadata."""

import hashlib
import json

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils.http import parse_etags
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from imaging.dicom.header import KEYWORDS
from imaging.dicom.native import for_frame, frame_header
from imaging.dicom.refusal import Refused
from imaging.document.shapes import FIGURE_FIELDS
from imaging.drawing.strokes import mark_of
from imaging.figures.output import CONTENT_TYPES as FIGURE_TYPES
from imaging.figures.output import (
    MAX_DPI,
    MAX_MM,
    MIN_DPI,
    MIN_MM,
    Size,
    draw_figure,
)
from imaging.figures.sheet import gather_figure, window_of
from imaging.models import Figure, Instance
from imaging.pixels.pictures import CONTENT_TYPES, RENDERING, stored_values_of
from imaging.pixels.responses import (
    REVALIDATE,
    BadParameter,
    picture_response,
    plain,
    read_whole,
    with_cache_headers,
)
from imaging.refusals import refusal_text
from patients.access.permissions import get_case


@require_safe
def show_image(request, case_pk, pk, suffix):
    """Return one frame as PNG or JPEG. Access is logged by the pages, not for each slice."""
    if suffix not in CONTENT_TYPES:
        raise Http404
    images = Instance.objects
    image = images.viewable(request.user, pk) or images.quarantined(request.user, pk)
    if image is None or image.case_id != case_pk:
        raise Http404
    return picture_response(request, image, suffix)


@require_safe
def show_frame(request, case_pk, pk):
    """Return one frame's pixel values for the viewer; 415 if it can only be sent as a picture."""
    image = Instance.objects.viewable(request.user, pk)
    if image is None or image.case_id != case_pk:
        raise Http404
    try:
        number = read_whole(request.GET, "frame", 1, image.number_of_frames) or 1
    except BadParameter as error:
        return plain(str(error), 400)
    if not image.held:
        return plain(_("The file of this image is not stored on this server."), 404)
    etag = f'"{image.sha256}-{number}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return with_cache_headers(HttpResponseNotModified(), request, etag)
    try:
        found = stored_values_of(image, number)
    except Refused as refused:
        return plain(refusal_text(refused), 422)
    except (OSError, ValueError):
        return plain(_("The image file cannot be read. Contact an administrator."), 503)
    if found is None:
        return plain(_("This frame is only available as a picture."), 415)
    data, described = found
    response = HttpResponse(data, content_type="application/octet-stream")
    response["X-Frame"] = json.dumps(described)
    return with_cache_headers(response, request, etag)


@require_safe
def show_metadata(request, case_pk, pk):
    """Show the attributes of an image and one of its frames, with DICOM keywords."""
    case = get_case(request, case_pk)
    image = get_object_or_404(Instance.objects.released(), pk=pk, case=case)
    frame = request.GET.get("frame", "1")
    number = int(frame) if frame.isascii() and frame.isdigit() and len(frame) < 6 else 1
    context = {
        "case": case,
        "image": image,
        "frame": number,
        "lines": metadata_lines(image, number),
    }
    return render(request, "imaging/metadata.html", context)


def metadata_lines(image, number):
    """Return [(keyword, value)] of the header fields in KEYWORDS that have a value."""
    header = frame_header(image.header, number - 1)
    shown = ((keyword, header.get(field)) for keyword, field in KEYWORDS.items())
    return [(keyword, written(value)) for keyword, value in shown if value not in (None, "", [])]


def written(value):
    return " \\ ".join(map(str, value)) if isinstance(value, list) else value


@require_safe
def show_figure(request, case_pk, pk, suffix="png"):
    """Return a figure as PNG, JPEG or SVG; `width_mm` and `dpi` set its size."""
    visible = Figure.objects.visible_to(request.user).select_related("case")
    figure = get_object_or_404(visible, pk=pk, case_id=case_pk)
    return answer_figure(request, figure, suffix)


def answer_figure(request, figure, form="png"):
    """Return a figure as a picture. The caller has checked the user's permission."""
    if form not in FIGURE_TYPES:
        raise Http404
    try:
        size = read_size(request.GET)
    except BadParameter as error:
        return plain(str(error), 400)
    sheet = gather_figure(figure)
    etag = f'"{hashlib.sha256(repr((form, size, contents(sheet))).encode()).hexdigest()}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        try:
            response = HttpResponse(draw_figure(sheet, form, size), content_type=FIGURE_TYPES[form])
        except Refused as refused:
            return plain(refusal_text(refused), 422)
        except OSError:
            return plain(
                _("An image file of this figure cannot be read. Contact an administrator."), 503
            )
    if form == "svg" or request.GET.get("download") == "1":
        name = slugify(figure.label) or "figure"
        response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["ETag"], response["Cache-Control"] = etag, REVALIDATE
    response["X-Content-Type-Options"] = "nosniff"
    return response


def read_size(query):
    """Return the Size from the query parameters. Raises BadParameter."""
    width = read_whole(query, "width_mm", MIN_MM, MAX_MM)
    return Size(width, read_whole(query, "dpi", MIN_DPI, MAX_DPI) or Size.dpi)


def contents(sheet):
    """Return everything that affects how a figure looks, for its ETag."""
    figure = sheet.figure
    whole = [getattr(figure, name) for name in FIGURE_FIELDS]
    levels = [level for level, _row in sheet.rows]
    cells = [contents_of_cell(cell) for cell in sheet.cells]
    return RENDERING, whole, sheet.columns, levels, sheet.synthetic, cells


def contents_of_cell(cell):
    marks = [(mark_of(mark), mark.target()) for mark in cell.marks]
    if not cell.is_shown:
        return bool(cell.panel), marks
    image, frame = cell.image, cell.panel.frame
    stored = image.sha256, image.rows, image.columns, image.pixel_spacing
    return frame, window_of(cell), stored, for_frame(image.header, frame - 1), marks

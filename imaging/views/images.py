"""Pictures: one slice, and a composed figure."""

import hashlib

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from imaging.dicom.refusal import Refused
from imaging.figures.sheet import draw_figure, gather_figure
from imaging.images import CONTENT_TYPES, RENDERING
from imaging.models import Figure, Instance
from imaging.viewing import ASK_AGAIN, answer_picture, plain
from imaging.wording import told


@require_safe
def show_image(request, case_pk, pk, suffix):
    """Show one frame as PNG or JPEG. Openings of the pages are logged, not each slice."""
    if suffix not in CONTENT_TYPES:
        raise Http404
    images = Instance.objects
    image = images.viewable(request.user, pk) or images.apart(request.user, pk)
    if image is None or image.case_id != case_pk:
        raise Http404
    return answer_picture(request, image, suffix)


@require_safe
def show_figure(request, case_pk, pk):
    """Show a figure as one PNG."""
    visible = Figure.objects.visible_to(request.user).select_related("case")
    return answer_figure(request, get_object_or_404(visible, pk=pk, case_id=case_pk))


def answer_figure(request, figure):
    """Return the composed PNG of a figure that the user may see."""
    sheet = gather_figure(figure)
    etag = f'"{hashlib.sha256(repr(contents(sheet)).encode()).hexdigest()}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        try:
            response = HttpResponse(draw_figure(sheet), content_type="image/png")
        except Refused as refused:
            return plain(told(refused), 422)
        except OSError:
            return plain(_("The file of an image cannot be read."), 503)
    response["ETag"], response["Cache-Control"] = etag, ASK_AGAIN
    response["X-Content-Type-Options"] = "nosniff"
    return response


def contents(sheet):
    """Return all that decides how a figure looks."""
    cells = [
        (
            cell.panel and (cell.panel.frame, cell.panel.window_center, cell.panel.window_width),
            cell.image and (cell.image.sha256, cell.image.series.window_width, cell.image.held),
            [(m.x, m.y, m.angle_degrees, m.colour, m.shape) for m in cell.marks],
        )
        for _level, row in sheet.rows
        for cell in row
    ]
    return RENDERING, sheet.columns, [level for level, _row in sheet.rows], sheet.synthetic, cells

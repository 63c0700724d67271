"""HTTP responses with pictures: query parameters, entity tags and cache headers."""

import re
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseNotModified, QueryDict
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from imaging.dicom.refusal import Refused
from imaging.models import Annotation
from imaging.pixels.pictures import CONTENT_TYPES, PictureView, picture
from imaging.refusals import refusal_text

NUMBER = re.compile(r"[+-]?(\d{1,9}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)
WHOLE = re.compile(r"\d{1,6}", re.ASCII)
SMALLEST, LARGEST = 16, 2048
FOREVER = "private, max-age=31536000, immutable"
REVALIDATE = "private, no-cache"  # marks can change under the same URL

PREFIXES = ("", "beside_", "third_", "fourth_")  # one per pane, for its query parameters
SHOWN = ("slice", "center", "width", "offset", "shift", "inverted", "view", "apart")
LONGEST_VIEW = 1000


class BadParameter(Exception):
    """A query parameter is not valid; the message contains its name and the valid values."""


def viewer_address(case_pk, series_pk, number, view=""):
    """Return the viewer's URL for a slice, keeping known parameters of the query string `view`."""
    known = {f"{prefix}{name}" for prefix in PREFIXES for name in SHOWN} | {"beside"}
    previous = QueryDict(view[:LONGEST_VIEW])
    query = QueryDict(mutable=True)
    for name in previous:
        if name in known:
            query.setlist(name, previous.getlist(name))
    query["slice"] = number
    path = reverse("imaging:show-series", args=[case_pk, series_pk])
    return f"{path}?{query.urlencode()}"


def slice_address(case_pk, series_pk, uid, frame=1):
    """Return the viewer's URL for one frame of an image, wherever it is in its series."""
    path = reverse("imaging:show-series", args=[case_pk, series_pk])
    return f"{path}?{urlencode({'image': uid, 'frame': frame})}"


def read_view(query, image, fmt):
    """Return the PictureView for a query. Raises BadParameter."""
    frame = read_whole(query, "frame", 1, image.number_of_frames) or 1
    size = read_whole(query, "size", SMALLEST, LARGEST)
    center, width = read_number(query, "center"), read_number(query, "width")
    if (center is None) != (width is None):
        raise BadParameter(_("Use center and width together."))
    if width is not None and width < 1:
        raise BadParameter(_("width must be at least 1."))
    marks = ()
    if read_whole(query, "annotations", 0, 1):
        marks = tuple(
            Annotation.objects.filter(
                case=image.case_id, sop_instance_uid=image.sop_instance_uid, frame=frame
            )
        )
    return PictureView(frame, center, width, size, fmt, marks)


def read_whole(query, name, least, most):
    text = query.get(name, "")
    if not text:
        return None
    if not WHOLE.fullmatch(text) or not least <= int(text) <= most:
        values = {"name": name, "least": least, "most": most}
        raise BadParameter(
            _("%(name)s must be a whole number from %(least)s to %(most)s.") % values
        )
    return int(text)


def read_number(query, name):
    text = query.get(name, "")
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise BadParameter(_("%(name)s must be a number, such as 400 or 37.5.") % {"name": name})
    return float(text)


def picture_response(request, image, fmt):
    """Return a picture of an image, or an error as plain text.

    The caller has checked the user's permission.
    """
    try:
        view = read_view(request.GET, image, fmt)
    except BadParameter as error:
        return plain(str(error), 400)
    if not image.held:
        return plain(_("The file of this image is not stored on this server."), 404)
    etag = f'"{view.etag(image.sha256)}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return with_cache_headers(HttpResponseNotModified(), request, etag)
    try:
        data = picture(image, view)
    except Refused as refused:
        return plain(refusal_text(refused), 422)
    except ValueError as error:
        return plain(str(error), 400)
    except OSError:
        return plain(_("The image file cannot be read. Contact an administrator."), 503)
    response = HttpResponse(data, content_type=CONTENT_TYPES[fmt])
    return with_cache_headers(response, request, etag)


def with_cache_headers(response, request, etag):
    """Set headers for the browser's cache: a picture without marks never changes."""
    marked = request.GET.get("annotations") == "1"
    response["ETag"] = etag
    response["Cache-Control"] = REVALIDATE if marked else FOREVER
    response["X-Content-Type-Options"] = "nosniff"
    return response


def plain(text, status):
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")

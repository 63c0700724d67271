"""WADO-RS: files, metadata, frames, pictures and bulk data (PS3.18 10.4)."""

import hashlib
import json
import re
from functools import lru_cache
from itertools import chain

from django.http import Http404, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from imaging.dicom import sandbox
from imaging.dicom.frames import is_plain, read_binary, read_decoded, read_encoded, read_plain
from imaging.dicom.json_model import HERE, PIXEL_DATA, read_json_model
from imaging.dicom.native import read_range
from imaging.dicom.refusal import Refused
from imaging.dicomweb import addresses
from imaging.dicomweb.answers import JSON, StandardView, dicom_json
from imaging.dicomweb.multipart import content_type, new_boundary, related
from imaging.dicomweb.negotiation import (
    CODESTREAMS,
    OCTETS,
    NotAcceptable,
    choices,
    choose,
    choose_frame,
    takes,
)
from imaging.dicomweb.qido import images
from imaging.file_store import limits, store
from imaging.pixels.pictures import CONTENT_TYPES, PictureView, picture
from imaging.pixels.responses import LARGEST, SMALLEST
from imaging.refusals import refusal_text
from patients.access.permissions import record_accesses
from patients.api.problems import problem

DICOM = "application/dicom"
PIECE = 256 * 1024
COLUMNS = {  # field path of each UID in a URL
    "study": "series__study__study_instance_uid",
    "series": "series__series_instance_uid",
    "instance": "sop_instance_uid",
}
UIDS = tuple(COLUMNS.values())
MAX_CACHED = 4_096  # number of images whose metadata are cached, about 4 kB each


class Retrieval(StandardView):
    """Base view: retrieve the images that the URL identifies and the user may see."""

    def get(self, request, **names):
        uids = {COLUMNS[name]: names[name] for name in COLUMNS if name in names}
        rows = images(request.user).filter(**uids)
        found = list(self.with_needed(rows.order_by("series__position", "position", "pk")))
        found = list({row.sop_instance_uid: row for row in reversed(found)}.values())[::-1]
        if not found:
            raise Http404
        record_accesses(request, {row.case_id for row in found})
        try:
            return self.answer(request, found, names)
        except NotAcceptable as error:
            return problem(406, _("Set the Accept header to one of these media types: %s.") % error)
        except Refused as refused:
            return problem(422, refusal_text(refused))
        except OSError:
            return problem(503, _("An image file cannot be read. Contact an administrator."))

    @staticmethod
    def with_needed(rows):
        """Return the queryset with the related rows that the response needs."""
        return rows.select_related("series__study")


class Files(Retrieval):
    """Retrieve stored files as multipart, or a single file as application/dicom on request."""

    def answer(self, request, found, names):
        header = request.headers.get("Accept", "")
        check_syntax(header, found)
        single = [one for one in choices(header) if not one.multipart and one.kind == DICOM]
        if len(found) == 1 and single:
            return whole_file(found[0])
        choose(header, [(DICOM, "", None)])
        for image in found:
            store().path(image.sha256).stat()  # report a missing file before the response starts
        boundary = new_boundary()
        parts = (
            ({"Content-Type": f"{DICOM}; transfer-syntax={syntax_of(image)}"}, pieces(image))
            for image in found
        )
        return streamed(related(parts, boundary), content_type(DICOM, boundary))


def check_syntax(header, found):
    """Raise NotAcceptable if the client does not accept the stored transfer syntax."""
    wishes = {one.syntax for one in choices(header) if takes(one, DICOM)} - {"", "*"}
    any_way = any(one.syntax in ("", "*") for one in choices(header) if takes(one, DICOM))
    stored = {syntax_of(image) for image in found}
    if wishes and not any_way and not stored <= wishes:
        offered = ", ".join(sorted(stored))
        raise NotAcceptable(f"{DICOM}; transfer-syntax={offered}")


def whole_file(image):
    response = StreamingHttpResponse(pieces(image), content_type=DICOM)
    response["Content-Length"] = store().path(image.sha256).stat().st_size
    response["Content-Disposition"] = f'attachment; filename="{image.sha256[:16]}.dcm"'
    return private(response)


def syntax_of(image):
    return image.header.get("transfer_syntax_uid") or ""


def pieces(image):
    """Yield the bytes of a stored file."""
    with store().path(image.sha256).open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def streamed(body, kind):
    """Return a streaming response; read its first chunk now, so that an error sets the status."""
    first = next(body, b"")
    return private(StreamingHttpResponse(chain([first], body), content_type=kind))


def private(response):
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


# Metadata


class Metadata(Retrieval):
    """Retrieve the metadata of images in the DICOM JSON model."""

    @staticmethod
    def with_needed(rows):
        """Return named tuples: building model instances takes longer than a cached response."""
        return rows.values_list("case_id", "sha256", *UIDS, named=True)

    def answer(self, request, found, names):
        choose(
            request.headers.get("Accept", ""), [(JSON, "", None), ("application/json", "", None)]
        )
        root = addresses.root(request)
        content = repr((root, [(image.sha256, image.sop_instance_uid) for image in found]))
        etag = f'"{hashlib.sha256(content.encode()).hexdigest()}"'
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            return with_etag(HttpResponseNotModified(), etag)
        texts = [metadata(root, image) for image in found]
        response = dicom_json(f"[{','.join(texts)}]")
        response["ETag"] = etag
        return response


def metadata(root, image):
    """Return one image's metadata as JSON text, including its URLs. Raises Refused or OSError."""
    here = addresses.instance(root, *(getattr(image, name) for name in UIDS))
    return kept_metadata(image.sha256).replace(json.dumps(HERE)[1:-1], here)


@lru_cache(maxsize=MAX_CACHED)
def kept_metadata(sha256):
    """Return the metadata of a stored file as JSON text, cached by the file's hash.

    Raises Refused if the file is damaged, OSError if it is missing.
    """
    try:
        model = read_json_model(store().path(sha256))
    except ValueError as error:
        raise Refused("The stored file is damaged.") from error
    return json.dumps(model, separators=(",", ":"))


def address(root, image):
    series = image.series
    uids = (series.study.study_instance_uid, series.series_instance_uid, image.sop_instance_uid)
    return addresses.instance(root, *uids)


# Frames


class Frames(Retrieval):
    """Retrieve frames of one image, as samples or as stored codestreams."""

    def answer(self, request, found, names):
        image = found[0]
        numbers = frame_numbers(names["frames"], image.number_of_frames)
        syntax = syntax_of(image)
        header = request.headers.get("Accept", "")
        kind, sent_as, how = choose_frame(header, syntax, is_plain(syntax))
        first = frame_body(image, numbers[0], how)  # raises Refused before the response starts
        part = f"{kind}; transfer-syntax={sent_as}"
        whole = next(
            (one for one in choices(header) if not one.multipart and one.kind == kind), None
        )
        if whole and len(numbers) == 1:
            return private(HttpResponse(first, content_type=kind))
        here = address(addresses.root(request), image)
        boundary = new_boundary()
        bodies = chain([first], (frame_body(image, number, how) for number in numbers[1:]))
        parts = (
            ({"Content-Type": part, "Content-Location": f"{here}/frames/{number}"}, [body])
            for number, body in zip(numbers, bodies, strict=True)
        )
        return streamed(related(parts, boundary), content_type(kind, boundary))


def frame_numbers(text, count):
    """Return the frame numbers in a URL, counted from 1. Raises Http404 if any is invalid.

    Duplicates are not allowed (PS3.18 table 10.4.1-4): each would be decoded again.
    """
    numbers = [int(part) for part in text.split(",") if re.fullmatch(r"\d{1,6}", part, re.ASCII)]
    if not 0 < len(numbers) <= limits().frames or len(numbers) != text.count(",") + 1:
        raise Http404
    if not all(1 <= number <= count for number in numbers) or len(set(numbers)) < len(numbers):
        raise Http404
    return numbers


def frame_body(image, number, how):
    path = store().path(image.sha256)
    if image.header.get("pixel_offset") is not None:
        return read_plain(path, image.header, number - 1)
    if how == "stored" and image.header.get("codestreams"):
        return read_range(path, *image.header["codestreams"][number - 1])
    read = read_encoded if how == "stored" else read_decoded
    return sandbox.call(read, str(path), number - 1, limits=limits())


# Pictures


class Rendered(Retrieval):
    """Retrieve a JPEG or PNG of an image or frame, or of the middle image of a series or study."""

    def answer(self, request, found, names):
        image = found[len(found) // 2]
        offers = [("image/jpeg", "", "jpg"), ("image/png", "", "png")]
        _kind, _syntax, form = choose(request.headers.get("Accept", ""), offers)
        frames = names.get("frames", "")
        frame = frame_numbers(frames, image.number_of_frames)[0] if frames else 1
        try:
            center, width = window_of(request.GET.get("window", ""), image)
            size = size_of(request.GET.get("viewport", ""))
            view = PictureView(frame, center, width, size, form)
            etag = f'"{view.etag(image.sha256)}"'
            if etag in parse_etags(request.headers.get("If-None-Match", "")):
                return with_etag(HttpResponseNotModified(), etag)
            data = picture(image, view)
        except ValueError as error:
            return problem(400, str(error))
        return with_etag(HttpResponse(data, content_type=CONTENT_TYPES[form]), etag)


def with_etag(response, etag):
    response["ETag"] = etag
    return private(response)


def window_of(text, image):
    """Parse window=centre,width,function into (centre, width); default: the series' window.

    Raises ValueError.
    """
    if not text:
        return image.series.window_center, image.series.window_width
    parts = text.split(",")
    numbers = [re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", part, re.ASCII) for part in parts[:2]]
    function = parts[2].lower() if len(parts) > 2 else "linear"
    if len(parts) not in (2, 3) or not all(numbers) or float(parts[1]) < 1:
        raise ValueError(
            _("Enter window as centre,width,linear, such as “40,400,linear”; width is at least 1.")
        )
    if function != "linear":
        raise ValueError(_("Enter linear as the window function; no other is supported."))
    return float(parts[0]), float(parts[1])


def size_of(text):
    """Parse viewport=width,height; return the shorter, so that every picture fits.

    Returns None if `text` is empty. Raises ValueError.
    """
    if not text:
        return None
    sides = text.split(",")[:2]
    if len(sides) != 2 or not all(re.fullmatch(r"\d{1,5}", side, re.ASCII) for side in sides):
        raise ValueError(_("Enter viewport as width,height in pixels, such as “512,512”."))
    size = min(int(side) for side in sides)
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(
            _("Enter a viewport whose shorter side is %(least)s to %(most)s pixels.")
            % {"least": SMALLEST, "most": LARGEST}
        )
    return size


# Bulk data


class BulkData(Retrieval):
    """Retrieve a binary value by its tag; pixel data are sent frame by frame."""

    def answer(self, request, found, names):
        image, tag = found[0], names["tag"].upper()
        boundary = new_boundary()
        if tag == PIXEL_DATA:
            numbers = range(1, image.number_of_frames + 1)
            plain = image.header.get("pixel_offset") is not None
            kind = OCTETS if plain else CODESTREAMS.get(syntax_of(image), OCTETS)
            parts = (
                (
                    {"Content-Type": f"{kind}; transfer-syntax={syntax_of(image)}"},
                    [frame_body(image, number, "stored")],
                )
                for number in numbers
            )
        else:
            value = sandbox.call(read_binary, str(store().path(image.sha256)), tag, limits=limits())
            kind, parts = OCTETS, [({"Content-Type": OCTETS}, [value])]
        return streamed(related(parts, boundary), content_type(kind, boundary))

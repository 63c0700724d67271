"""Error responses of the API as problem details (RFC 9457)."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.db import OperationalError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation

from patients.record.document import DocumentError

CONTENT_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


class Conflict(exceptions.APIException):
    """The status of the case does not allow the request."""

    status_code = 409
    default_code = "conflict"


class StaleVersion(exceptions.APIException):
    """If-Match does not name the newest version."""

    status_code = 412
    default_code = "stale"


class VersionRequired(exceptions.APIException):
    """If-Match is missing (RFC 6585 section 3)."""

    status_code = 428
    default_code = "version_required"


class OneRenderer(BaseContentNegotiation):
    """Content negotiation that ignores Accept, as RFC 9110 section 12.5.1 allows.

    The view's first renderer is always used.
    """

    def select_parser(self, request, parsers):
        media = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media), None)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


def problem(status, detail="", errors=(), headers=None):
    """Return a problem+json response; `errors` are (path, message) pairs."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": str(detail),
    }
    if errors:
        body["errors"] = [{"path": path, "message": str(text)} for path, text in errors]
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE, headers=headers)


def problem_response(error, context):
    """Return the problem response for an exception in an API view; None if it is unexpected."""
    if isinstance(error, DocumentError):
        return problem(400, _("The case document is not valid."), error.errors)
    if isinstance(error, Http404):
        return problem(404, _("Not found, or you do not have permission to see it."))
    if isinstance(error, PermissionDenied):
        return problem(
            403, error.args[0] if error.args else _("You do not have permission to do this.")
        )
    if isinstance(error, RequestDataTooBig):
        return problem(413, _("The request body is too large."))
    if isinstance(error, TooManyFilesSent):
        max_files = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        return problem(413, _("Too many files. Send at most %d in one request.") % max_files)
    if isinstance(error, SuspiciousOperation):
        return problem(400, _("The request is not valid."))
    if isinstance(error, OperationalError):
        logger.exception("Database error")
        return problem(503, _("The database is busy. Try again."), headers={"Retry-After": "2"})
    if isinstance(error, exceptions.APIException):
        return api_problem(error)
    return None


def api_problem(error):
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    if isinstance(error, exceptions.ValidationError):
        detail = _("The request is not valid.")
        return problem(error.status_code, detail, flatten(error.detail), headers)
    return problem(error.status_code, error.detail, headers=headers)


def flatten(detail, path=""):
    """Yield (path, message) for each of the REST framework's nested errors."""
    if isinstance(detail, dict):
        for key, child in detail.items():
            top = key == "non_field_errors"
            yield from flatten(child, path if top else f"{path}.{key}".lstrip("."))
    elif isinstance(detail, list):
        for index, child in enumerate(detail):
            nested = isinstance(child, (dict, list))
            yield from flatten(child, f"{path}[{index}]" if nested else path)
    else:
        yield path, detail

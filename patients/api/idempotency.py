"""Calls that take effect only once, even if they are sent again with the same Idempotency-Key."""

import json
from contextlib import nullcontext
from datetime import timedelta
from functools import partial, wraps
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from patients.actions.sent_once import forget_old, read_token
from patients.api.openapi import IDEMPOTENCY_KEY
from patients.api.problems import Conflict
from patients.models import SentRequest

HEADER = IDEMPOTENCY_KEY.name
KEPT_HEADERS = ("Location", "ETag")
ABANDONED = timedelta(minutes=10)  # after which an unanswered request may be sent again


class KeyReused(APIException):
    """The key was sent before with another request."""

    status_code = 422
    default_code = "key_reused"


def idempotent(method=None, *, atomic=True):
    """Decorate a method of an API view so that it runs only once for an Idempotency-Key.

    The response to the first request is returned again. Only successful responses are kept: after
    an error, the key can be used again. Unless `atomic` is False, the method runs in the
    transaction that keeps its response.
    """
    if method is None:
        return partial(idempotent, atomic=atomic)

    @wraps(method)
    def wrapper(view, request, *args, **kwargs):
        text = request.headers.get(HEADER)
        if text is None:
            return method(view, request, *args, **kwargs)
        key = read_token(text.strip())
        if key is None:
            raise ValidationError({HEADER: [_("Enter a UUID, a new one for each request.")]})
        sent, is_new = begin(request, key)
        if not is_new:
            return Response(json.loads(bytes(sent.body)), sent.status, headers=sent.headers)
        try:
            with transaction.atomic() if atomic else nullcontext():
                response = method(view, request, *args, **kwargs)
                keep(sent, response)
        except BaseException:
            SentRequest.objects.filter(pk=sent.pk, status=None).delete()
            raise
        return response

    return wrapper


def begin(request, key):
    """Return (SentRequest, whether it is new).

    Raises KeyReused if the key was used for another request, and Conflict if the first request is
    still being processed.
    """
    forget_old()
    known = SentRequest.objects.filter(user=request.user, key=key)
    known.filter(status=None, received__lt=timezone.now() - ABANDONED).delete()
    fingerprint = fingerprint_of(request)
    try:
        with transaction.atomic():
            fields = {"user": request.user, "key": key, "fingerprint": fingerprint}
            return SentRequest.objects.create(**fields), True
    except IntegrityError:
        sent = known.first()
    if sent is None or (sent.fingerprint == fingerprint and sent.status is None):
        raise Conflict(
            _("The first request with this key is still being processed. Try again later.")
        )
    if sent.fingerprint != fingerprint:
        raise KeyReused(_("This key was used for another request. Send a new UUID."))
    return sent, False


def fingerprint_of(request):
    """Return the SHA-256 of method, URL and body, in hex; of multipart bodies, only the files."""
    digest = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type.startswith("multipart/"):
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(f"\n{name} {file.name} {file.size}\n".encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def keep(sent, response):
    """Store the status, headers and body of a response."""
    sent.status = response.status_code
    sent.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    sent.body = JSONRenderer().render(response.data)
    sent.save()

"""Forms that take effect once, although a browser may send them twice."""

from functools import wraps
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.utils import timezone

from patients.models import SentRequest


def read_token(text):
    """Return a text as a UUID, or None if it is not one."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def is_sent(user, key):
    return SentRequest.objects.filter(user=user, key=key).exists()


def sent_request(user, key):
    """Return a SentRequest of a user, or None."""
    return SentRequest.objects.filter(user=user, key=key).first()


def mark_sent(user, key, body=b""):
    """Note that a request took effect; of a repeated one, keep the newest `body`."""
    forget_old()
    SentRequest.objects.update_or_create(user=user, key=key, defaults={"status": 302, "body": body})


def forget_old():
    """Delete requests that need not be remembered any longer."""
    SentRequest.objects.filter(received__lt=timezone.now() - SentRequest.KEPT).delete()


def once(view):
    """Decorate a view so that a form with a `form_token` takes effect once.

    If the same form is sent again, the response is the redirect of the first request. A request
    that was not answered with a redirect, for example because of an error, can be sent again.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        token = read_token(request.POST.get("form_token")) if request.method == "POST" else None
        if token is None:
            return view(request, *args, **kwargs)
        sent = SentRequest(user=request.user, key=token, fingerprint=fingerprint(request.POST))
        try:
            with transaction.atomic():
                sent.save(force_insert=True)
                return remember(sent, view(request, *args, **kwargs))
        except IntegrityError:
            first = SentRequest.objects.filter(user=request.user, key=token).first()
            if first is None:
                raise
        if first.fingerprint == sent.fingerprint:
            return redirect(first.headers["Location"])
        return view(request, *args, **kwargs)  # the user went back and changed the form

    return wrapper


def fingerprint(data):
    """Return the SHA-256 of a form, in hex."""
    data = data.copy()
    data.pop("csrfmiddlewaretoken", None)
    return sha256(data.urlencode().encode()).hexdigest()


def remember(sent, response):
    """Store a redirect with the request, or forget it after another kind of response."""
    forget_old()
    if response.status_code == 302:
        sent.status, sent.headers = 302, {"Location": response.url}
        sent.save()
    else:
        sent.delete()
    return response

"""Answer a form that cannot be accepted yet with a page that keeps what the user typed.

The form was sent after the session ended, with the CSRF token of an earlier session, after another
user signed in, or after the user lost the right to change the case, for example because a
co-author submitted it. Nothing is stored: the page holds the input, and the user can copy it or
send it again.
"""

import re
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as plain_csrf_failure

from patients.models import Side

_UNTYPED = re.compile(r"(?:base|merged)[-_].*|.*-(?:rows|order|chapter|completed)|set|sides|as")
TOKENS = {"csrfmiddlewaretoken", "opened_by", "form_token", "page", "sequence", "continues"}
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class KeepForms(LoginRequiredMiddleware):
    """Require signing in, as Django does, but keep the input of forms."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.user.is_authenticated and is_of_another_user(request, view_func):
            return reject_form(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def process_exception(self, request, exception):
        """Keep the input if the user may no longer save it; return None for other exceptions.

        A script that accepts only JSON gets the reason, and keeps the input itself.
        """
        if not isinstance(exception, PermissionDenied | Http404) or not is_form(request):
            return None
        reason = str(exception) if isinstance(exception, PermissionDenied) else ""
        reason = reason or _("This page no longer exists, or you no longer have access to it.")
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"denied": reason}, status=403)
        if can_keep(request) and is_typed(request):
            return keep_form(request, denied=reason)
        return None

    def handle_no_permission(self, request, view_func):
        if can_keep(request):
            return keep_form(request)
        return super().handle_no_permission(request, view_func)


def csrf_failure(request, reason=""):
    """Respond to a form without a valid CSRF token: keep its input if it is from this site."""
    if can_keep(request):
        return reject_form(request) if is_of_another_user(request) else keep_form(request)
    return plain_csrf_failure(request, reason=reason)


def is_of_another_user(request, view_func=None):
    """Return whether a form was opened while another user was signed in."""
    if request.method != "POST" or getattr(view_func, "csrf_exempt", False):
        return False
    opened_by = request.POST.get("opened_by") if request.content_type in FORM_TYPES else None
    user = str(request.user.pk) if request.user.is_authenticated else opened_by
    return opened_by not in (None, "", user)


def is_form(request):
    return request.method == "POST" and request.content_type in FORM_TYPES


def can_keep(request):
    """Return whether a request is a form that a page of this site sent with something typed.

    A form with a password is never kept.
    """
    if not is_form(request) or "text/html" not in request.headers.get("Accept", ""):
        return False
    names = set(request.POST) - TOKENS
    has_password = any("password" in name for name in names)
    return bool(names or request.FILES) and not has_password and is_same_origin(request)


def is_typed(request):
    """Return whether a form is an entry page, or has a text of more than one word."""
    texts = (text for name in request.POST for text in request.POST.getlist(name))
    return "base_version" in request.POST or any(len(text.split()) > 1 for text in texts)


def is_same_origin(request):
    """Return whether Origin or, if the browser does not send it, Referer names this site."""
    sent = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        source = urlsplit(sent)
    except ValueError:
        return False
    return (source.scheme, source.netloc) == (request.scheme, request.get_host())


def reject_form(request):
    """Respond to the form of another user; a script gets a short JSON response."""
    if can_keep(request):
        return keep_form(request, is_other=True)
    text = _("Another user opened this page. Sign in as that user to save it.")
    return JsonResponse({"error": text}, status=403)


def is_cell(name, text):
    """Return whether a field is a short text that the user may have typed, such as a grade."""
    is_typed = name not in TOKENS and not _UNTYPED.fullmatch(name)
    return is_typed and len(text.split()) == 1 and text != Side.NOT_STATED


def keep_form(request, is_other=False, denied=""):
    """Return a page that holds the input of a form, with a button to send it again.

    `denied` is the reason if the user may no longer save it.
    """
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    fields = [(name, text) for name in names for text in request.POST.getlist(name)]
    shown = [text for name, text in fields if name not in TOKENS and len(text.split()) > 1]
    context = {
        "fields": fields,
        "texts": [] if is_other else shown,
        "cells": [] if is_other else [pair for pair in fields if is_cell(*pair)],
        "has_files": bool(request.FILES),
        "is_other": is_other,
        "denied": denied,
        "action": request.get_full_path(),
    }
    return render(request, "kept_form.html", context, status=403)

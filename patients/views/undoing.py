"""Undo a change from the message that confirms it."""

from django.contrib import messages
from django.db.models import ProtectedError
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from patients.access.permissions import get_case
from patients.entry import undoing
from patients.entry.sections import BY_SLUG
from patients.record.document import DocumentError

WITH_ACTION = "with-action"  # the tag of a message that contains a form


def offer_undo(request, case, section, before, text):
    """Add a message about a save, with an Undo button if the save created a version."""
    if before == case.version:
        messages.success(request, text)
        return
    address = reverse("patients:undo-save", args=[case.pk, section.slug])
    add_message(request, text, address, {"before": before, "after": case.version})


def offer_restore(request, case, version, text):
    """Add a message about a change, with an Undo button that restores the version before it.

    `version` is the one that the change created. If the case is changed again, nothing is restored.
    """
    address = reverse("caserecords:restore-version", args=[case.pk, version.number - 1])
    add_message(request, text, address, {"version": version.number})


def add_message(request, text, address, fields):
    context = {"text": text, "address": address, "fields": fields}
    message = render_to_string("patients/_done.html", context, request)
    messages.success(request, message, extra_tags=WITH_ACTION)


@require_POST
def undo_save(request, case_pk, slug):
    """Save the section as it was before, unless it was changed again."""
    case, section = get_case(request, case_pk, edit=True), BY_SLUG[slug]
    before, after = (read_version(request.POST.get(name)) for name in ("before", "after"))
    try:
        version = undoing.undo_save(case, section, before, after, request.user)
    except undoing.SectionChanged:
        text = _(
            "%s was changed again, so nothing was undone. You can restore a version in History."
        )
        messages.error(request, text % section.title)
    except ProtectedError:
        text = _(
            "Nothing was undone, because other sections now use an event or visit of this save."
        )
        messages.error(request, text)
    except DocumentError as error:
        messages.error(request, " ".join(message for _path, message in error.errors))
    else:
        messages.success(request, _("Undone. Saved as version %s.") % version.number)
    return redirect("patients:edit-section", case.pk, slug)


def read_version(text):
    """Return a version number; 0 if it is not valid."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0

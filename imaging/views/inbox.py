"""What waits in an inbox goes into a case, or away."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from imaging.intake.inbox import NotMoved, drop_study, move_study
from imaging.models import Inbox, Study
from patients.access.permissions import get_case, record_access
from patients.models import Case


@require_POST
def move_received(request, case_pk, pk):
    """Move a study of the user's inbox into a case of theirs, or discard it."""
    case = get_case(request, case_pk, edit=True)
    study = get_object_or_404(Study.objects.select_related("case"), pk=pk, case=case)
    if not Inbox.objects.filter(case=case, user=request.user).exists():
        raise Http404
    if "discard" in request.POST:
        drop_study(study, request.user)
        messages.success(request, _("Discarded: %(study)s.") % {"study": study})
        return redirect("imaging:list-series", case.pk)
    target = find_target(request, case)
    if target is None:
        messages.error(request, _("Choose one of your cases that is a draft."))
        return redirect("imaging:list-series", case.pk)
    return moved(request, study, target)


def find_target(request, inbox):
    """Return the case that a form names, if the user may change it; None otherwise."""
    known = {str(one.pk): one for one in targets(request.user, inbox)}
    return known.get(request.POST.get("case", ""))


def targets(user, inbox):
    """Return the cases that a study of an inbox can go to."""
    return Case.objects.editable_by(user).exclude(pk=inbox.pk).order_by("-created")[:200]


def moved(request, study, target):
    """Move a study, and lead to where it is now."""
    inbox = study.case
    record_access(request, target)
    try:
        job = move_study(study, target, request.user)
    except NotMoved as error:
        messages.error(request, str(error))
        return redirect("imaging:list-series", inbox.pk)
    count = job.files.count()
    words = ngettext("%d image is in this case now.", "%d images are in this case now.", count)
    messages.success(request, words % count)
    return redirect("imaging:list-series", target.pk)

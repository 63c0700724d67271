"""Move studies from an inbox into a case, or discard them."""

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
    """Move a study from the user's inbox into one of the user's cases, or discard it."""
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
        messages.error(request, _("Choose one of your draft cases."))
        return redirect("imaging:list-series", case.pk)
    return moved(request, study, target)


def find_target(request, inbox):
    """Return the case chosen in the form if the user may edit it, otherwise None."""
    known = {str(one.pk): one for one in targets(request.user, inbox)}
    return known.get(request.POST.get("case", ""))


def targets(user, inbox):
    """Return up to 200 cases into which a study in an inbox can be moved, newest first."""
    return Case.objects.editable_by(user).exclude(pk=inbox.pk).order_by("-created")[:200]


def moved(request, study, target):
    """Move a study and redirect to the target, or to the inbox if the study was not moved."""
    inbox = study.case
    record_access(request, target)
    try:
        job = move_study(study, target, request.user)
    except NotMoved as error:
        messages.error(request, str(error))
        return redirect("imaging:list-series", inbox.pk)
    count = job.files.count()
    text = ngettext("%d image moved to this case.", "%d images moved to this case.", count)
    messages.success(request, text % count)
    return redirect("imaging:list-series", target.pk)

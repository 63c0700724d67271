"""The REST API for the follow-up of a case."""

from django.http import Http404, HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from patients.access.permissions import get_case
from patients.actions.follow_up import (
    FollowUpChanged,
    check_may_follow_up,
    find_follow_up,
    store_follow_up,
    tag_of,
)
from patients.api.openapi import ETAG, IF_MATCH_OPTIONAL, READING, WRITING, describe
from patients.api.parameters import DescribedView
from patients.api.problems import StaleVersion
from patients.forms.follow_up import FollowUpForm
from patients.record.conversion import expect, reject_unstorable

DAY = {"type": "string", "format": "date"}
FIELDS = {
    "due": DAY,
    "note": {"type": "string", "maxLength": 200, "description": "What to do."},
    "done": DAY | {"description": "The day on which it was done; missing while it is open."},
}
FOLLOW_UP = {
    "type": "object",
    "properties": FIELDS,
    "required": ["due"],
    "additionalProperties": False,
}


class CaseFollowUp(DescribedView):
    @describe(
        "get_follow_up",
        "Return when a case is due for follow-up; 404 if there is no date",
        answers={200: FOLLOW_UP},
        parameters=[ETAG],
    )
    def get(self, request, pk):
        stored = find_follow_up(get_case(request, pk))
        if stored is None:
            raise Http404
        return answer(stored)

    @describe(
        "put_follow_up",
        "Set when a case is due for follow-up, whatever its status; only by its authors",
        answers={200: FOLLOW_UP},
        fails=(*WRITING, 412),
        request={"application/json": FOLLOW_UP},
        parameters=[IF_MATCH_OPTIONAL, ETAG],
    )
    def put(self, request, pk):
        case, stored, seen = case_to_change(request, pk)
        wanted = read_follow_up(request.data, stored)
        store(request, case, wanted, seen)
        return answer(wanted)

    @describe(
        "delete_follow_up",
        "Remove the follow-up of a case",
        answers={204: "There is no follow-up any more."},
        fails=(*READING, 412),
        parameters=[IF_MATCH_OPTIONAL],
    )
    def delete(self, request, pk):
        case, stored, seen = case_to_change(request, pk)
        if stored is None:
            raise Http404
        store(request, case, None, seen)
        return HttpResponse(status=204)


def case_to_change(request, pk):
    """Return (case, stored follow-up or None, its expected tag or None).

    Raises PermissionDenied, and StaleVersion if If-Match is sent and does not match the ETag. The
    tag is None if If-Match is missing or `*`: the follow-up is then replaced unconditionally.
    """
    case = get_case(request, pk)
    check_may_follow_up(case, request.user)
    stored = find_follow_up(case)
    if_match = request.headers.get("If-Match", "").strip()
    if if_match in ("", "*"):
        return case, stored, None
    if etag_of(stored) not in parse_etags(if_match):
        raise changed()
    return case, stored, tag_of(stored)


def read_follow_up(data, stored):
    """Return an unsaved FollowUp with the data of a request body. Raises ValidationError."""
    if not isinstance(data, dict):
        raise ValidationError({"non_field_errors": [_("Send a JSON object.")]})
    errors = {name: [message] for name, value in data.items() if (message := fault(name, value))}
    form = FollowUpForm({} if errors else data, stored=stored)
    if errors or not form.is_valid():
        raise ValidationError(errors or dict(form.errors))
    return form.follow_up


def fault(name, value):
    """Return an error message if a member is unknown or not a storable string, else ""."""
    if name not in FIELDS:
        return _("There is no such field. Use due, note or done.")
    try:
        reject_unstorable(expect(value, str, _("Enter a string, in double quotes.")))
    except ValueError as error:
        return str(error)
    return ""


def store(request, case, wanted, seen):
    try:
        store_follow_up(case, request.user, wanted, seen)
    except FollowUpChanged:
        raise changed() from None


def changed():
    return StaleVersion(_("The follow-up has changed since you read it. Read it again."))


def etag_of(follow_up):
    return f'"{tag_of(follow_up)}"'


def answer(follow_up):
    return Response(follow_up.as_data(), headers={"ETag": etag_of(follow_up)})

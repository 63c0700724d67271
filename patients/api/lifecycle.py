"""The REST API for archiving and copying cases."""

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from patients.access.permissions import get_case, record_access
from patients.actions.archiving import archive_case, unarchive_case
from patients.actions.duplicating import duplicate_case
from patients.api.cases import JSON, SUMMARY, clinician_team, created, current_summary
from patients.api.idempotency import idempotent
from patients.api.openapi import CREATED, CREATING, ETAG, READING, describe, query
from patients.api.parameters import DescribedView
from patients.entry.copy_case import copied_title
from patients.entry.new_case import max_length, new_code
from patients.models import Case, Patient

TEXT = {"type": "string"}
COPY = {
    "type": "object",
    "properties": {
        "code": TEXT | {"description": "The patient code of the copy; random if left out."},
        "title": TEXT | {"description": "The title of the copy; “Copy of …” if left out."},
    },
    "additionalProperties": False,
}


class CopySerializer(serializers.Serializer):
    """What a client can specify for a copy; all fields are optional."""

    code = serializers.CharField(required=False, max_length=max_length(Patient, "code"))
    title = serializers.CharField(required=False, max_length=max_length(Case, "title"))

    def validate(self, attrs):
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            message = _("There is no such field. Use code or title.")
            raise serializers.ValidationError({name[:60]: [message] for name in unknown})
        return attrs


class CaseArchive(DescribedView):
    @describe(
        "archive_case",
        "Archive a case: it leaves the work list and cannot be edited, but can still be read",
        answers={200: SUMMARY},
        fails=READING,
        request=None,
        parameters=[ETAG],
    )
    def put(self, request, pk):
        return change_archive(request, pk, archive_case)

    @describe(
        "unarchive_case",
        "Return an archived case to the work list",
        answers={200: SUMMARY},
        fails=READING,
        parameters=[ETAG],
    )
    def delete(self, request, pk):
        return change_archive(request, pk, unarchive_case)


def change_archive(request, pk, change):
    case = get_case(request, pk)
    change(case, request.user)
    body, etag = current_summary(request, case)
    return Response(body, headers={"ETag": etag})


class CaseCopies(DescribedView):
    @describe(
        "duplicate_case",
        "Copy a case into a new draft of yours, without its images and the patient's identity",
        answers={201: SUMMARY},
        fails=CREATING,
        request={JSON: COPY},
        parameters=[
            query("team", int, description="Required if you are a clinician in several teams."),
            *CREATED,
        ],
    )
    @idempotent
    def post(self, request, pk):
        case = get_case(request, pk)
        team = clinician_team(request.user, request.query_params.get("team"))
        wanted = CopySerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        chosen = {"code": new_code(team), "title": copied_title(case)} | wanted.validated_data
        copy = duplicate_case(case, team, request.user, **chosen)
        record_access(request, copy)
        return created(request, copy)

"""The REST API for a study's presentation states, key slices and findings as DICOM objects."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from imaging.api import serializers
from imaging.api.images import BINARY
from imaging.dicom.refusal import Refused
from imaging.intake.receiving import receive_annotations
from imaging.marks.dicom_objects import KINDS, write_object
from imaging.marks.viewer_marks import as_data
from imaging.models import Study
from imaging.refusals import refusal_text
from imaging.views.objects import as_file
from patients.access.permissions import get_case, record_access
from patients.api.idempotency import idempotent
from patients.api.openapi import CREATING, IDEMPOTENCY_KEY, READING, describe
from patients.api.parameters import DescribedView
from patients.api.problems import problem

TAKEN = {
    "type": "object",
    "properties": {
        "annotations": {"type": "array", "items": serializers.MARK_SCHEMA},
        "notes": {"type": "array", "items": {"type": "string"}},
    },
}
FILE = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": BINARY},
        "required": ["file"],
    }
}


class StudyObject(DescribedView):
    @describe(
        "get_study_object",
        "A study's annotations (presentation-state), key slices (key-objects) or findings (report)",
        answers={200: ("application/dicom", BINARY)},
        fails=(*READING, 409),
    )
    def get(self, request, pk, kind):
        study = get_object_or_404(Study.objects.visible_to(request.user), pk=pk)
        if kind not in KINDS:
            raise Http404
        record_access(request, study.case)
        try:
            return as_file(write_object(study, kind), kind)
        except Refused as refused:
            return problem(409, refusal_text(refused))


class PresentationStateList(DescribedView):
    parser_classes = [MultiPartParser]

    @describe(
        "add_presentation_state",
        "Import the annotations of a DICOM presentation state into a case",
        answers={201: TAKEN},
        fails=CREATING,
        request=FILE,
        parameters=[IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request, pk):
        case = get_case(request, pk, edit=True)
        upload = request.FILES.get("file")
        if upload is None:
            raise ValidationError({"file": [_("Send a DICOM presentation state in this field.")]})
        try:
            taken = receive_annotations(case, request.user, upload)
        except Refused as refused:
            raise ValidationError({"file": [refusal_text(refused)]}) from None
        data = {"annotations": [as_data(mark) for mark in taken.marks], "notes": taken.notes}
        return Response(data, status=201)

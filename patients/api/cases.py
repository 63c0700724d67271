"""The REST API for cases: documents, lists and versions."""

import json
from functools import cache

from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from patients.access.permissions import get_case, record_access, record_accesses
from patients.actions.deleting import NotDeletable, delete_draft
from patients.actions.importing import import_case, replace_case
from patients.api.filters import FILTER_PARAMETERS, filters_of
from patients.api.idempotency import idempotent
from patients.api.openapi import (
    CASE,
    CREATED,
    CREATING,
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    PAGING,
    READING,
    WRITING,
    describe,
    page_of,
    query,
)
from patients.api.parameters import DescribedView, read_number
from patients.api.problems import Conflict, StaleVersion, VersionRequired
from patients.lists.cases import ListPosition, in_order, newest
from patients.lists.filters import UNLISTED, select_cases
from patients.lists.keyset import KeysetPagination
from patients.models import Case, CaseVersion, Role, Status, Team
from patients.models.case import may_see
from patients.record.schema import document_schema
from patients.versions.differences import differences
from patients.versions.reading import document_of, etag_of, matches_etag, served_text, served_texts
from patients.versions.saving import current_versions

JSON = "application/json"
PRIVATE = "private, no-cache"
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
SUMMARY = {
    "type": "object",
    "properties": {
        "id": TEXT | {"format": "uuid"},
        "url": TEXT | {"format": "uri"},
        "title": TEXT,
        "status": {"enum": Status.values},
        "archived": {"type": "boolean"},
        "origin": TEXT,
        "team": NUMBER,
        "version": NUMBER,
        "etag": TEXT,
        "created": TEXT | {"format": "date-time"},
        "updated": TEXT | {"format": "date-time"},
        "document": CASE,
    },
}
VERSION = {
    "type": "object",
    "properties": {
        "number": NUMBER,
        "url": TEXT | {"format": "uri"},
        "saved_by": TEXT,
        "saved_at": TEXT | {"format": "date-time"},
        "comment": TEXT,
        "etag": TEXT,
        "chain_hash": TEXT,
    },
}
TEXT_OR_NULL = {"type": ["string", "null"]}
CHANGES = {
    "type": "object",
    "properties": {
        "from": NUMBER,
        "to": NUMBER,
        "changes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": TEXT,
                    "label": TEXT,
                    "before": TEXT_OR_NULL,
                    "after": TEXT_OR_NULL,
                },
            },
        },
    },
}


class CasePages(KeysetPagination):
    """Pagination of case lists, with the queries of patients.lists.cases."""

    keyset = ListPosition._fields

    def fetch(self, queryset, size):
        cases, ways = queryset
        return newest(cases, ways, "created", size, self.after, self.back)


class VersionPages(KeysetPagination):
    keyset = ("number", "pk")


class CaseList(DescribedView):
    @describe(
        "list_cases",
        "List the cases that you have permission to see, newest first",
        answers={200: page_of(SUMMARY)},
        parameters=[
            *FILTER_PARAMETERS,
            query(
                "documents",
                bool,
                description="Include the full document of each case as `document`.",
            ),
            *PAGING,
        ],
    )
    def get(self, request):
        pages, chosen = CasePages(), select_cases(request.user, filters_of(request))
        positions, texts = pages.paginate_queryset(chosen, request), {}
        if request.query_params.get("documents", "").lower() in ("1", "true"):
            versions = newest_versions(positions)
            record_accesses(request, [version.case_id for version in versions])
            texts = served_texts(versions)
        else:
            versions = newest_versions(positions, "pieces", "computed")
        root = address(request, "list-cases")
        results = [result_json(version, root, texts.get(version.pk)) for version in versions]
        return page_response(pages, results)

    @describe(
        "add_case",
        "Create a draft from a case document; nothing is saved if it has an error",
        answers={201: SUMMARY},
        fails=CREATING,
        request={JSON: CASE},
        parameters=[
            query("team", int, description="Required if you are a clinician in several teams."),
            *CREATED,
        ],
    )
    @idempotent
    def post(self, request):
        team = clinician_team(request.user, request.query_params.get("team"))
        case = import_case(request.data, team, request.user)
        record_access(request, case)
        return created(request, case)


class CaseDetail(DescribedView):
    @describe(
        "get_case",
        "Return the case document, byte for byte as stored",
        answers={200: CASE, 304: "Your copy is current."},
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request, pk):
        version = visible_version(request, pk, number=F("case__version"))
        return document_response(request, version)

    @describe(
        "replace_case",
        "Replace a draft with a document and save a new version",
        answers={200: SUMMARY},
        fails=(*WRITING, 409, 412, 428),
        request={JSON: CASE},
        parameters=[IF_MATCH, ETAG],
    )
    def put(self, request, pk):
        case = get_case(request, pk, edit=True)
        if_match = request.headers.get("If-Match", "").strip()
        if not if_match:
            raise VersionRequired(_("Send If-Match with the ETag of the version that you read."))
        version = replace_if_newest(request, case, if_match, request.data)
        body = summary(version, address(request, "list-cases"))
        return Response(body, headers={"ETag": etag_of(version)})

    @describe(
        "discard_case",
        "Delete a draft of which you are the author; it can be restored for 30 days on the site",
        answers={204: "The draft was deleted."},
        fails=(*READING, 409),
    )
    def delete(self, request, pk):
        case = get_case(request, pk)
        try:
            delete_draft(case, request.user)
        except NotDeletable as error:
            raise Conflict(str(error)) from None
        return HttpResponse(status=204)


class VersionList(DescribedView):
    @describe(
        "list_versions",
        "List the versions of a case, newest first",
        answers={200: page_of(VERSION)},
        parameters=PAGING,
    )
    def get(self, request, pk):
        case = get_case(request, pk)
        versions = case.versions.select_related("saved_by").defer("computed")
        pages = VersionPages()
        rows = pages.paginate_queryset(versions, request)
        return pages.get_paginated_response([version_row(row, request) for row in rows])


class VersionDetail(DescribedView):
    @describe(
        "get_version",
        "Return the case document of one version",
        answers={200: CASE, 304: "Your copy is current."},
        parameters=[IF_NONE_MATCH, ETAG],
    )
    def get(self, request, pk, number):
        return document_response(request, visible_version(request, pk, number=number))


class VersionDifferences(DescribedView):
    @describe(
        "compare_version",
        "Return the changes since the previous version, or since `against`",
        answers={200: CHANGES},
        parameters=[query("against", int, description="The version to compare with.")],
    )
    def get(self, request, pk, number):
        case = get_case(request, pk)
        version = get_object_or_404(case.versions, number=number)
        older = read_number(request.query_params.get("against"), number - 1)
        before = document_of(get_object_or_404(case.versions, number=older)) if older else {}
        found = differences(before, document_of(version))
        return Response({"from": older, "to": number, "changes": [vars(one) for one in found]})


class CaseSchema(DescribedView):
    @describe(
        "get_case_schema",
        "Return the JSON Schema (2020-12) of the case document",
        answers={200: ("application/schema+json", {"type": "object"})},
        fails=(401, 405),
    )
    def get(self, request):
        return HttpResponse(schema_bytes(), content_type="application/schema+json")


class Unknown(APIView):
    """The view for unknown URLs below /api/ and /dicomweb/: raises Http404 after authentication."""

    schema = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise Http404


@cache
def schema_bytes():
    return json.dumps(document_schema(), ensure_ascii=False, indent=1).encode()


def visible_version(request, pk, **which):
    """Return one version of a case with its case, and log the access.

    Raises Http404 if it does not exist or the user may not see it.
    """
    versions = CaseVersion.objects.filter(may_see(request.user, "case"), case=pk, **which)
    version = get_object_or_404(versions.select_related("case"))
    record_access(request, version.case)
    return version


def document_response(request, version):
    """Return a response with the document, or the 304 or 412 response to a conditional request."""
    headers = {"ETag": etag_of(version), "Cache-Control": PRIVATE}
    empty = HttpResponse(content_type=JSON, headers=headers)
    response = get_conditional_response(request, etag=headers["ETag"], response=empty)
    if response is empty:  # not a 304 or 412 response: load the document
        response.content = served_text(version)
    return response


def replace_if_newest(request, case, if_match, document):
    """Replace a draft if the If-Match header names its newest version; return the new version.

    `*` matches any version, and the rules version in an ETag is ignored. Raises StaleVersion if the
    header does not match, Conflict if the case is not a draft, and DocumentError for an invalid
    document.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        current = case.versions.only("sha256", "rules").get(number=case.version)
        tags = parse_etags(if_match)
        if tags != ["*"] and not matches_etag(current, tags):
            message = _("The case has changed since you read it. Its current ETag is %s.")
            raise StaleVersion(message % etag_of(current))
        if not case.is_open:
            raise Conflict(case.closed_reason)
        version = replace_case(case, document, request.user)
    return CaseVersion.objects.select_related("case").defer("computed").get(pk=version.pk)


def clinician_team(user, asked):
    """Return the team for a new case: the `asked` one, or the user's only team as a clinician.

    Raises PermissionDenied if the user is not a clinician in the `asked` team, or in any team, and
    ValidationError if there are several teams to choose from.
    """
    teams = Team.objects.filter(memberships__user=user, memberships__role=Role.CLINICIAN)
    if asked is not None:
        teams = teams.filter(pk=read_number(asked, 0))
    found = list(teams[:2])
    if not found:
        raise PermissionDenied(_("You can only create cases in teams where you are a clinician."))
    if len(found) > 1:
        raise ValidationError(
            {"team": [_("You are a clinician in several teams. Select one with ?team=ID.")]}
        )
    return found[0]


def address(request, name, *args):
    return request.build_absolute_uri(reverse(f"api:{name}", args=args))


def created(request, case):
    """Return the response for a new case."""
    body, etag = current_summary(request, case)
    return Response(body, status=201, headers={"Location": body["url"], "ETag": etag})


def current_summary(request, case):
    """Return a case's entry in a list, and the ETag of its newest version."""
    version = current_versions([case.pk]).defer("pieces").get()
    return summary(version, address(request, "list-cases")), etag_of(version)


def summary(version, root):
    """Return a version's entry in a list of cases as a dict; `root` is the URL of the list."""
    case = version.case
    return {
        "id": str(case.pk),
        "url": f"{root}{case.pk}/",
        "title": case.title,
        "status": case.status,
        "archived": case.archived is not None,
        "origin": case.origin,
        "team": case.team_id,
        "version": version.number,
        "etag": etag_of(version),
        "created": case.created.isoformat(),
        "updated": case.updated.isoformat(),
    }


def result_json(version, root, document=None):
    """Return one entry of a list as a JSON string; `document` is JSON as bytes, or None."""
    text = json.dumps(summary(version, root), ensure_ascii=False)
    return f'{text[:-1]}, "document": {document.decode()}}}' if document else text


def newest_versions(positions, *deferred):
    """Return the newest version of each case on a page, in order, with some columns deferred."""
    found = current_versions([position.pk for position in positions])
    found = found.defer(*deferred, *(f"case__{name}" for name in UNLISTED))
    return in_order(found, positions, lambda version: version.case_id)


def page_response(pages, results):
    links = json.dumps(pages.links())
    body = f'{{"results": [{", ".join(results)}], {links[1:]}'
    return HttpResponse(body.encode(), content_type=JSON, headers={"Cache-Control": PRIVATE})


def version_row(version, request):
    return {
        "number": version.number,
        "url": address(request, "show-version", version.case_id, version.number),
        "saved_by": version.saved_by.get_username(),
        "saved_at": version.saved_at.isoformat(),
        "comment": version.comment,
        "etag": etag_of(version),
        "chain_hash": version.chain_hash,
    }

"""Helpers for the OpenAPI description: schemas, parameters and error responses."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from patients.api.problems import CONTENT_TYPE

JSON = "application/json"
CASE = {"$ref": "#/components/schemas/Case"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}
REASONS = {
    400: "The request is not valid; `errors` lists every invalid field.",
    401: "The token is missing, invalid or expired.",
    403: "You do not have permission to change this, or its status does not allow it.",
    404: "Not found, or you do not have permission to see it.",
    405: "This URL does not allow the method.",
    409: "The status of the case does not allow this, or a request with the same Idempotency-Key "
    "is still being processed.",
    412: "If-Match does not name the newest version.",
    413: "The request body is too large.",
    415: "The request body is not application/json.",
    422: "The Idempotency-Key was used for another request, or the picture cannot be decoded.",
    428: "If-Match is missing.",
    429: "Too many requests.",
    503: "The database is busy; try again.",
}
READING = (400, 401, 403, 404, 405, 429, 503)
WRITING = (*READING, 413, 415)
CREATING = (*WRITING, 409, 422)
ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=True)
LOCATION = OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[201])
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A new UUID for each request. If you send the request again with the same key "
    "within 24 hours, you get the first response, and nothing is created twice.",
)
CREATED = [IDEMPOTENCY_KEY, ETAG, LOCATION]  # the parameters of a call that creates a case
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag that you read."
)
IF_MATCH_OPTIONAL = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag that you read; anything newer is then not overwritten.",
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)


def problems(*statuses):
    return {
        (status, CONTENT_TYPE): OpenApiResponse(PROBLEM, REASONS[status])
        for status in sorted(statuses)
    }


def describe(name, summary, *, answers, fails=READING, parameters=(), **kwargs):
    """Return a decorator that documents one method; `answers` maps each status to a response.

    A response is the schema of a JSON body, a (media type, schema) pair, or a description if there
    is no body. `fails` lists the error statuses. The method accepts only the query parameters among
    `parameters` (see patients.api.parameters).
    """
    responses = {}
    for status, answer in answers.items():
        if isinstance(answer, str):
            responses[status] = OpenApiResponse(description=answer)
        else:
            media, schema = answer if isinstance(answer, tuple) else (JSON, answer)
            responses[status, media] = schema
    names = {one.name: one.many for one in parameters if one.location == OpenApiParameter.QUERY}
    document = extend_schema(
        operation_id=name,
        summary=summary,
        responses=responses | problems(*fails),
        parameters=list(parameters),
        **kwargs,
    )

    def decorate(method):
        method.query_names = names
        return document(method)

    return decorate


def page_of(item):
    """Return the schema of one page of a list whose entries have the schema `item`."""
    link = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "required": ["results", "next", "previous"],
        "properties": {"results": {"type": "array", "items": item}, "next": link, "previous": link},
    }


def query(name, kind=str, **kwargs):
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, **kwargs)


PAGING = [
    query("cursor", description="The position in the list, from the `next` or `previous` link."),
    query("limit", int, description="Rows per page, 1 to 200; the default is 50."),
]

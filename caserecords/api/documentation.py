"""Convert the OpenAPI description to the content of the REST API page."""

from dataclasses import dataclass
from itertools import groupby

PROBLEM = "application/problem+json"
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """One parameter: `place` is "path", "query" or "header"; `kind` describes its schema."""

    name: str
    place: str
    kind: str
    required: bool
    note: str


@dataclass(frozen=True)
class DocumentedAnswer:
    """One response of an operation, or its request body (status "").

    `shape` describes the body; it is "" if there is none.
    """

    status: str
    note: str
    media: str
    shape: str


@dataclass(frozen=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    parameters: list[Parameter]
    body: DocumentedAnswer | None
    answers: list[DocumentedAnswer]
    problems: list[str]
    example: str


@dataclass(frozen=True)
class OperationGroup:
    name: str
    operations: list[Operation]


def read_chapters(schema, root):
    """Return a list with an OperationGroup for each tag of an OpenAPI description.

    `root` is the base URL of the examples.
    """
    found = [
        (call["tags"][0], read_operation(method.upper(), path, call, root))
        for path, calls in schema["paths"].items()
        for method, call in sorted(calls.items(), key=lambda item: METHODS.index(item[0]))
    ]
    found.sort(key=lambda pair: pair[0])
    groups = groupby(found, key=lambda pair: pair[0])
    return [OperationGroup(tag, [operation for _tag, operation in pairs]) for tag, pairs in groups]


def read_operation(method, path, call, root):
    bodies = call.get("requestBody", {}).get("content", {})
    body = next(
        (DocumentedAnswer("", "", media, shape(c.get("schema"))) for media, c in bodies.items()),
        None,
    )
    answers = [answer for status in call["responses"].items() for answer in read_answers(*status)]
    parameters = [read_parameter(found) for found in call.get("parameters", [])]
    return Operation(
        anchor=call["operationId"],
        method=method,
        path=path,
        summary=call["summary"],
        parameters=sorted(parameters, key=lambda found: not found.required),
        body=body,
        answers=sorted(
            (one for one in answers if one.media != PROBLEM), key=lambda one: one.status
        ),
        problems=sorted(one.status for one in answers if one.media == PROBLEM),
        example=write_example(method, root + path, parameters, body),
    )


def read_parameter(found):
    return Parameter(
        found["name"],
        found["in"],
        shape(found["schema"]),
        found.get("required", False),
        found.get("description", "").replace("`", ""),
    )


def read_answers(status, answer):
    """Yield a DocumentedAnswer for each media type of a response, or one if it has no body."""
    for media, content in (answer.get("content") or {"": {}}).items():
        note = answer["description"].replace("`", "")
        yield DocumentedAnswer(status, note, media, shape(content.get("schema")))


def shape(schema):
    """Return a short description of a schema: its name, values, fields or type; "" if empty."""
    if not schema:
        return ""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    kind = schema.get("type", "")
    kind = " | ".join(kind) if isinstance(kind, list) else kind
    if kind == "array":
        return f"[{shape(schema['items'])}]"
    if kind == "object" and "properties" in schema:
        return "{" + ", ".join(schema["properties"]) + "}"
    return schema.get("format", kind)


def write_example(method, address, parameters, body):
    """Return a curl command with shell variables for the reader to set, such as $TOKEN."""
    for found in parameters:
        if found.place == "path":
            address = address.replace(f"{{{found.name}}}", f"${found.name.upper()}")
    parts = ['curl -H "Authorization: Bearer $TOKEN"']
    parts += [] if method == "GET" else [f"-X {method}"]
    parts += [
        f'-H "{found.name}: $ETAG"'
        for found in parameters
        if found.place == "header" and found.required
    ]
    if body and body.media == "multipart/form-data":
        parts += ["-F files=@slice.dcm"]
    elif body:
        parts += [f'-H "Content-Type: {body.media}"', "--data @body.json"]
    return " ".join([*parts, f'"{address}"'])


def explain_problems(schema):
    """Return {status: description} of the problem responses, one description for each status."""
    answers = [
        answer
        for calls in schema["paths"].values()
        for call in calls.values()
        for answer in call["responses"].items()
    ]
    found = {
        status: answer["description"].replace("`", "")
        for status, answer in answers
        if PROBLEM in (answer.get("content") or {})
    }
    return dict(sorted(found.items()))

"""REST client for tests."""

import json

from django.test import Client

from patients.models import ApiToken

LIST = "/api/v1/cases/"


class Caller(Client):
    """A client that authenticates with a user's token."""

    def __init__(self, user, raise_request_exception=True, **kwargs):
        token = ApiToken.objects.issue(user, **kwargs)
        headers = {"authorization": f"Bearer {token}"}
        super().__init__(headers=headers, raise_request_exception=raise_request_exception)

    def send(self, method, address, document, **headers):
        """Send a document as JSON, or bytes as they are; header names are written like if_match."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.generic(method, address, body, "application/json", headers=headers or None)


def address_of(case):
    return f"{LIST}{case.pk}/"


def assert_problem(response, status):
    """Check that a response is a problem with this status (RFC 9457); return its JSON."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status and body["title"] and body["type"] and "detail" in body
    return body

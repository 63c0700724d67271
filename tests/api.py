"""A REST client with a token, for tests."""

import json

from django.test import Client

from patients.models import ApiToken

LIST = "/api/v1/cases/"


class Caller(Client):
    """A client with a token of one user."""

    def __init__(self, user, raise_request_exception=True, **kwargs):
        token = ApiToken.objects.issue(user, **kwargs)
        headers = {"authorization": f"Bearer {token}"}
        super().__init__(headers=headers, raise_request_exception=raise_request_exception)

    def send(self, method, address, document, **headers):
        """Send JSON, or bytes as they are; headers by their names with underscores."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.generic(method, address, body, "application/json", headers=headers or None)


def address_of(case):
    return f"{LIST}{case.pk}/"


def assert_problem(response, status):
    """Return the problem's JSON after checking its form (RFC 9457)."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status and body["title"] and body["type"] and "detail" in body
    return body

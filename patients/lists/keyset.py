"""Keyset pagination, with a constant cost per page and stable pages while rows are added."""

import base64
import binascii
import json

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class KeysetPagination(BasePagination):
    """Keyset pagination in descending order of two columns; the second must be unique.

    A view can set the columns as `keyset`.
    """

    keyset = ("created", "pk")

    def paginate_queryset(self, queryset, request, view=None):
        """Return one page as a list. Raises ParseError for an invalid cursor or limit."""
        self.request = request
        self.keyset = getattr(view, "keyset", self.keyset)
        self.size = parse_limit(request.query_params.get("limit"))
        cursor = request.query_params.get("cursor")
        self.back, self.after = decode_cursor(cursor) if cursor else (False, None)
        try:
            rows = self.fetch(queryset, self.size + 1)
        except (ValidationError, ValueError, TypeError, OverflowError):
            raise bad_cursor() from None
        self.more = len(rows) > self.size
        page = rows[: self.size]
        self.page = page[::-1] if self.back else page
        return self.page

    def fetch(self, queryset, size):
        """Return the first `size` rows in the direction of paging."""
        sign = "" if self.back else "-"
        rows = queryset.order_by(*(f"{sign}{name}" for name in self.keyset))
        if self.after is not None:
            rows = rows.filter(rows_after(self.keyset, self.after, self.back))
        return list(rows[:size])

    def links(self):
        """Return the URLs of the next and previous pages, or None; both None on an empty page."""
        if not self.page:
            return {"next": None, "previous": None}
        has_next = self.more if not self.back else True
        has_previous = self.more if self.back else self.after is not None
        return {
            "next": self.link(self.page[-1], False) if has_next else None,
            "previous": self.link(self.page[0], True) if has_previous else None,
        }

    def link(self, row, back):
        position = [cursor_value(row, name) for name in self.keyset]
        query = self.request.query_params.copy()
        query["cursor"] = encode_cursor(back, position)
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def get_paginated_response(self, data):
        return Response({"results": data} | self.links())

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": {"type": "array", "items": schema},
                "next": link,
                "previous": link,
            },
        }

    def get_schema_operation_parameters(self, view):
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "required": False, "schema": limit},
        ]


def rows_after(keyset, position, back=False):
    """Return the Q object for rows after a position in descending order; with `back`, before it."""
    (first, second), (value, unique) = keyset, position
    lookup = "gt" if back else "lt"
    bound = Q(**{f"{first}__{lookup}e": value})  # lets the database seek by the first column
    tie = Q(**{first: value, f"{second}__{lookup}": unique})
    return bound & (Q(**{f"{first}__{lookup}": value}) | tie)


def cursor_value(row, name):
    for part in name.split("__"):
        row = getattr(row, part)
    return row.isoformat() if hasattr(row, "isoformat") else str(row)


def parse_limit(text):
    if text is None:
        return PAGE_SIZE
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    if not (is_number and 1 <= int(text) <= MAX_PAGE_SIZE):
        raise ParseError(_("limit must be a whole number from 1 to %d.") % MAX_PAGE_SIZE)
    return int(text)


def encode_cursor(back, position):
    text = json.dumps([back, *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode_cursor(cursor):
    """Return (back, (first, second)) of a cursor. Raises ParseError if it is not valid."""
    try:
        back, first, second = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise bad_cursor() from None
    if not isinstance(back, bool) or not isinstance(first, str) or not isinstance(second, str):
        raise bad_cursor()
    if "\0" in first + second:
        raise bad_cursor()
    return back, (first, second)


def bad_cursor():
    return ParseError(_("This cursor is not valid for this list. Use a next or previous link."))

"""Pages by key, not by number: as quick at any depth, and true while rows are added."""

import base64
import binascii
import json
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class KeysetPagination(BasePagination):
    """Cursor pages over two columns, newest first: a time or a number, then one that is unique.

    A view may set `keyset`, the two columns; the pages go from high to low.
    """

    keyset = ("created", "pk")

    def paginate_queryset(self, queryset, request, view=None):
        """Return one page as a list; ParseError for a cursor or limit that was not given here."""
        self.request = request
        self.keyset = getattr(view, "keyset", self.keyset)
        self.size = read_limit(request.query_params.get("limit"))
        cursor = request.query_params.get("cursor")
        self.back, self.after = decode(cursor) if cursor else (False, None)
        try:
            rows = self.fetch(queryset, self.size + 1)
        except (ValidationError, ValueError, TypeError, OverflowError):
            raise bad_cursor() from None
        self.more = len(rows) > self.size
        page = rows[: self.size]
        self.page = page[::-1] if self.back else page
        return self.page

    def fetch(self, queryset, size):
        """Return the first rows of the page, in the direction in which it is read."""
        sign = "" if self.back else "-"
        rows = queryset.order_by(*(f"{sign}{name}" for name in self.keyset))
        if self.after is not None:
            rows = rows.filter(beyond(self.keyset, self.after, self.back))
        return list(rows[:size])

    def links(self):
        """Return the addresses of the next and the previous page, None where there is none."""
        if not self.page:
            return {"next": None, "previous": None}
        has_next = self.more if not self.back else True
        has_previous = self.more if self.back else self.after is not None
        return {
            "next": self.link(self.page[-1], False) if has_next else None,
            "previous": self.link(self.page[0], True) if has_previous else None,
        }

    def link(self, row, back):
        position = [read(row, name) for name in self.keyset]
        query = self.request.query_params.dict() | {"cursor": encode(back, position)}
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode(query)}")

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


def beyond(keyset, place, back=False):
    """Return the condition of the rows after a place in a list that goes from high to low."""
    (first, second), (low, high) = keyset, place
    way = "gt" if back else "lt"
    ahead = Q(**{f"{first}__{way}e": low})  # lets the database seek by the first column
    return ahead & (Q(**{f"{first}__{way}": low}) | Q(**{first: low, f"{second}__{way}": high}))


def read(row, name):
    for part in name.split("__"):
        row = getattr(row, part)
    return row.isoformat() if hasattr(row, "isoformat") else str(row)


def read_limit(text):
    if text is None:
        return PAGE_SIZE
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    if not (is_number and 1 <= int(text) <= MAX_PAGE_SIZE):
        raise ParseError(_("limit is a whole number from 1 to %d.") % MAX_PAGE_SIZE)
    return int(text)


def encode(back, position):
    text = json.dumps([back, *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode(cursor):
    """Return (back, (first, second)) of a cursor; ParseError for any other text."""
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
    return ParseError(_("This cursor is not one that a page of this list gave."))

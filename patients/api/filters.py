"""The filters of case lists as parameters of API calls."""

from rest_framework.exceptions import ValidationError

from patients.api.openapi import query
from patients.lists.filters import FILTERS, read_filters


def as_parameter(one):
    enum = [text for text, _label in one.choices()] if one.is_short else None
    return query(one.name, one.kind, many=one.takes_many, enum=enum, description=one.note)


FILTER_PARAMETERS = [as_parameter(one) for one in FILTERS]


def filters_of(request):
    """Return the Selection of a request. Raises ValidationError if a value is not valid."""
    found = read_filters(request.query_params)
    if found.errors:
        raise ValidationError({f"?{name}": [text] for name, text in found.errors.items()})
    return found

"""Query parameters of API calls: reject those not given to `describe`, and parse numbers."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.views import APIView

from patients.lists.filters import MAX_NAME, similar_name


class DescribedView(APIView):
    """The base class of API views: accepts only the parameters given to `describe`.

    `query_names` maps the parameters of methods without `describe` to whether they can be repeated.
    """

    query_names: dict[str, bool] = {}

    def initial(self, request, *args, **kwargs):
        """Check authentication and permissions, then the names of the query parameters."""
        super().initial(request, *args, **kwargs)
        method = getattr(self, request.method.lower(), None)
        check_names(request.query_params, getattr(method, "query_names", self.query_names))


def check_names(query, known):
    """Raise ValidationError for unknown names and for repeated names that take only one value.

    `known` maps each name to whether it can be repeated.
    """
    errors = {}
    for name, values in query.lists():
        if name not in known:
            errors[f"?{name[:MAX_NAME]}"] = [unknown_name(name, known)]
        elif len(values) > 1 and not known[name]:
            errors[f"?{name}"] = [_("Enter this parameter only once.")]
    if errors:
        raise ValidationError(errors)


def unknown_name(name, known):
    """Return the message for an unknown name, with the most similar known name if there is one."""
    message = _("There is no such parameter.")
    similar = similar_name(name, known)
    return f"{message} {_('Did you mean %s?') % similar}" if similar else message


def read_number(text, default):
    """Return a query parameter as an int; `default` if absent, -1 (matches no row) if invalid."""
    if text is None:
        return default
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

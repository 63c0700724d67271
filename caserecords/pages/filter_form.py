"""The filter form of the work list: its fields, and the applied filters as removable chips."""

from dataclasses import dataclass

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from patients.lists.cases import membership_rows
from patients.lists.filter_values import YES
from patients.lists.filters import BY_NAME, FILTERS, MAX_NAME, similar_name

MAIN = ("q", "root", "movement", "change", "team", "has", "status")  # the rest is behind "more"
DATES = ("since", "until")
AFTER = "after"  # name of the query parameter with the cursor


@dataclass(frozen=True)
class FilterField:
    """One control; `kind` is "select", "checkbox" or the type of an input.

    `options` are (text, label) pairs. `others` are further values of the same filter, which the
    form keeps as hidden inputs. `default` is the value if the user chooses none; without a default,
    a select has an empty option.
    """

    name: str
    label: str
    kind: str
    value: str
    options: tuple[tuple[str, str], ...]
    others: tuple[str, ...]
    error: str
    default: str = ""

    @property
    def is_used(self):
        return bool(self.error) or self.value not in ("", self.default)


@dataclass(frozen=True)
class Chip:
    """One applied filter, and the address without it."""

    label: str
    address: str


@dataclass(frozen=True)
class FilterForm:
    main: list[FilterField]
    more: list[FilterField]
    chips: list[Chip]
    unknown: list[str]  # messages about unknown filter names

    @property
    def is_filtered(self):
        return bool(self.chips)

    @property
    def uses_more(self):
        return any(field.is_used for field in self.more)

    @property
    def has_errors(self):
        return bool(self.unknown) or any(field.error for field in (*self.main, *self.more))


def filter_form(request, selection):
    """Return the FilterForm of a request."""
    teams = {str(row.team_id): row.team.name for row in membership_rows(request.user)}
    fields = [field_of(one, request.GET, selection, teams) for one in FILTERS]
    return FilterForm(
        [one for one in fields if one.name in MAIN],
        [one for one in fields if one.name not in MAIN],
        chips(request.GET, selection, teams),
        [unknown_message(name) for name in request.GET if name not in BY_NAME and name != AFTER],
    )


def field_of(one, query, selection, teams):
    texts = [text for text in query.getlist(one.name) if text.strip()]
    value = texts[0] if texts else one.default
    kind, options = "search" if one.name == "q" else "text", ()
    if one.name in DATES and (not value or is_date(value)):
        kind = "date"
    elif one.kind is bool:
        kind = "checkbox"
        value = "on" if value.lower() in YES else ""
    elif one.choices or one.name == "team":
        kind, options = "select", options_of(one, teams, value)
        value = canonical(one, value)
    error = selection.errors.get(one.name, "")
    return FilterField(
        one.name, one.label, kind, value, options, tuple(texts[1:]), error, one.default
    )


def is_date(text):
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


def options_of(one, teams, value):
    """Return the (text, label) pairs of a select; a value that is not among them is added."""
    pairs = list(teams.items()) if one.name == "team" else one.choices()
    known = canonical(one, value)
    if known and known not in dict(pairs):
        pairs = [*pairs, (known, known)]
    return tuple((text, str(label)) for text, label in pairs)


def canonical(one, value):
    """Return a value as in the choices: "l5" becomes "L5"; an invalid value stays the same."""
    try:
        return str(one.parse(value)) if value else ""
    except ValueError:
        return value


def chips(query, selection, teams):
    """Return a Chip for each applied value, in the order of the filters."""
    return [
        Chip(label_of(one, text, teams), address_without(query, one.name, text))
        for one in FILTERS
        for text in selection.texts.get(one.name, ())
        if text != one.default and (one.name != "mine" or selection.is_mine)
    ]


def label_of(one, text, teams):
    if one.name == "mine":
        return str(one.label)
    if one.name in ("q", "has", "status", "sex", "origin", "change"):
        return one.show(text)
    shown = teams.get(text, text) if one.name == "team" else one.show(canonical(one, text))
    return f"{one.label}: {shown}" if one.name != "grade" else f"{one.label}: {text}"


def address_without(query, name, text):
    """Return the query string without one value and the cursor, beginning with "?"."""
    rest = query.copy()
    rest.pop(AFTER, None)
    rest.setlist(name, [value for value in query.getlist(name) if value.strip() != text])
    return f"?{rest.urlencode()}"


def unknown_message(name):
    message = _("There is no filter “%s”.") % name[:MAX_NAME]
    similar = similar_name(name, BY_NAME)
    return f"{message} {_('Did you mean “%s”?') % similar}" if similar else message

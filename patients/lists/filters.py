"""The filters of case lists, declared once for the page, the API and exports.

Different filters are combined with AND, values of the same filter with OR. The filters read only
cases, follow-ups and the tables in patients.models.summary, never a whole record.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.catalogue import lookup
from patients.language.changes import change_words
from patients.lists import filter_values as values
from patients.lists.cases import ways_to_see, ways_to_write
from patients.lists.full_text import contains_words
from patients.models import (
    Case,
    CaseGrade,
    CaseTerm,
    DueIn,
    FollowUp,
    Origin,
    Sex,
    Status,
    TermKind,
)
from patients.models.case import is_written_by
from patients.models.wording import STATUS_TAGS
from patients.record.search_terms import plain_code, root_choices, words_of

UNLISTED = ("age_at_presentation", "summary", "source")  # deferred in lists
MAX_VALUES = 20  # of one filter
MAX_NAME = 60  # characters


@dataclass(frozen=True)
class CaseFilter:
    """One filter of a list of cases.

    parse(text) returns a value; it raises ValueError with a message for the user
    limit(values) returns a Q object for cases or, if `of_grades` is true, for CaseGrade rows
    choices() returns (text, label) pairs; the `team` filter has none, as they depend on the user
    note describes the filter in the API
    default is the value that the work list uses if its address has none; the API and exports have
    no defaults, so that they never leave out a case silently
    """

    name: str
    label: str
    parse: Callable[[str], Any]
    limit: Callable[[list], Q]
    note: str = ""
    choices: Callable[[], list[tuple[str, Any]]] | None = None
    of_grades: bool = False
    takes_many: bool = True
    kind: type = str
    default: str = ""

    @property
    def is_short(self):
        """Whether the API lists the choices."""
        return self.choices is not None and len(self.choices()) <= 5

    def show(self, text):
        """Return the label of a value, given as text, or the text itself if it has no label."""
        return str(dict(self.choices()).get(text, text)) if self.choices else text


def of_terms(kind):
    """Return a `limit` for cases with one of several terms of a kind."""
    return lambda found: Q(has_term(kind, value__in=found))


def has_term(kind, **lookups):
    """Return the condition that a case has a term; it costs one index look-up per case."""
    return Exists(CaseTerm.objects.filter(case=OuterRef("pk"), kind=kind, **lookups))


def of_diagnoses(texts):
    """Return the Q object for cases whose diagnoses match one of `texts`.

    A text matches if each of its words begins a word of a diagnosis, or if it is the code of one.
    """
    found = Q()
    for text in texts:
        by_words = Q()
        for word in words_of(text):
            by_words &= Q(has_term(TermKind.DIAGNOSIS, value__startswith=word))
        found |= by_words | Q(has_term(TermKind.CODE, value=plain_code(text)))
    return found


def of_grades(ranges):
    """Return the Q object for CaseGrade rows within one of several (lowest, highest) ranges."""
    found = Q()
    for lowest, highest in ranges:
        found |= Q(low__gte=lowest, high__lte=highest)
    return found


def of_contents(names):
    """Return the Q object for cases that have one of several contents, such as images."""
    found = of_terms(TermKind.HAS)([name for name in names if name in ("emg", "dates")])
    found |= Q(summary_row__images__gt=0) if "images" in names else Q()
    return found | (Q(summary_row__open_checks__gt=0) if "open-checks" in names else Q())


def of_follow_ups(periods):
    """Return the Q object for cases with an open follow-up due in one of several DueIn periods."""
    return Q(Exists(FollowUp.objects.due_in(periods).filter(case=OuterRef("pk"))))


def change_choices():
    words = ((direction, change_words(direction)) for direction in ("better", "worse"))
    return [(direction, f"{symbol} {word}") for direction, (symbol, word) in words]


CONTENTS = {
    "images": gettext_lazy("images"),
    "emg": gettext_lazy("needle EMG"),
    "dates": gettext_lazy("calendar dates"),
    "open-checks": gettext_lazy("possible errors and gaps"),
}
ARCHIVED_CHOICES = {  # the label and the condition of each value
    "no": (gettext_lazy("not listed"), Q(archived__isnull=True)),
    "yes": (gettext_lazy("only"), Q(archived__isnull=False)),
    "all": (gettext_lazy("included"), Q()),
}
AGES = tuple(f"{age}-{age + 9}" for age in range(0, 130, 10))
FILTERS = (
    CaseFilter(
        "q",
        gettext_lazy("Search title, diagnosis, code or text"),
        values.search,
        lambda texts: contains_words(texts[0]),
        "Words that the case contains; the last one may be the start of a word.",
        takes_many=False,
    ),
    CaseFilter(
        "root",
        gettext_lazy("Root"),
        lambda text: values.one_of(root_choices())(text.upper()),
        of_terms(TermKind.ROOT),
        "A root such as L5, named in a diagnosis or shown by imaging.",
        lambda: [(root, root) for root in root_choices()],
    ),
    CaseFilter(
        "movement",
        gettext_lazy("Movement"),
        values.movement,
        lambda found: Q(movement__in=found),
        "A movement or muscle with a strength grade: its id or name in the catalogue.",
        lambda: lookup.choices("movements"),
        of_grades=True,
    ),
    CaseFilter(
        "grade",
        gettext_lazy("Grade"),
        values.grade_range,
        of_grades,
        "An MRC grade such as 4+, or a range: <=3, <3, >=4, >4. With movement, of that movement.",
        of_grades=True,
    ),
    CaseFilter(
        "change",
        gettext_lazy("Change"),
        values.one_of(["better", "worse"]),
        lambda found: Q(change__in=found),
        "Strength at the last visit compared with the first. With movement, of that movement.",
        change_choices,
        of_grades=True,
    ),
    CaseFilter(
        "team",
        gettext_lazy("Team"),
        values.number,
        lambda found: Q(team__in=found),
        "The number of a team.",
        kind=int,
    ),
    CaseFilter(
        "has",
        gettext_lazy("Contains"),
        values.one_of(list(CONTENTS)),
        of_contents,
        "What the case contains.",
        lambda: list(CONTENTS.items()),
    ),
    CaseFilter(
        "status",
        gettext_lazy("Status"),
        values.one_of(Status.values),
        lambda found: Q(status__in=found),
        choices=lambda: [(status.value, words) for status, (_s, words) in STATUS_TAGS.items()],
    ),
    CaseFilter(
        "archived",
        gettext_lazy("Archived cases"),
        values.one_of(list(ARCHIVED_CHOICES)),
        lambda found: ARCHIVED_CHOICES[found[0]][1],
        "Without it, cases are listed whether they are archived or not.",
        lambda: [(text, label) for text, (label, _limit) in ARCHIVED_CHOICES.items()],
        takes_many=False,
        default="no",
    ),
    CaseFilter(
        "diagnosis",
        gettext_lazy("Diagnosis"),
        values.diagnosis,
        of_diagnoses,
        "Words of a diagnosis that is not ruled out, or its code: G54.5, ORPHA:2901, "
        "MONDO:0017362.",
    ),
    CaseFilter(
        "age",
        gettext_lazy("Age"),
        lambda text: values.one_of(AGES)(text.replace("–", "-")),
        lambda found: Q(summary_row__age_band__in=found),
        "Age at presentation in ten-year bands, such as 70-79.",
        lambda: [(band, band.replace("-", "–")) for band in AGES],
    ),
    CaseFilter(
        "sex",
        gettext_lazy("Sex"),
        values.one_of(Sex.values),
        lambda found: Q(summary_row__sex__in=found),
        choices=lambda: Sex.choices,
    ),
    CaseFilter(
        "origin",
        gettext_lazy("Origin"),
        values.one_of(Origin.values),
        lambda found: Q(origin__in=found),
        choices=lambda: Origin.choices,
    ),
    CaseFilter(
        "follow-up",
        gettext_lazy("Follow-up due"),
        values.one_of(DueIn.values),
        of_follow_ups,
        "An open follow-up: overdue, due from today to 4 weeks from now, or due on any date.",
        lambda: DueIn.choices,
    ),
    CaseFilter(
        "since",
        gettext_lazy("Saved since"),
        values.moment,
        lambda found: Q(updated__gte=found[0]),
        "Saved at this time or later (RFC 3339).",
        takes_many=False,
    ),
    CaseFilter(
        "until",
        gettext_lazy("Saved before"),
        values.moment,
        lambda found: Q(updated__lt=found[0]),
        "Saved before this time (RFC 3339).",
        takes_many=False,
    ),
    CaseFilter(
        "mine",
        gettext_lazy("My cases"),
        values.yes_or_no,
        lambda found: Q(),  # see select_cases
        "Only cases of which you are an author or co-author.",
        takes_many=False,
        kind=bool,
    ),
)
BY_NAME = {one.name: one for one in FILTERS}


@dataclass(frozen=True)
class Selection:
    """The filters of a request: values, their texts as entered, and error messages, by name."""

    values: dict[str, list] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_mine(self):
        return self.values.get("mine") == [True]

    @property
    def conditions(self):
        """The Q objects for cases, without permissions and without `mine`."""
        used = [(BY_NAME[name], found) for name, found in self.values.items()]
        of_cases = [one.limit(found) for one, found in used if not one.of_grades]
        on_rows = [one.limit(found) for one, found in used if one.of_grades]
        if on_rows:
            rows = CaseGrade.objects.filter(*on_rows, case=OuterRef("pk"))
            of_cases.append(Q(Exists(rows)))
        return of_cases


def similar_name(name, known):
    """Return the known name that is most similar to a misspelt one, or None."""
    return next(iter(get_close_matches(name[:MAX_NAME].lower(), known, 1)), None)


def read_filters(query, with_defaults=False):
    """Return the Selection for a QueryDict; empty values and unknown names are ignored."""
    found = Selection()
    for one in FILTERS:
        texts = list(dict.fromkeys(text.strip() for text in query.getlist(one.name)))
        texts = [text for text in texts if text]
        if with_defaults and one.default and not texts:
            texts = [one.default]
        if texts:
            try:
                found.values[one.name] = read_values(one, texts)
                found.texts[one.name] = texts
            except ValueError as error:
                found.errors[one.name] = str(error)
    return found


def read_values(one, texts):
    """Parse the values of a filter. Raises ValueError with a message for the user."""
    if len(texts) > 1 and not one.takes_many:
        raise ValueError(_("Enter only one value."))
    if len(texts) > MAX_VALUES:
        raise ValueError(_("Enter at most %d values.") % MAX_VALUES)
    return [one.parse(text) for text in texts]


def select_cases(user, selection):
    """Return (cases, ways) for a Selection; `ways` are Q objects for cases the user may see.

    `cases` alone is not restricted to what the user may see: pass both to
    patients.lists.cases.newest.
    """
    ways = ways_to_write(user) if selection.is_mine else ways_to_see(user)
    return Case.objects.filter(*selection.conditions), ways


def visible_cases(user, selection):
    """Return the cases of a Selection that the user may see, as one QuerySet in no order."""
    cases = Case.objects.visible_to(user).filter(*selection.conditions)
    return cases.filter(is_written_by(user)) if selection.is_mine else cases

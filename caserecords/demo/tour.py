"""The tour of the demonstration: a few of its pages in turn, each with two or three sentences.

The session stores whether the user is taking the tour. The panel of the tour is shown only on its
own pages, so the user can look at other pages in between.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from caserecords.demo.running import read_demonstration
from patients.access.permissions import is_editable
from patients.actions.review import open_steps
from patients.models import Case

SESSION_KEY = "takes_tour"


@dataclass(frozen=True)
class TourPage:
    """A page of the tour: its name, what to notice on it, and its URL."""

    title: str
    text: str
    page: str

    @property
    def path(self):
        return self.page.partition("?")[0]


@dataclass(frozen=True)
class Position:
    """A stop on the tour: its number (1 to `count`), and the stops before and after, or None."""

    number: int
    count: int
    stop: TourPage
    before: TourPage | None
    after: TourPage | None


def position_of(request):
    """Return the Position of the page that is shown, or None if it is not part of the tour."""
    stops = tour_stops(request.user)
    for at, stop in enumerate(stops):
        if stop.path == request.path:
            before = stops[at - 1] if at else None
            after = stops[at + 1] if at + 1 < len(stops) else None
            return Position(at + 1, len(stops), stop, before, after)
    return None


def find_case(user):
    """Return the published case of the demonstration, or None if the user cannot see it."""
    demonstration = read_demonstration()
    if demonstration is None or not user.is_authenticated:
        return None
    return Case.objects.visible_to(user).filter(pk=demonstration["cases"][0]).first()


def tour_stops(user):
    """Return the tour's stops for a user; [] if the user cannot see the demonstration's case."""
    case = find_case(user)
    if case is None:
        return []
    return [
        TourPage(
            _("Work list"),
            _(
                "Your tasks are at the top: returned cases, drafts and cases awaiting review. "
                "Below them, you can search and filter all cases."
            ),
            reverse("caserecords:home"),
        ),
        TourPage(
            _("Case"),
            _(
                "Each card summarises a section. The list of sections shows which are filled. "
                "If you may edit the case, “Next” lists what is left to do before review."
            ),
            reverse("caserecords:show-case", args=[case.pk]),
        ),
        strength_stop(case, user),
        *image_stops(case),
        TourPage(
            _("Report"),
            _(
                "The report is written from the record. Each table and figure is next to the text "
                "that cites it. You can print the report."
            ),
            reverse("caserecords:show-report", args=[case.pk]),
        ),
        review_stop(case, user),
    ]


def strength_stop(case, user):
    """Return the stop for the strength grid or, for users who may not edit, the comparison."""
    if is_editable(case, user):
        return TourPage(
            _("Enter strength"),
            _(
                "Type a grade such as 3- and press Enter to go down. What you type is saved as a "
                "draft, until you save it to the case. Choose Keys at the top for all keys."
            ),
            reverse("patients:edit-section", args=[case.pk, "strength"]),
        )
    return TourPage(
        _("Strength before and after"),
        _("Each movement with its grades at two visits. ▲ means better, ▼ worse."),
        reverse("caserecords:compare-strength", args=[case.pk]),
    )


def image_stops(case):
    """Yield the stop for the viewer, if the case still has images."""
    if series := case.series.first():
        yield TourPage(
            _("Images"),
            _(
                "Scroll through the slices with the arrow keys. You can compare up to four series. "
                "Authors can mark structures. The images are synthetic."
            ),
            reverse("imaging:show-series", args=[case.pk, series.pk]),
        )


def review_stop(case, user):
    """Return the stop for the user's next review step or, without one, the stop for the history."""
    steps = open_steps(case, user)
    if steps:
        return TourPage(
            _("Review"),
            _(
                "Authors submit a case here. Then a reviewer approves it, or returns it with a "
                "reason. You can finish the tour without doing this."
            ),
            reverse("caserecords:change-status", args=[case.pk]) + f"?step={steps[0].name}",
        )
    return TourPage(
        _("History"),
        _(
            "Every time the case is saved, a version is added, with the user and the time. "
            "A review adds versions too: submitted, returned, approved."
        ),
        reverse("caserecords:list-versions", args=[case.pk]),
    )

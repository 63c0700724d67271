"""The work list: what the user has to do, and a searchable list of all cases."""

from dataclasses import dataclass

from django.db.models import Exists, F, UUIDField, Value
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from caserecords.pages.case_list import (
    MAX_COUNT,
    PAGE,
    SECTION_COUNT,
    CaseLine,
    ago,
    lines_by_case,
    positions_after,
    split_page,
)
from caserecords.pages.filter_form import AFTER, filter_form
from patients.actions.review import return_reason
from patients.entry.sections import BY_SLUG
from patients.lists.cases import memberships, newest, newest_to_review, ways_to_see, ways_to_write
from patients.lists.filters import FILTERS, read_filters, select_cases
from patients.models import AccessLog, Case, CaseVersion, Draft, DueIn, FollowUp, Role, UnsavedCase
from patients.models.case import is_current, may_edit, may_see
from patients.views.cases import offered_templates

FEW = 4  # cases in a group
OPENED = 40  # accesses read to find the cases opened last


@dataclass(frozen=True)
class WorkItem:
    """A case in a group; `unsaved` lists the titles of sections with unsaved changes.

    `text` is how long ago the case was returned or opened. `by` is the name of the reviewer who
    returned the case, and `reason` is the reason given.
    """

    line: CaseLine
    text: str = ""
    by: str = ""
    reason: str = ""
    unsaved: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkGroups:
    """The groups of the work list; `waiting` is None for a user who is not a reviewer.

    `follow_ups` are for the user's own cases: overdue, or due within 4 weeks.
    """

    returned: list[WorkItem]
    drafts: list[WorkItem]
    waiting: list[WorkItem] | None
    recent: list[WorkItem]
    follow_ups: list[FollowUp]
    new_cases: list[UnsavedCase]
    sections: int = SECTION_COUNT

    @property
    def are_empty(self):
        found = (self.returned, self.drafts, self.waiting, self.recent, self.follow_ups)
        return not any((*found, self.new_cases))


@require_safe
def show_work_list(request):
    """Show the user's tasks and the cases that match the filters, most recently changed first."""
    user, after = request.user, request.GET.get(AFTER)
    selection = read_filters(request.GET, with_defaults=True)
    form = filter_form(request, selection)
    size = PAGE if after else MAX_COUNT
    found = positions_after(*select_cases(user, selection), after, size + 1)
    page, next_page = split_page(found)
    to_review = newest_to_review(user, MAX_COUNT)
    groups, lines = gather(user, page, to_review)
    is_filtered = after or form.is_filtered or form.has_errors
    is_first = not found and not is_filtered and groups.are_empty and not sees_cases(user)
    context = {
        "form": form,
        "groups": groups,
        "cases": [lines[place.pk] for place in page],
        AFTER: next_page,
        "count": None if after else len(found),
        "max_count": MAX_COUNT,
        "to_review": to_review,
        "may_create": Role.CLINICIAN in memberships(user).values(),
        "has_team": bool(memberships(user)),
        "export": export_address(request),
        "is_first": is_first,
        "templates": offered_templates(request.user)[:FEW] if is_first else (),
        "hides_archived": selection.texts.get("archived") == ["no"],
        "has_deleted": has_deleted_drafts(user, lines),
    }
    return render(
        request, "caserecords/home.html", context, status=400 if form.has_errors else None
    )


def gather(user, page, to_review):
    """Return the WorkGroups, and {primary key: CaseLine} of the cases in them and on `page`."""
    returned = list(returned_versions(user))
    kept = newest(
        Case.objects.open().filter(returned_version=None), ways_to_write(user), "updated", FEW
    )
    recent = opened_last(user)
    keys = {version.case_id for version in returned} | recent.keys()
    keys |= {place.pk for place in (*page, *kept, *to_review[:FEW])}
    lines = lines_by_case(keys, has_deleted=Exists(Case.objects.deleted_by(user)))
    unsaved, new_cases = unsaved_input(
        user, [place.pk for place in kept] + [one.case_id for one in returned]
    )
    reviews = Role.REVIEWER in memberships(user).values()
    now = timezone.now()
    groups = WorkGroups(
        [returned_item(version, lines, unsaved, now) for version in returned],
        [WorkItem(lines[one.pk], unsaved=unsaved.get(one.pk, ())) for one in kept],
        [WorkItem(lines[one.pk]) for one in to_review[:FEW]] if reviews else None,
        [WorkItem(lines[pk], ago(at, now)) for pk, at in recent.items() if pk in lines],
        list(due_soon(user)),
        new_cases,
    )
    return groups, lines


def sees_cases(user):
    """Return whether there is at least one case, archived or not, that the user may see."""
    return bool(newest(Case.objects.all(), ways_to_see(user), "updated", 1))


def due_soon(user):
    """Return the first follow-ups of the user's own cases, up to four weeks from today."""
    due = FollowUp.objects.written_by(user).due_in([DueIn.OVERDUE, DueIn.SOON])
    return due.select_related("case").order_by("due", "case_id")[:FEW]


def has_deleted_drafts(user, lines):
    """Return whether the user has deleted drafts, with a query only if no case is listed."""
    listed = next(iter(lines.values()), None)
    return listed.case.has_deleted if listed else Case.objects.deleted_by(user).exists()


def returned_versions(user):
    """Return the versions saved when cases were returned to the user, newest first; up to FEW."""
    versions = CaseVersion.objects.filter(
        may_edit(user, "case"), case__returned_version=F("number")
    )
    versions = versions.defer("pieces", "computed").select_related("saved_by")
    return versions.order_by("-saved_at")[:FEW]


def returned_item(version, lines, unsaved, now):
    by = version.saved_by.get_full_name() or version.saved_by.get_username()
    reason = return_reason(version)
    when = ago(version.saved_at, now)
    return WorkItem(lines[version.case_id], when, by, reason, unsaved.get(version.case_id, ()))


def opened_last(user):
    """Return {primary key: time} of the FEW cases whose pages the user opened last."""
    accesses = AccessLog.objects.filter(may_see(user, "case"), is_current("case"), user=user)
    accesses = accesses.filter(what__startswith="GET /cases/").order_by("-at")
    found = {}
    for pk, at in accesses.values_list("case", "at")[:OPENED]:
        if len(found) < FEW:
            found.setdefault(pk, at)
    return found


def unsaved_input(user, keys):
    """Return the user's unsaved input: ({primary key: titles of sections}, [UnsavedCase]).

    Both tables are read in one query, to keep the number of queries of the page low.
    """
    sections = Draft.objects.filter(user=user, case__in=keys).values_list(
        "case", "section", Value(""), "pk", "saved_at"
    )
    cases = UnsavedCase.objects.filter(user=user).values_list(
        Value(None, UUIDField()), "query", "data", "pk", "saved_at"
    )
    found, new_cases = {}, []
    for case, text, data, pk, at in sections.union(cases, all=True):
        if case is None:
            new_cases.append(UnsavedCase(pk=pk, query=text, data=data, saved_at=at))
        elif text in BY_SLUG:
            found[case] = tuple(dict.fromkeys((*found.get(case, ()), str(BY_SLUG[text].title))))
    return found, sorted(new_cases, key=lambda one: one.saved_at, reverse=True)


def export_address(request):
    """Return the URL that exports the cases that match the filters, with the page's defaults."""
    query = request.GET.copy()
    query.pop(AFTER, None)
    for one in FILTERS:
        if one.default and not any(query.getlist(one.name)):
            query[one.name] = one.default
    for name in [name for name in query if not any(query.getlist(name))]:
        del query[name]
    return f"{reverse('api:export-cases')}?{query.urlencode()}"

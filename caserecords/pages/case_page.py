"""View of the case page."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from caserecords.case import strength_map
from caserecords.overview.cards import overview_blocks
from caserecords.overview.next_steps import next_steps, readiness
from caserecords.overview.pictures import pictures_of
from caserecords.reasoning.computed import reason_over
from patients.access.identifiers import may_identify
from patients.access.permissions import get_case, is_editable_by_authors, may_archive
from patients.actions.deleting import may_delete
from patients.actions.review import open_steps, return_reason
from patients.drawings.trends import trends
from patients.entry.navigation import navigation_of
from patients.lists.cases import memberships
from patients.models import Role
from patients.models.narrative import Chapter
from patients.record.computed import resolve_days
from patients.tables import diagnosis_table, strength_table, timeline
from patients.tables.conduction_reasoning import conduction_reasoning
from patients.team_limits.sets import limit_sets
from patients.versions.reading import load_record
from patients.views.follow_up import follow_up_card

CHANGES = ("better", "worse", "same")
NARROW = 6  # maximum number of columns in a strength table beside the body map


@require_safe
def show_case(request, case_pk):
    """Show a summary of each filled section of a case's current version, and what is left to do."""
    case = get_case(request, case_pk)
    version = get_object_or_404(case.versions.select_related("saved_by"), number=case.version)
    record = load_record(version)
    co_authors = list(case.co_authors.order_by("username"))
    can_edit = is_editable_by_authors(case, request.user, co_authors)
    navigation = navigation_of(case, request.user, record=record, can_edit=can_edit)
    days, reasoning = resolve_days(record), reason_over(record)
    context = {
        "case": case,
        "version": version,
        "record": record,
        "can_edit": can_edit,
        "navigation": navigation,
        "blocks": overview_blocks(record, days, navigation, reasoning.checks.open),
        "steps": open_steps(case, request.user),
        "next": next_steps(case, navigation, reasoning) if can_edit else None,
        "readiness": readiness(reasoning),
        "may_identify": can_edit and may_identify(case, request.user),
        "co_authors": co_authors,
        "returned": returned_version(case),
        **follow_up_card(request, case, request.user in (case.author, *co_authors)),
        **permissions(case, request.user, can_edit),
        **summaries(case, record, days),
        **reasons(case, record, reasoning),
    }
    return render(request, "caserecords/case.html", context)


def returned_version(case):
    """Return (version, reason) with which a reviewer returned the case, or None."""
    if not (case.is_open and case.returned_version):
        return None
    version = case.versions.select_related("saved_by").get(number=case.returned_version)
    return version, return_reason(version)


def permissions(case, user, can_edit):
    """Return what else the user may do with the case."""
    oversees = can_edit or may_archive(case, user)
    return {
        "may_read_accesses": oversees,
        "may_archive": oversees,
        "may_duplicate": Role.CLINICIAN in memberships(user).values(),
        "may_delete": may_delete(case, user),
    }


def summaries(case, record, days):
    """Return what the cards show besides their lines."""
    strength = strength_table(record.strength, record.visits)
    events = (record.events, record.visits, record.symptoms, days, record.treatments)
    columns = len(strength.visits) + strength.is_compared
    return {
        "diagnosis": next(iter(diagnosis_table(record.diagnoses)), None),
        "timeline": timeline(*events),
        "strength": strength,
        "strength_columns": columns,
        "is_strength_wide": columns * len(strength.sides) > NARROW,
        "changes": [(name, strength.counts[name]) for name in CHANGES if strength.counts[name]],
        "strength_map": strength_map(strength, record.strength),
        "trends": trends(strength, days),
        "has_strength_notes": any(row.words or row.note for row in record.strength),
        "pictures": pictures_of(case, record.parts.get("imaging") or {}),
        "unwritten": unwritten(record),
    }


def unwritten(record):
    """Return the labels of the chapters that the narrative does not have."""
    written = {row.chapter for row in record.narrative}
    return [str(chapter.label) for chapter in Chapter if chapter.value not in written]


def reasons(case, record, reasoning):
    """Return the computed results; conduction is judged by the team's limits."""
    return {
        "localisation": reasoning.localisation,
        "concordance": reasoning.concordance,
        "conduction": conduction_reasoning(record, limit_sets(case.team)),
        "checks": reasoning.checks,
        "care": reasoning.care,
    }

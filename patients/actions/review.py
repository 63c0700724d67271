"""A case's way from draft to approved: who may take which step, and how it is written down."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import Case, Status
from patients.versions.saving import save_version


class CaseChanged(Exception):
    """The case has a newer version than the one that the user looked at."""


@dataclass(frozen=True)
class Step:
    """One change of status: its name, from and to which status, and what its button says."""

    name: str
    start: Status
    end: Status
    by_reviewer: bool
    verb: str
    past: str
    explains: str
    needs_reason: bool = False


STEPS = {
    step.name: step
    for step in (
        Step(
            "submit",
            Status.DRAFT,
            Status.SUBMITTED,
            False,
            gettext_lazy("Submit for review"),
            gettext_lazy("Submitted for review"),
            gettext_lazy("A reviewer of the team will read it. Until then nobody can change it."),
        ),
        Step(
            "withdraw",
            Status.SUBMITTED,
            Status.DRAFT,
            False,
            gettext_lazy("Withdraw to draft"),
            gettext_lazy("Withdrawn to draft"),
            gettext_lazy("It leaves the reviewers' list, and its authors can change it again."),
        ),
        Step(
            "approve",
            Status.SUBMITTED,
            Status.APPROVED,
            True,
            gettext_lazy("Approve"),
            gettext_lazy("Approved"),
            gettext_lazy("It is signed off under your name, and nobody can change it."),
        ),
        Step(
            "return",
            Status.SUBMITTED,
            Status.DRAFT,
            True,
            gettext_lazy("Return to the authors"),
            gettext_lazy("Returned to the authors"),
            gettext_lazy("It becomes a draft again, and the authors read your reason."),
            needs_reason=True,
        ),
    )
}


def open_steps(case, user):
    """Return the steps that the user may take with a case now; two queries at most."""
    ahead = [step for step in STEPS.values() if step.start == case.status]
    reviews = bool(ahead) and any(step.by_reviewer for step in ahead) and is_reviewer(case, user)
    writes = bool(ahead) and is_writer(case, user)
    return [step for step in ahead if (reviews if step.by_reviewer else writes)]


def is_writer(case, user):
    return case.author_id == user.pk or case.co_authors.filter(pk=user.pk).exists()


def is_reviewer(case, user):
    return Case.objects.reviewable_by(user).filter(pk=case.pk).exists()


@transaction.atomic
def take_step(case, step, user, reason="", version=None):
    """Change a case's status and store a version that says who did it and why.

    PermissionDenied where the user may not, or the case no longer stands where the step starts;
    CaseChanged where `version` is given and a newer one is stored.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if step not in open_steps(case, user):
        raise PermissionDenied(_("This step is not open to you, or somebody else has taken it."))
    if version is not None and version != case.version:
        raise CaseChanged
    if case.is_draft:
        save_version(case, user)  # with images still being imported; later nothing can change
    Case.objects.filter(pk=case.pk).update(status=step.end)
    comment = f"{step.past}: {reason}" if reason else str(step.past)
    is_signed = step.end == Status.APPROVED
    return save_version(case, user, comment[:300], is_signed=is_signed)

"""The review workflow from draft to approval: its steps and permissions."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import Case, Status
from patients.versions.saving import save_version


class CaseChanged(Exception):
    """The case has a newer version than the one that the user saw."""


@dataclass(frozen=True)
class Step:
    """One change of status, with its button label, past tense and explanation."""

    name: str
    start: Status
    end: Status
    by_reviewer: bool
    verb: str
    past: str
    explains: str
    needs_reason: bool = False

    @property
    def moves_on(self):
        """Whether the step brings the case closer to approval."""
        return self.end != Status.DRAFT


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
            gettext_lazy("A reviewer will read the case. Nobody can edit it during the review."),
        ),
        Step(
            "withdraw",
            Status.SUBMITTED,
            Status.DRAFT,
            False,
            gettext_lazy("Return to draft"),
            gettext_lazy("Returned to draft"),
            gettext_lazy(
                "The case is removed from the reviewers' list, and its authors can edit it again."
            ),
        ),
        Step(
            "approve",
            Status.SUBMITTED,
            Status.APPROVED,
            True,
            gettext_lazy("Approve"),
            gettext_lazy("Approved"),
            gettext_lazy("Approving signs the case off in your name and closes it for editing."),
        ),
        Step(
            "return",
            Status.SUBMITTED,
            Status.DRAFT,
            True,
            gettext_lazy("Return to the authors"),
            gettext_lazy("Returned to the authors"),
            gettext_lazy("The case becomes a draft again, and its authors can read your reason."),
            needs_reason=True,
        ),
    )
}


def open_steps(case, user):
    """Return the steps that the user may take now, with at most two queries.

    An archived case has none.
    """
    if not case.is_current:
        return []
    steps = [step for step in STEPS.values() if step.start == case.status]
    reviews = bool(steps) and any(step.by_reviewer for step in steps) and is_reviewer(case, user)
    writes = bool(steps) and is_writer(case, user)
    return [step for step in steps if (reviews if step.by_reviewer else writes)]


def is_writer(case, user):
    return case.author_id == user.pk or case.co_authors.filter(pk=user.pk).exists()


def is_reviewer(case, user):
    return Case.objects.reviewable_by(user).filter(pk=case.pk).exists()


@transaction.atomic
def take_step(case, step, user, reason="", version=None):
    """Change a case's status and return the version saved for it, with the user and the reason.

    Raises PermissionDenied if the user may not take the step or the status has changed, and
    CaseChanged if `version` is given and is no longer the newest.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if step not in open_steps(case, user):
        raise PermissionDenied(
            _("You do not have permission to do this, or the status has already changed.")
        )
    if version is not None and version != case.version:
        raise CaseChanged
    if case.is_open:
        save_version(case, user)  # while still a draft, to include newly imported images
    Case.objects.filter(pk=case.pk).update(status=step.end)
    comment = f"{step.past}: {reason}" if reason else str(step.past)
    is_signed = step.end == Status.APPROVED
    saved = save_version(case, user, comment[:300], is_signed=is_signed)
    returned = saved.number if step is STEPS["return"] else None
    Case.objects.filter(pk=case.pk).update(returned_version=returned)
    return saved


def return_reason(version):
    """Return the reason in the comment of a returned version: "Returned to the authors: reason"."""
    return version.comment.removeprefix(str(STEPS["return"].past)).removeprefix(":").strip()

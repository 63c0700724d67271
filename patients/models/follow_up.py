"""When a case is due for follow-up."""

import hashlib
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.models.case import Case, is_written_by, may_see

DAY = "j F Y"  # 14 March 2027
SOON = timedelta(weeks=4)


class DueIn(models.TextChoices):
    """The periods in which an open follow-up can be due, for filtering follow-ups and cases."""

    OVERDUE = "overdue", gettext_lazy("overdue")
    SOON = "due-within-4-weeks", gettext_lazy("due within 4 weeks")
    ANY = "any", gettext_lazy("any date")

    def limit(self, today):
        """Return the Q object for follow-ups that are due in this period."""
        return {
            DueIn.OVERDUE: Q(due__lt=today),
            DueIn.SOON: Q(due__range=(today, today + SOON)),
            DueIn.ANY: Q(due__isnull=False),  # not Q(), which any other condition would replace
        }[self]


class FollowUpQuerySet(models.QuerySet):
    """A queryset of follow-ups with the permissions of their cases."""

    def visible_to(self, user):
        """Return the follow-ups of the cases that the user may see."""
        return self.filter(may_see(user, "case"))

    def written_by(self, user):
        """Return the follow-ups of the cases of which the user is an author or co-author."""
        return self.filter(is_written_by(user, "case"))

    def open(self):
        """Return the follow-ups that are not done."""
        return self.filter(done=None)

    def due_in(self, periods):
        """Return the open follow-ups due in any of the DueIn periods, by the site's time zone."""
        today, wanted = timezone.localdate(), Q()
        for period in periods:
            wanted |= DueIn(period).limit(today)
        return self.open().filter(wanted)


class FollowUp(models.Model):
    """The date on which a case is due for follow-up, and what to do then.

    It organises the authors' work and says nothing about the illness. Therefore it is neither part
    of the case document nor of a version, and an approved case can have a new one without a new
    review. `done` is the date on which it was done; null while it is open.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="follow_up")
    due = models.DateField(gettext_lazy("due"))
    note = models.CharField(gettext_lazy("what to do"), max_length=200, blank=True)
    done = models.DateField(gettext_lazy("done"), null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due", "case"], condition=Q(done=None), name="follow_up_open")
        ]

    def __str__(self):
        return f"follow-up due {self.due}"

    @property
    def due_text(self):
        return date_format(self.due, DAY)

    @property
    def done_text(self):
        return date_format(self.done, DAY) if self.done else ""

    @property
    def is_overdue(self):
        return self.done is None and self.due < timezone.localdate()

    @property
    def when(self):
        """How far off the date is, as text; "" if over four weeks ahead or if `done` is set."""
        days = (self.due - timezone.localdate()).days
        if self.done or days > SOON.days:
            return ""
        if days < 0:
            return ngettext("%(n)s day overdue", "%(n)s days overdue", -days) % {"n": -days}
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days} if days else _("today")

    @property
    def tag(self):
        """A hash of the values, by which a change can be noticed."""
        return hashlib.sha256(repr(self.as_data()).encode()).hexdigest()[:32]

    def as_data(self):
        """Return the values as JSON-serialisable data."""
        done = {"done": self.done.isoformat()} if self.done else {}
        return {"due": self.due.isoformat(), "note": self.note} | done


def follow_up_from(data):
    """Return an unsaved FollowUp, without a case, from the values that `as_data` returned."""
    done = data.get("done")
    return FollowUp(
        due=date.fromisoformat(data["due"]),
        note=data["note"],
        done=date.fromisoformat(done) if done else None,
    )

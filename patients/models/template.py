"""A team's own case templates."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.people import Team


class TeamTemplate(models.Model):
    """A case template of a team, which its clinicians can edit.

    `content` has the keys of a template in case_templates.toml. A deleted template can be restored;
    cases created from it still offer its rows.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="case_templates")
    label = models.CharField(_("name"), max_length=120)
    content = models.JSONField(default=dict)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed = models.DateTimeField(auto_now=True)
    deleted = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["label", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "label"],
                condition=Q(deleted__isnull=True),
                name="team_template_one_per_name",
            )
        ]

    def __str__(self):
        return self.label

"""Erase the drafts that were deleted more than KEPT_DAYS ago."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from patients.actions.deleting import KEPT_DAYS, erase_expired


class Command(BaseCommand):
    help = f"Erase the drafts that were deleted more than {KEPT_DAYS} days ago. Run it every day."

    def handle(self, **options):
        self.stdout.write(_("Drafts erased: %d.") % erase_expired())

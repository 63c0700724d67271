"""Check stored versions and image files for damage."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from imaging.file_cleanup import remove_unheld
from imaging.file_store import locked, store
from imaging.models import Instance
from patients.models import Case
from patients.versions.saving import broken_links


class Command(BaseCommand):
    help = (
        "Check the hash of every image file and the version chain of every case, and list files "
        "that do not belong to a case. The exit status is 1 if there are problems."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--sweep",
            action="store_true",
            help="delete files that do not belong to a case",
        )

    def handle(self, *, sweep, **options):
        problems = 0
        for message in [*broken_chains(), *broken_files(), *unused_files(sweep)]:
            self.stderr.write(message)
            problems += 1
        if problems:
            raise CommandError(_("Problems found: %d") % problems)
        counts = {"cases": Case.objects.count(), "files": used_hashes().count()}
        self.stdout.write(_("No damage found. Cases: %(cases)d. Image files: %(files)d.") % counts)


def broken_chains():
    """Yield a message for each fault in the versions of every case, such as a broken hash chain."""
    for case in Case.objects.only("pk", "version").order_by("pk").iterator():
        yield from broken_links(case)


def used_hashes():
    """Return the distinct hashes of all image files that belong to a case, as 1-tuples."""
    return Instance.objects.filter(held=True).order_by("sha256").values_list("sha256").distinct()


def broken_files():
    """Yield a message for every image file that is missing or damaged."""
    files = store()
    for (sha256,) in used_hashes().iterator():
        if not files.verify(sha256):
            case = Instance.objects.filter(sha256=sha256, held=True).first().case_id
            message = _("case %(case)s: the image file %(name)s is missing")
            if files.path(sha256).exists():
                message = _("case %(case)s: the image file %(name)s is damaged")
            yield message % {"case": case, "name": sha256}


def unused_files(sweep):
    """Yield a message for every file that does not belong to a case.

    With `sweep`, delete these files instead and yield nothing.
    """
    with locked("store"):  # wait for imports that have written a file but not yet saved its row
        stored = list(store().hashes())
    known = {sha256 for (sha256,) in used_hashes().iterator()}
    unused = [sha256 for sha256 in stored if sha256 not in known]
    if sweep:
        remove_unheld(unused)
        return
    for sha256 in unused:
        yield _("the file %s does not belong to a case (use --sweep to delete it)") % sha256

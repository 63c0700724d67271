"""Reads everything that is kept back, and names what is wrong."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from imaging.file_cleanup import remove_unheld
from imaging.file_store import locked, store
from imaging.models import Instance
from patients.models import Case
from patients.versions.saving import broken_links


class Command(BaseCommand):
    help = (
        "Check every image file's hash and every case's chain of versions, and list files that "
        "belong to no case. The exit status is 1 if anything is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--sweep",
            action="store_true",
            help="remove files that belong to no case",
        )

    def handle(self, *, sweep, **options):
        wrong = 0
        for sentence in [*broken_chains(), *broken_files(), *left_over(sweep)]:
            self.stderr.write(sentence)
            wrong += 1
        if wrong:
            raise CommandError(_("%d things are wrong.") % wrong)
        counts = {"cases": Case.objects.count(), "files": held_hashes().count()}
        self.stdout.write(_("%(cases)d cases and %(files)d image files are whole.") % counts)


def broken_chains():
    """Yield a sentence for every version of a case that does not fit."""
    for case in Case.objects.only("pk", "version").order_by("pk").iterator():
        yield from broken_links(case)


def held_hashes():
    """Return the hash of every image file that a case holds, each once."""
    return Instance.objects.filter(held=True).order_by("sha256").values_list("sha256").distinct()


def broken_files():
    """Yield a sentence for every image file that is missing or has changed."""
    kept = store()
    for (sha256,) in held_hashes().iterator():
        if not kept.verify(sha256):
            case = Instance.objects.filter(sha256=sha256, held=True).first().case_id
            words = _("case %(case)s: the image file %(name)s is missing")
            if kept.path(sha256).exists():
                words = _("case %(case)s: the image file %(name)s is damaged")
            yield words % {"case": case, "name": sha256}


def left_over(sweep):
    """Yield a sentence for every file that no case holds; remove them if told to."""
    with locked("store"):  # so that every file that is listed has its row, if it gets one
        kept = list(store().hashes())
    known = {sha256 for (sha256,) in held_hashes().iterator()}
    unheld = [sha256 for sha256 in kept if sha256 not in known]
    if sweep:
        remove_unheld(unheld)
        return
    for sha256 in unheld:
        yield _("the file %s belongs to no case (--sweep removes it)") % sha256

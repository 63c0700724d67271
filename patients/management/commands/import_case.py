"""Takes in native case documents from files, all or nothing a file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from patients.actions.importing import import_case
from patients.models import Membership, Role
from patients.record.document import DocumentError
from patients.record.json_parsing import parse_json

MOST_BYTES = 64 * 1024 * 1024


class Command(BaseCommand):
    help = "Import native case documents (JSON); a file is taken whole or not at all."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help="a case document")
        parser.add_argument("--user", help="the author's name; else the first clinician")
        parser.add_argument("--team", help="the team's name; else the author's first")

    def handle(self, *, files, user, team, **options):
        author, group = find_author(user, team)
        names = {"user": author, "team": group}
        self.stderr.write(_("Author: %(user)s, team: %(team)s (--user, --team).") % names)
        refused = 0
        for name in files:
            try:
                case = import_case(read_document(name), group, author, "import_case")
            except DocumentError as error:
                refused += 1
                self.tell(name, error.errors)
            else:
                self.stdout.write(f"{name}: {case.pk}")
        if refused:
            raise CommandError(_("%d of %d files were refused.") % (refused, len(files)))

    def tell(self, name, errors):
        for path, message in errors:
            place = f"{path}: " if path else ""
            self.stderr.write(f"{name}: {place}{message}")


def read_document(name):
    """Return the JSON of a file; DocumentError where it cannot be read."""
    try:
        if Path(name).stat().st_size > MOST_BYTES:
            raise ValueError(_("The file is larger than %d bytes.") % MOST_BYTES)
        return parse_json(Path(name).read_bytes())
    except OSError as error:
        raise DocumentError([("", error.strerror)]) from None
    except ValueError as error:
        raise DocumentError([("", str(error))]) from None


def find_author(user, team):
    """Return (author, team): the clinician that the options name, else the one who came first."""
    memberships = Membership.objects.filter(role=Role.CLINICIAN, user__is_active=True)
    if user is not None:
        memberships = memberships.filter(user__username=user)
    if team is not None:
        memberships = memberships.filter(team__name=team)
    found = memberships.select_related("user", "team").order_by("pk").first()
    if found is None:
        raise CommandError(_("There is no such clinician of such a team (--user, --team)."))
    return found.user, found.team

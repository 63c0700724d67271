"""Import native case documents from files; a file with an error is not imported."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from patients.actions.importing import import_case
from patients.models import Membership, Role
from patients.record.document import DocumentError
from patients.record.json_parsing import parse_json

MAX_BYTES = 64 * 1024 * 1024


class Command(BaseCommand):
    help = "Import native case documents (JSON). A file with an error is not imported."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help="a case document")
        parser.add_argument("--user", help="the author's username; default: the first clinician")
        parser.add_argument("--team", help="the team's name; default: the author's first team")

    def handle(self, *, files, user, team, **options):
        author, group = find_author(user, team)
        names = {"user": author, "team": group}
        self.stderr.write(
            _("Author: %(user)s, team: %(team)s. To change them, use --user and --team.") % names
        )
        rejected = 0
        for name in files:
            try:
                case = import_case(read_document(name), group, author, "import_case")
            except DocumentError as error:
                rejected += 1
                self.print_errors(name, error.errors)
            else:
                self.stdout.write(f"{name}: {case.pk}")
        if rejected:
            raise CommandError(_("Files rejected: %d of %d.") % (rejected, len(files)))

    def print_errors(self, name, errors):
        for path, message in errors:
            location = f"{path}: " if path else ""
            self.stderr.write(f"{name}: {location}{message}")


def read_document(name):
    """Parse a JSON file. Raises DocumentError if it cannot be read or parsed."""
    try:
        if Path(name).stat().st_size > MAX_BYTES:
            raise ValueError(_("The file is larger than %d bytes.") % MAX_BYTES)
        return parse_json(Path(name).read_bytes())
    except OSError as error:
        raise DocumentError([("", error.strerror)]) from None
    except ValueError as error:
        raise DocumentError([("", str(error))]) from None


def find_author(user, team):
    """Return (author, team) of the first clinician membership that fits the options.

    `user` is a username and `team` a team's name; None matches any. The author must be active.
    Raises CommandError if no clinician matches.
    """
    memberships = Membership.objects.filter(role=Role.CLINICIAN, user__is_active=True)
    if user is not None:
        memberships = memberships.filter(user__username=user)
    if team is not None:
        memberships = memberships.filter(team__name=team)
    found = memberships.select_related("user", "team").order_by("pk").first()
    if found is None:
        raise CommandError(
            _("No clinician matches --user and --team. Check them, or create a clinician first.")
        )
    return found.user, found.team

"""Set up and serve the demonstration on a fresh machine."""

import json
import os
import socket
import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from caserecords.demo.load import load_demonstration
from caserecords.demo.running import record_path
from patients.models import Case


class Command(BaseCommand):
    help = (
        "Create the data folder, migrate the database, collect static files, load the "
        "demonstration if it is not loaded yet, print the logins and start the site."
    )

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1")
        parser.add_argument("--no-serve", action="store_true", help="do not start the site")
        parser.add_argument("--json", action="store_true", help="print the logins as JSON")

    def handle(self, *, port, no_serve, json: bool, **options):
        if not no_serve:
            check_port(port)
        demonstration = prepare(self)
        demonstration = {"url": f"http://127.0.0.1:{port}/"} | demonstration
        self.stdout.write(as_json(demonstration) if json else as_text(demonstration))
        if not no_serve:
            self.stdout.flush()
            serve(port)


def check_port(port):
    """Raise CommandError if the port is not available."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise CommandError(
                f"Port {port} is not available. Choose another with --port."
            ) from None


def prepare(command):
    """Prepare the site, load the demonstration if necessary, and return {users, token, cases}.

    Raise CommandError if the database contains other data.
    """
    record = record_path()
    started = settings.DATA / "demonstration.unfinished"
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if record.exists():
        return json.loads(record.read_text())
    if started.exists():  # an earlier run was interrupted; the database was empty before it
        call_command("flush", interactive=False, verbosity=0)
    elif Case.objects.exists() or get_user_model().objects.exists():
        raise CommandError(
            "The database is not empty, so the demonstration cannot be loaded. "
            "Set CASERECORDS_DATA to an empty data folder, or set another DATABASE_URL."
        )
    started.touch()
    command.stderr.write("Loading the demonstration cases and 72 synthetic slices …")
    demonstration = load_demonstration()
    unfinished = record.with_suffix(".tmp")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(demonstration))
    unfinished.rename(record)
    started.unlink()
    return demonstration


def as_json(demonstration):
    return json.dumps(demonstration, ensure_ascii=False)


def as_text(demonstration):
    """Return the addresses, the logins and a curl command as text."""
    url, case = demonstration["url"], demonstration["cases"][0]
    width = max(len(user["username"]) for user in demonstration["users"])
    logins = [
        f"  {user['username']:<{width}}  {user['password']}  ({user['role']})"
        for user in demonstration["users"]
    ]
    return "\n".join(
        [
            "",
            f"Address: {url}",
            "",
            "Sign in as:",
            *logins,
            "",
            "The published case:",
            f"  {url}cases/{case}/report/",
            "The same case over the REST API:",
            f"  curl -H 'Authorization: Bearer {demonstration['token']}' {url}api/v1/cases/{case}/",
            "",
            "These logins only work with this data folder. Press Ctrl+C to stop the site.",
        ]
    )


def serve(port):
    """Replace this process with the application server."""
    os.chdir(settings.BASE_DIR)
    command = "-m granian --interface wsgi caserecords.wsgi:application --no-ws"
    options = f"--port {port} --workers 1 --blocking-threads 8 --respawn-failed-workers"
    quiet = "--log-level error"
    os.execv(sys.executable, [sys.executable, *f"{command} {options} {quiet}".split()])

"""`manage.py benchmark`: what a slice, a page and an import cost, in a data folder of its own.

Server CPU is the process time of this process and its decoding children; a trivial view
(`/healthz`) is taken off. Figures of one machine: compare them with others of the same run only.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from caserecords.measuring import measure


class Command(BaseCommand):
    help = "Prints the costs that the project promises to keep. Nothing of yours is touched."

    def add_arguments(self, parser):
        parser.add_argument("--here", action="store_true", help="measure this data folder")

    def handle(self, *, here, **options):
        if here:
            for line in measure():
                self.stdout.write(line)
            return
        with tempfile.TemporaryDirectory(prefix="caserecords-benchmark-") as folder:
            environment = os.environ | {"CASERECORDS_DATA": folder}
            environment.pop("DATABASE_URL", None)
            started = time.perf_counter()
            run("demo", "--no-serve", "--json", environment=environment)
            self.stdout.write(f"demo from an empty folder   {time.perf_counter() - started:6.1f} s")
            self.stdout.write(run("benchmark", "--here", environment=environment))


def run(*command, environment):
    """Run a management command apart from this process; return what it printed."""
    manage = Path(settings.BASE_DIR) / "manage.py"
    environment = {name: environment[name] for name in environment if name != "SECRET_KEY"}
    done = subprocess.run(
        [sys.executable, manage, *command],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout if "--json" not in command else json.loads(done.stdout)

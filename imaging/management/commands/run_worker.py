"""manage.py run_worker: read imports that wait, such as those that a crash left."""

import time

from django.core.management.base import BaseCommand

from imaging.intake.receiving import run, waiting_jobs

PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    help = "Run background jobs: imports that wait to be read. The site runs its own without it."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="end when nothing waits")

    def handle(self, *args, once, **options):
        while True:
            for pk in waiting_jobs():
                job = run(pk)
                if job:
                    self.stdout.write(f"{job.pk} {job.state}")
            if once:
                return
            time.sleep(PAUSE_SECONDS)

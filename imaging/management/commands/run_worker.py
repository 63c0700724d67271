"""manage.py run_worker: run waiting imports, such as those interrupted by a crash."""

import time

from django.core.management.base import BaseCommand

from imaging.intake.receiving import run, waiting_jobs

PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    help = "Run waiting imports in this process. The site also runs imports by itself."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="exit when no import is waiting")

    def handle(self, *args, once, **options):
        while True:
            for pk in waiting_jobs():
                job = run(pk)
                if job:
                    self.stdout.write(f"{job.pk} {job.state}")
            if once:
                return
            time.sleep(PAUSE_SECONDS)

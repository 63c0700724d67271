"""Add N image rows without files: `python -m tests.benchmarks.filling N`.

The rows are added to the inbox, 40 per study.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caserecords.settings")
django.setup()

from imaging.models import Inbox, Instance, Series, Study  # noqa: E402 after the settings

IMAGES, STUDIES_AT_ONCE = 40, 200


def fill(case, studies, first):
    uids = [f"2.25.8.{first + number}" for number in range(studies)]
    created = Study.objects.bulk_create(Study(case=case, study_instance_uid=uid) for uid in uids)
    series = Series.objects.bulk_create(
        Series(case=case, study=study, series_instance_uid=f"{uid}.1", modality="MR")
        for study, uid in zip(created, uids, strict=True)
    )
    Instance.objects.bulk_create(
        Instance(
            case=case,
            series=one,
            sop_instance_uid=f"{one.series_instance_uid}.{number}",
            sha256=f"{hash((one.pk, number)) % 2**255:064x}",
            held=True,
        )
        for one in series
        for number in range(IMAGES)
    )


def main(instances):
    """Fill the inbox in which the benchmark stored its images."""
    case = Inbox.objects.get().case
    for first in range(0, instances // IMAGES, STUDIES_AT_ONCE):
        fill(case, min(STUDIES_AT_ONCE, instances // IMAGES - first), first)


if __name__ == "__main__":
    main(int(sys.argv[1]))

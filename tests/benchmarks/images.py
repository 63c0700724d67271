"""Cost of moving a mark and adding an image, in a case without images and one with 5,000.

    python -m tests.benchmarks.images [--postgres]

The 5,000 images have no files, because the benchmark does not read them.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from tests.benchmarks.cases import Bench, database_seconds, set_up

MANY, IN_A_STUDY = 5_000, 40
MOVES, IMPORTS, ROUNDS = 20, 25, 5


class Images:
    """Cases with few or many images, and measurements of changes to them."""

    def __init__(self):
        self.bench = Bench()
        self.author, self.client = self.bench.users["clinician"], self.bench.clients["clinician"]
        self.numbers = iter(range(100_000))
        self.folder = Path(tempfile.mkdtemp(prefix="caserecords-benchmark-"))

    def case(self, studies=0, images=IN_A_STUDY):
        """Return a copy of the published case with `studies` studies of `images` images each."""
        from caserecords.demo.load import read_case
        from imaging.models import Instance, Series, Study
        from patients.actions.importing import import_case
        from patients.versions.saving import save_version

        number = next(self.numbers)
        document = read_case("published_case") | {"patient": {"code": f"I-{number}"}}
        case = import_case(document, self.bench.team, self.author)
        uids = [f"2.25.9.{number}.{study}" for study in range(studies)]
        created = Study.objects.bulk_create(
            Study(case=case, study_instance_uid=uid) for uid in uids
        )
        series = Series.objects.bulk_create(
            Series(case=case, study=study, series_instance_uid=f"{uid}.1", modality="MR")
            for study, uid in zip(created, uids, strict=True)
        )
        Instance.objects.bulk_create(
            Instance(
                case=case,
                series=one,
                sop_instance_uid=f"{one.series_instance_uid}.{place}",
                sha256=f"{hash((one.pk, place)) % 2**255:064x}",
                image_position_patient=[0, 0, -5000 + place],
                image_orientation_patient=[1, 0, 0, 0, 1, 0],
                position=place,
                rows=512,
                columns=512,
            )
            for one in series
            for place in range(images)
        )
        save_version(case, self.author)
        case.refresh_from_db()
        return case

    def adding(self, *cases):
        """Return, for each case, the median CPU ms of importing an image; the cases take turns."""
        from imaging.models import Instance

        costs = [[] for _case in cases]
        for _round in range(IMPORTS):
            for case, spent in zip(cases, costs, strict=True):
                spent.append(self.add(case))
        for case in cases:
            assert Instance.objects.filter(case=case, held=True).count() >= IMPORTS
        return [statistics.median(spent) for spent in costs]

    def add(self, case):
        from imaging.dicom.synthetic import slice_bytes
        from imaging.intake.importing import import_paths

        path = self.folder / f"{next(self.numbers)}.dcm"
        path.write_bytes(slice_bytes(next(self.numbers), 32))
        before = cpu()
        import_paths(case, self.author, [path])
        return (cpu() - before) * 1000

    def moving(self, case):
        """Return the CPU time in ms of moving a mark, minus the time taken to read the mark."""
        from imaging.dicom.synthetic import slice_bytes
        from imaging.intake.importing import import_paths
        from imaging.models import Annotation

        path = self.folder / f"{next(self.numbers)}.dcm"
        path.write_bytes(slice_bytes(next(self.numbers), 64))
        import_paths(case, self.author, [path])
        uid = case.instances.get(held=True).sop_instance_uid
        mark = Annotation.objects.create(
            case=case, sop_instance_uid=uid, x=1, y=1, structure="root_l5"
        )
        address = f"/api/v1/annotations/{mark.pk}/"

        def move(number):
            body = json.dumps({"x": 2 + number / 4})
            answer = self.client.patch(address, body, content_type="application/json")
            assert answer.status_code == 200, answer.content

        def read(_number):
            assert self.client.get(address).status_code == 200

        return least(move) - least(read)


def cpu():
    """Return the CPU seconds of this process, its children and its database process."""
    from tests.benchmarks.page_costs import cpu as of_processes

    return of_processes() + database_seconds()


def least(act):
    """Return the CPU time in ms of an action, the minimum of several rounds."""
    costs, number = [], 0
    act(number)
    for _round in range(ROUNDS):
        before = time.process_time() + database_seconds()
        for _turn in range(MOVES):
            number += 1
            act(number)
        costs.append((time.process_time() + database_seconds() - before) / MOVES * 1000)
    return min(costs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    server = set_up(parser.parse_args().postgres)
    images = Images()
    images.adding(images.case())  # starts the child processes that read files
    small, many = images.adding(images.case(), images.case(MANY // IN_A_STUDY))
    print("| what | empty | 5,000 images | ratio |\n|---|---|---|---|")
    what = f"adding an image; {MANY // IN_A_STUDY} studies, CPU ms"
    print(f"| {what} | {small:.1f} | {many:.1f} | {many / small:.2f} |")
    few, moved = images.moving(images.case()), images.moving(images.case(MANY // IN_A_STUDY))
    print(f"| moving a mark minus reading it, ms | {few:.1f} | {moved:.1f} | {moved / few:.2f} |")
    if server:
        server.cleanup()


if __name__ == "__main__":
    main()

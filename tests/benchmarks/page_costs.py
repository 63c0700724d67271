"""Measurements for `python -m tests.benchmarks.pages`."""

import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from imaging.dicom.synthetic import slice_bytes
from imaging.intake.importing import import_paths
from imaging.models import Instance
from patients.actions.importing import import_case
from patients.catalogue.movements import SETS
from patients.catalogue.muscles import needle_choices
from patients.models import Case
from patients.reasoning.localisation import localise
from patients.record.computed import compute
from patients.record.document import build, read, to_document
from tests.benchmarks.processes import tree

REPEATS = 20


def measure():
    """Yield one line per measurement; the demonstration must be loaded."""
    with override_settings(ALLOWED_HOSTS=["*"], AXES_ENABLED=False):
        case = Case.objects.order_by("-created").first()
        client = Client()
        client.force_login(case.author)
        yield from slices(client, case)
        yield from pages(client, case, "the demonstration")
        yield from pages(client, enlarged(case), "ten times its rows")
        yield from reasoning(case)
        yield import_time(case)


def cpu():
    times = os.times()
    return times.user + times.system + children()


def children():
    """Return the CPU seconds of this process's live descendants (Linux)."""
    total = 0.0
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            total += tree(pid)
    return total


def spent(client, addresses):
    """Return the mean CPU time of a request in ms, after a warm-up request."""
    client.get(addresses[0])
    before = cpu()
    for address in addresses[1:]:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
    return (cpu() - before) / len(addresses[1:]) * 1000


def slices(client, case):
    """Measure uncached and cached slices of 512² pixels, 12 bits, as PNG and JPEG."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(4):
            (Path(folder) / f"{number}.dcm").write_bytes(slice_bytes(number))
        target = empty_copy(case)
        import_paths(target, case.author, [Path(folder)])
    instance = Instance.objects.filter(case=target).first()
    trivial = spent(client, ["/healthz"] * 200)
    for kind, goal in (("png", 6), ("jpg", 2.5)):
        address = f"/api/v1/instances/{instance.pk}/image.{kind}"
        fresh = [f"{address}?center={900 + n}&width=2000" for n in range(101)]
        yield line(f"slice 512², {kind}, uncached", spent(client, fresh) - trivial, goal, "ms CPU")
        cached = [fresh[0]] * 201
        yield line(f"slice 512², {kind}, cached", spent(client, cached) - trivial, 1, "ms CPU")


def pages(client, case, size):
    """Measure queries and CPU time of the case page, the report and the document."""
    for name, path, goal in (
        ("case page", f"/cases/{case.pk}/", 12),
        ("report", f"/cases/{case.pk}/report/", 12),
        ("case document", f"/api/v1/cases/{case.pk}/", 3),
    ):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        own = [q for q in queries if "django_session" not in q["sql"]]
        yield line(f"{name}, {size}", len(own), goal, "queries")
        yield f"{'':40} {spent(client, [path] * 6):8.2f} ms CPU"


def reasoning(case):
    """Measure localisation and all computed results of a case with all limbs examined."""
    record = build(examined_whole(to_document(read(case))))
    for name, computed, goal in (("localisation", localise, 20), ("all results", compute, 60)):
        computed(record)
        before = time.process_time()
        for _turn in range(REPEATS):
            computed(record)
        taken = (time.process_time() - before) / REPEATS * 1000
        yield line(f"{name}, a full case", taken, goal, "ms CPU")


def examined_whole(document):
    """Return the document with twenty movements and needle EMG of twenty muscles on both sides.

    Movements are graded at every visit; the needle EMG is from the first visit.
    """
    visits = [visit["key"] for visit in document["visits"]]
    sides = ("left", "right")
    _name, movements = SETS["both"]
    document["strength"] = [
        {"visit": visit, "movement": movement, "side": side, "grade": "345"[number % 3]}
        for visit in visits
        for number, movement in enumerate(movements)
        for side in sides
    ]
    muscles = [row for row, _label in needle_choices()][:20]
    document["needle_emg"] = [
        {"visit": visits[0], "muscle": muscle, "side": side, "active_denervation": number % 3 == 0}
        for number, muscle in enumerate(muscles)
        for side in sides
    ]
    return document


def import_time(case):
    """Return a line with the median time of three imports of the demonstration's 72 slices."""
    archive = settings.BASE_DIR / "caserecords" / "demo" / "lumbar_mr.zip"
    taken = []
    for _turn in range(3):
        target = empty_copy(case)
        started = time.perf_counter()
        import_paths(target, case.author, [archive])
        taken.append(time.perf_counter() - started)
    return line("import of the 72-slice study", statistics.median(taken), 10, "s")


def empty_copy(case):
    """Return a copy of a case for a new patient, without images."""
    document = to_document(read(case))
    document["patient"]["code"] = f"benchmark-{Case.objects.count()}"
    document.pop("imaging", None)
    return import_case(document, case.team, case.author)


def enlarged(case):
    """Return a copy of a case, without images, with ten times the conduction, EMG and lab rows."""
    document = json.loads(json.dumps(to_document(read(case))))
    document["patient"]["code"] = "benchmark-large"
    document.pop("imaging", None)
    for key in ("motor_conduction", "sensory_conduction", "needle_emg", "laboratory"):
        document[key] = document[key] * 10
    return import_case(document, case.team, case.author)


def line(name, value, goal, unit):
    verdict = "" if value <= goal else "   MISSED"
    return f"{name:40} {value:8.2f} {unit:8} (goal ≤ {goal}){verdict}"

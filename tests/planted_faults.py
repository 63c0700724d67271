"""Plant faults one at a time and count those that tests detect: `python -m tests.planted_faults`.

The faults are listed in tests/planted_faults.json. Each is planted in a copy of the project, and
the tests that execute its lines are run, as determined by a first run of the suite under
coverage. If no test executes them, or if coverage cannot record all such tests (in a template or in
code that runs in child processes), all tests of its app are run. Prints a Markdown table.

    --coverage FILE   use the coverage data of an earlier run instead of measuring coverage
    --measured-in DIR the project folder of that run (default: this project)
    --only 3,17       plant only these faults
    --near            run, for each fault, only the most specific of these tests (see nearest);
                      faster, but can miss faults
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

ROOT = Path(__file__).resolve().parent.parent
FAULTS = Path(__file__).with_suffix(".json")
APPS = ("patients", "imaging", "caserecords")
CHILDREN = "imaging/dicom/"  # runs in child processes, which coverage does not follow
NEAR = 120  # number of nearest tests, which run first in one process
SECONDS = 1800  # a run that takes longer counts as a detected fault
PASSED, FAILED = 0, 1


@dataclass(frozen=True)
class Fault:
    """One fault: `old`, which occurs once in `file`, becomes `new`; `what` describes the effect."""

    id: int
    file: str
    old: str
    new: str
    what: str

    def lines(self):
        """Return the line numbers of the text that the fault replaces."""
        before = (ROOT / self.file).read_text().partition(self.old)[0]
        first = before.count("\n") + 1
        return range(first, first + self.old.count("\n") + 1)

    def plant(self, copy):
        """Plant the fault in a copy of the project; raise ValueError if the code has changed."""
        path = copy / self.file
        text = path.read_text()
        if text.count(self.old) != 1:
            raise ValueError(f"fault {self.id}: `old` no longer occurs exactly once in {self.file}")
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Result:
    """The result of the tests with a planted fault.

    `test` is the first that failed, "timed out", or "" if none failed.
    """

    fault: Fault
    is_noticed: bool
    test: str
    seconds: float


def copy_project(target):
    """Copy the files that git tracks, and link the shared test data next to the copy."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    shared = ROOT.parent / "shared"
    if shared.exists():
        (target.parent / "shared").symlink_to(shared)


def run_tests(copy, tests, *options):
    """Run tests in a copy; return (exit code, the first test that failed)."""
    processes = "0" if len(tests) <= NEAR and "::" in tests[0] else "2"
    command = [sys.executable, "-m", "pytest", "-x", "--tb=no", "-rfE", "-n", processes]
    try:
        done = subprocess.run(
            [*command, *options, *tests],
            cwd=copy,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return FAILED, "timed out"
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode, failed[0].split(" - ")[0].split(maxsplit=1)[1] if failed else ""


def measure(copy):
    """Run the suite under coverage; return the file that records which test executes which line."""
    sources = [f"--cov={app}" for app in APPS]
    folders = [f"tests/{app}" for app in APPS]
    run_tests(copy, folders, "--maxfail=0", *sources, "--cov-context=test", "--cov-report=")
    return copy / ".coverage"


def tests_by_line(data, measured, file):
    """Return {line: tests that execute it} for a file."""
    executed = data.contexts_by_lineno(str(measured / file))
    return {
        line: {test.partition("|")[0] for test in tests if test} for line, tests in executed.items()
    }


def count_lines(data):
    """Return {test: number of lines it executes}; those with few are fast and specific."""
    counts = Counter()
    for file in data.measured_files():
        for contexts in data.contexts_by_lineno(file).values():
            counts.update({test.partition("|")[0] for test in contexts if test})
    return counts


def nearest(tests, counts):
    """Return the NEAR tests that execute the fewest lines, and the other tests."""
    ordered = sorted(tests, key=lambda test: (counts[test], test))
    return ordered[:NEAR], ordered[NEAR:]


def try_fault(copy, fault, near, rest):
    """Plant a fault, run the tests that can detect it, remove the fault and return the Result."""
    path = copy / fault.file
    text = path.read_text()
    started = time.perf_counter()
    fault.plant(copy)
    try:
        others = [] if near and is_placed(fault) else tests_of_app(fault)
        for tests in near, rest, others:
            code, failed = run_tests(copy, tests) if tests else (PASSED, "")
            if code != PASSED:
                break
        return Result(fault, code != PASSED, failed, time.perf_counter() - started)
    finally:
        path.write_text(text)


def is_placed(fault):
    """Return whether coverage records every test that executes the fault's lines."""
    return fault.file.endswith(".py") and not fault.file.startswith(CHILDREN)


def tests_of_app(fault):
    app = fault.file.split("/")[0]
    return [f"tests/{name}" for name in ([app] if app in APPS else APPS)]


def print_table(results):
    print("| fault | file | detected by |\n|---|---|---|")
    for result in results:
        fault = result.fault
        seen = (
            f"`{result.test.partition('::')[2] or result.test}`"
            if result.is_noticed
            else "**no test**"
        )
        print(f"| {fault.what} | `{fault.file}` | {seen} |")
    noticed = sum(result.is_noticed for result in results)
    print(f"\n{noticed} of {len(results)} detected")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--coverage", type=Path)
    parser.add_argument("--measured-in", type=Path, default=ROOT)
    parser.add_argument("--only", default="")
    parser.add_argument("--near", action="store_true")
    options = parser.parse_args()
    wanted = {int(number) for number in options.only.split(",") if number}
    faults = [Fault(**fault) for fault in json.loads(FAULTS.read_text())]
    with tempfile.TemporaryDirectory(prefix="caserecords-faults-") as folder:
        copy = Path(folder) / "main"
        copy.mkdir()
        copy_project(copy)
        measured = options.measured_in if options.coverage else copy
        data = CoverageData(options.coverage or measure(copy))
        data.read()
        counts = count_lines(data)
        results = []
        for fault in faults:
            if wanted and fault.id not in wanted:
                continue
            executing = tests_by_line(data, measured, fault.file)
            tests = set().union(*(executing.get(line, ()) for line in fault.lines()))
            near, rest = nearest(tests, counts)
            results.append(try_fault(copy, fault, near, [] if options.near else rest))
            shown = results[-1]
            print(fault.id, shown.is_noticed, shown.test, f"{shown.seconds:.0f} s", file=sys.stderr)
    print_table(results)


if __name__ == "__main__":
    main()

"""Cost of pages, slices, reasoning and an import: `python -m tests.benchmarks.pages`.

Loads the demonstration in a separate data folder. CPU time includes the child processes that
decode images; for slices, the CPU time of a trivial view (`/healthz`) is subtracted. Only figures
from the same run can be compared.
"""

import io
import time

from django.core.management import call_command

from tests.benchmarks.cases import set_up


def main():
    set_up(postgres=False)
    started = time.perf_counter()
    call_command("demo", "--no-serve", "--json", stdout=io.StringIO(), stderr=io.StringIO())
    print(f"demo from an empty folder   {time.perf_counter() - started:6.1f} s")
    from tests.benchmarks.page_costs import measure  # cannot be imported before set_up

    for line in measure():
        print(line)


if __name__ == "__main__":
    main()

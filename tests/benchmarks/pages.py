"""What pages, slices, the reasoning and an import cost: `python -m tests.benchmarks.pages`.

It prepares the demonstration in a data folder of its own. CPU is that of this process and its
decoding children; a trivial view (`/healthz`) is subtracted. Compare figures of one run only.
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
    from tests.benchmarks.page_costs import measure  # needs the settings

    for line in measure():
        print(line)


if __name__ == "__main__":
    main()

"""CPU time of processes (Linux)."""

import contextlib
import os
from pathlib import Path


def tree(pid):
    """Return the CPU seconds of a process and its live descendants."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(tree, children(pid)))


def children(pid):
    """Return the ids, as text, of the live child processes of a process."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has ended
            found += thread.read_text().split()
    return found

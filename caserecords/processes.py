"""What processes cost (Linux)."""

import os
from pathlib import Path


def tree(pid):
    """Return the CPU seconds of a process and of those below it that live."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(tree(child) for child in below)

"""CSV files (RFC 4180) that are safe to open in a spreadsheet."""

import csv
import io

RISKY = ("=", "+", "-", "@", "\t", "\r")  # a cell that starts like this may be treated as a formula


def as_csv(rows):
    """Return rows of cells as UTF-8 CSV."""
    file = io.StringIO()
    csv.writer(file).writerows([safe(cell) for cell in row] for row in rows)
    return file.getvalue().encode()


def safe(cell):
    """Return a cell as a string that no spreadsheet treats as a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(RISKY) else text

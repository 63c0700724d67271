"""Tables as CSV (RFC 4180) that are safe to open in a spreadsheet."""

import csv
import io

RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may take for a formula


def as_csv(rows):
    """Return rows of cells as UTF-8 CSV."""
    file = io.StringIO()
    csv.writer(file).writerows([safe(cell) for cell in row] for row in rows)
    return file.getvalue().encode()


def safe(cell):
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(RISKY) else text

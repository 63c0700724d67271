"""Read the cells of a table from the text and the HTML of the clipboard."""

import csv
import re
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from patients.catalogue.pasted_words import visit_of

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 300, 60, 2000
MAX_LENGTH = 2_000_000  # characters of the text or the HTML
DITTO = "″"
_GAP = re.compile(r" {2,}|\u2003+|\t+")
_NAMED = re.compile(r"(?P<name>[^:=\t]*[^\W\d_][^:=\t]*?)\s*[:=]\s+(?P<value>\S.*)")
_MEASURED = re.compile(
    r"(?P<name>.*?[^\W\d_].*?)\s+(?P<value>[<>≤≥~]?\s*[+-]?\d.*"
    r"|normal|negative|positive|absent|NR|NT|not tested|[0-4]?\+{1,4})"
)
_TIMED = re.compile(r"(?P<name>.{1,60}?)\s*(?:\s[–—-]\s|:\s)\s*(?P<value>\S.*)")
_DAY = re.compile(r"(?:day|d|week|month)?\s*[+-]?\d+\s*[dwmy]?\b.*", re.I)


class TableTooLarge(ValueError):
    """The clipboard holds more than can be pasted at once."""


def read_clipboard(text, html="", split=lambda lines: []):
    """Return the pasted table as a list of rows of equal length, each a list of texts.

    The HTML is preferred if it has a table, since it says which cells are merged. `split` splits
    lines whose columns are separated by single spaces. Raises TableTooLarge.
    """
    if max(len(text), len(html)) > MAX_LENGTH:
        raise TableTooLarge(_("The pasted text is too long. Paste a smaller part of the table."))
    rows = read_html(html) if "<table" in html.casefold() else []
    rows = rows or read_text(text, split)
    width = max(map(len, rows), default=0)
    if len(rows) > MAX_ROWS or width > MAX_COLUMNS:
        values = {"rows": len(rows), "columns": width, "max": MAX_ROWS, "wide": MAX_COLUMNS}
        message = _(
            "The table has %(rows)s rows and %(columns)s columns. Paste up to %(max)s rows and "
            "%(wide)s columns at once."
        )
        raise TableTooLarge(message % values)
    if (count := sum(map(bool, (cell for row in rows for cell in row)))) > MAX_CELLS:
        values = {"cells": count, "max": MAX_CELLS}
        message = _("The table has %(cells)s cells. Paste up to %(max)s at once.")
        raise TableTooLarge(message % values)
    return [row + [""] * (width - len(row)) for row in rows]


# Text


def read_text(text, split):
    """Return the rows of a text: cells separated by tabs, "|", ";", "," or spaces, or a list."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").strip("\n")
    lines = [line for line in text.split("\n") if line.strip()]
    if "\t" in text:
        return split_tabs(text)
    if sum("|" in line for line in lines) > len(lines) / 2:
        return split_pipes(lines)
    if rows := split_delimited(lines):
        return rows
    if sum(bool(_GAP.search(line.strip())) for line in lines) >= len(lines) / 2 > 0:
        return align([split_gaps(line) for line in lines])
    lines = [line.strip() for line in lines]
    return (
        split_pairs(lines, _TIMED, is_time)
        or split_events(lines)
        or split(lines)
        or split_pairs(lines, _NAMED, bool)
        or split_pairs(lines, _MEASURED, bool)
        or [[line] for line in lines]
    )


def split_tabs(text):
    text = re.sub(r'(?m)(?<![^\t\n])"(?=\t|$)', DITTO, text)
    opened = len(re.findall(r'(?m)(?:^|\t)"', text))
    closed = len(re.findall(r'(?m)"(?:\t|$)', text))
    if opened and opened == closed:  # a spreadsheet quotes cells that have line breaks
        rows = csv.reader(text.split("\n"), delimiter="\t")
    else:
        rows = (line.split("\t") for line in text.split("\n"))
    return [[tidy(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]


def split_pipes(lines):
    rows = [line.strip().removeprefix("|").removesuffix("|").split("|") for line in lines]
    return [
        [tidy(cell) for cell in row] for row in rows if not all(set(c) <= set(" -:=+") for c in row)
    ]


def split_delimited(lines):
    """Split lines that all have as many semicolons or commas; [] if they have not.

    A comma between digits does not begin the second cell: "12,500" is one number. A line longer
    than the csv module reads in one cell is prose.
    """
    if any(len(line) >= csv.field_size_limit() for line in lines):
        return []
    for delimiter in ";,":
        rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
        is_table = len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])} != {1}
        if is_table and not any(re.match(rf"[^{delimiter}]*\d,\d", line) for line in lines):
            return [[tidy(cell) for cell in row] for row in rows]
    return []


def split_gaps(line):
    """Return [(start, end, text)] of the parts of a line that are separated by gaps."""
    found, start = [], 0
    for gap in [*_GAP.finditer(line), None]:
        end = gap.start() if gap else len(line)
        if part := line[start:end].strip():
            begin = start + line[start:end].index(part[0])
            found.append((begin, begin + len(part), part))
        start = gap.end() if gap else end
    return found


def align(lines):
    """Return rows with the columns of the line that has the most parts, matched by position."""
    model = max(lines, key=len)
    if all(len(line) in (1, len(model)) for line in lines):
        return [[text for _start, _end, text in line] for line in lines]
    rows = []
    for line in lines:
        row = [""] * len(model)
        for cell in place_parts(line, model):
            at, text = cell
            row[at] = f"{row[at]} {text}".strip()
        rows.append(row)
    return rows


def place_parts(line, model):
    """Yield (column, text) for each part of a line: the first that it overlaps, or the nearest."""
    if len(line) == len(model):
        yield from ((at, text) for at, (_start, _end, text) in enumerate(line))
        return
    for start, end, text in line:
        below = [
            at for at, (left, right, _text) in enumerate(model) if left < end and start < right
        ]
        middle = (start + end) / 2
        nearest = min(
            range(len(model)), key=lambda at: abs((model[at][0] + model[at][1]) / 2 - middle)
        )
        yield (below[0] if below else nearest), text


def split_pairs(lines, pattern, accepts):
    """Split the lines that fit a pattern in name and value; [] if fewer than half of them fit."""
    found = [pattern.fullmatch(line) for line in lines]
    fits = [match if match and accepts(match["name"]) else None for match in found]
    if sum(map(bool, fits)) * 2 <= len(lines):
        return []
    return [
        [match["name"].strip(), match["value"].strip()] if match else [line]
        for match, line in zip(fits, lines, strict=True)
    ]


def is_time(text):
    return bool(visit_of(text) or _DAY.fullmatch(text.strip()))


def split_events(lines):
    """Split lines of a time and an event; [] unless most are, with no digits in the event."""
    found = [split_event(line) for line in lines]
    events = [event for time, event in found if time and event and not re.search(r"\d", event)]
    return [list(pair) for pair in found] if len(events) * 2 > len(lines) else []


def split_event(text):
    """Return (time, event) of a text such as "10 July 2024 Last visit"; either may be ""."""
    words = text.split()
    for at in range(len(words) - 1, 0, -1):
        time = " ".join(words[:at])
        if words[at][0].isupper() and re.search(r"\d", time) and visit_of(time):
            return time.rstrip(":"), " ".join(words[at:])
    return (text, "") if is_time(text) else ("", text)


def tidy(text):
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split())


# HTML


class Repeated(str):
    """The text of a merged cell in the further columns that it covers."""

    __slots__ = ()


class TableReader(HTMLParser):
    """Collects the rows of all tables; a merged cell is repeated in each cell that it covers."""

    IGNORED = ("style", "script", "title", "head")
    BREAKS = ("br", "p", "div", "li", "td", "th")

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.rows, self.row, self.spans = [], None, {}
        self.depth, self.ignored, self.raised = 0, 0, False
        self.texts, self.size = None, (1, 1)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.depth += 1
        self.ignored += tag in self.IGNORED
        if tag == "sup":
            self.raised = True
        if tag in self.BREAKS and self.texts is not None:
            self.texts.append(" ")
        if self.depth != 1:
            return
        if tag == "tr":
            self.end_row()
            self.row = []
        elif tag in ("td", "th"):
            self.end_cell()
            sizes = dict(attrs)
            self.texts = []
            self.size = tuple(span_of(sizes.get(name)) for name in ("rowspan", "colspan"))

    def handle_endtag(self, tag):
        if tag in self.IGNORED:
            self.ignored = max(0, self.ignored - 1)
        if tag == "sup":
            self.raised = False
        if self.depth == 1 and tag in ("td", "th"):
            self.end_cell()
        elif self.depth == 1 and tag == "tr":
            self.end_row()
        if tag == "table":
            if self.depth == 1:
                self.end_row()
                self.spans = {}
            self.depth = max(0, self.depth - 1)

    def handle_data(self, data):
        if self.texts is not None and not self.ignored:
            self.texts.append(superscript("".join(self.texts), data) if self.raised else data)

    def end_cell(self):
        if self.texts is None:
            return
        text, self.texts = tidy("".join(self.texts)), None
        if self.row is None:
            self.row = []
        self.fill_spans()
        rowspan, colspan = self.size
        for number in range(colspan):
            covered = Repeated(text) if number else text
            if rowspan > 1:
                self.spans[len(self.row)] = (rowspan - 1, covered)
            self.row.append(covered)

    def fill_spans(self):
        """Repeat the cells above that extend into this row."""
        while (span := self.spans.pop(len(self.row), None)) and len(self.row) <= MAX_COLUMNS:
            left, text = span
            if left > 1:
                self.spans[len(self.row)] = (left - 1, text)
            self.row.append(text)

    def end_row(self):
        self.end_cell()
        if self.row is None:
            return
        self.fill_spans()
        if any(self.row):
            self.rows.append(self.row)
        self.row = None


def span_of(text):
    return min(int(text), MAX_COLUMNS) if text and text.isdecimal() and int(text) else 1


def superscript(before, text):
    """Return a superscript: a sign, mark or the 2 of "cm²" as it is, anything else after "^"."""
    raised = text.strip()
    is_area = raised in ("2", "²") and re.search(r"\b[cm]m$", before.rstrip())
    return raised if is_area or not raised.strip("+-−–*†‡§¶#") else f"^{raised}"


def read_html(html):
    reader = TableReader()
    reader.feed(html)
    reader.close()
    reader.end_row()
    return reader.rows

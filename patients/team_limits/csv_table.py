"""Parse and write a team's limits as a CSV table; errors state the line and column.

The table is UTF-8 with commas or semicolons, one limit per row. The header identifies the columns,
which can be in any order.
"""

import csv
import hashlib
import io
from dataclasses import astuple, dataclass, fields
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from patients.catalogue import conduction_parameters, lookup
from patients.catalogue.recording_sites import is_same_site
from patients.reasoning.side_to_side import factor_between
from patients.tables.spreadsheet import RISKY, as_csv

MAX_TABLE_SIZE, MAX_ROWS, MAX_ERRORS = 256 * 1024, 2_000, 100
OPERATORS = {"<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}
SEXES = {"": "", "female": "female", "male": "male", "f": "female", "m": "male"}
BOUNDS = {
    "age_min": 120,
    "age_max": 120,
    "height_min_cm": 250,
    "height_max_cm": 250,
}
LENGTHS = {"recording_site": 120, "technique": 300}


@dataclass(frozen=True)
class LimitLine:
    """One validated limit."""

    nerve: str
    kind: str
    recording_site: str
    parameter: str
    operator: str
    limit: str
    unit: str
    age_min: int
    age_max: int | None
    height_min_cm: int | None
    height_max_cm: int | None
    sex: str
    technique: str


COLUMNS = tuple(field.name for field in fields(LimitLine))
OPTIONAL = {"age_max", "height_min_cm", "height_max_cm", "sex", "technique"}
TEMPLATE = (
    "tibial,motor,abductor hallucis,cmap_amplitude,>=,,mV,18,59,,,,",
    "tibial,motor,abductor hallucis,cmap_amplitude,>=,,mV,60,,,,,",
    "sural,sensory,lateral malleolus,snap_amplitude_onset_to_peak,>=,,µV,18,,,,,antidromic; 14 cm",
    "tibial,late,abductor hallucis,f_wave_min_latency,<=,,ms,18,,150,169,female,",
)


@dataclass(frozen=True)
class TableError:
    """An error in a cell, in a line (`column` is "") or in the whole table (`line` is 0)."""

    line: int
    column: str
    message: str

    def __str__(self):
        if not self.line:
            return self.message
        place = _("line %(line)s") % {"line": self.line}
        if self.column:
            place = _("line %(line)s, column %(column)s") % {
                "line": self.line,
                "column": self.column,
            }
        return f"{place}: {self.message}"


@dataclass(frozen=True)
class LimitTable:
    """The (line number, LimitLine) pairs of a table, or its errors."""

    lines: tuple[tuple[int, LimitLine], ...] = ()
    errors: tuple[TableError, ...] = ()


class CellError(Exception):
    """An invalid cell; the message is shown to the user."""


def template() -> bytes:
    """Return the template as CSV: the header and example rows without limits."""
    return "\r\n".join([",".join(COLUMNS), *TEMPLATE, ""]).encode()


def write(lines) -> bytes:
    """Return lines as UTF-8 CSV, which `read` parses to the same lines."""
    cells = [["" if cell is None else cell for cell in astuple(line)] for line in lines]
    return as_csv([COLUMNS, *cells])


def digest(lines) -> str:
    """Return the SHA-256 of the lines as normalised CSV."""
    return hashlib.sha256(write(lines)).hexdigest()


def decode(data: bytes) -> str:
    """Decode an uploaded file. Raises ValueError if it is too large or not UTF-8."""
    if len(data) > MAX_TABLE_SIZE:
        raise ValueError(
            _("The file is larger than %s kB. Choose a smaller file.") % (MAX_TABLE_SIZE // 1024)
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(_("The file is not UTF-8 text. Save it as “CSV UTF-8”.")) from None


def read(text: str) -> LimitTable:
    """Parse a table of limits, collecting up to MAX_ERRORS errors."""
    try:
        rows = list(enumerate_rows(text.removeprefix("\ufeff")))
    except csv.Error as error:
        return invalid_table(str(error))
    if not rows:
        return invalid_table(_("The table is empty. Enter a header and at least one row."))
    (first, heading), *body = rows
    columns = [cell.strip().casefold() for cell in heading]
    if errors := heading_errors(first, columns):
        return LimitTable(errors=errors)
    if not body or len(body) > MAX_ROWS:
        return invalid_table(_("Enter between 1 and %s rows below the header.") % MAX_ROWS)
    found = [read_row(number, columns, cells) for number, cells in body]
    errors = [error for one in found if isinstance(one, list) for error in one]
    lines = tuple(one for one in found if isinstance(one, tuple))
    errors += [] if errors else overlaps(lines)
    return LimitTable(errors=tuple(errors[:MAX_ERRORS])) if errors else LimitTable(lines)


def invalid_table(message):
    return LimitTable(errors=(TableError(0, "", message),))


def enumerate_rows(text):
    """Yield (line, cells) of every line that is not empty."""
    heading = text.lstrip().partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def heading_errors(line, columns):
    """Return errors for missing, unknown and duplicate columns."""
    missing = [name for name in COLUMNS if name not in columns and name not in OPTIONAL]
    unknown = [name for name in columns if name not in COLUMNS]
    duplicate = sorted({name for name in columns if columns.count(name) > 1} - set(unknown))
    return tuple(
        [
            TableError(line, name, _("this column is missing; add it to the header"))
            for name in missing
        ]
        + [
            TableError(
                line, name[:40], _("this column is unknown; check its name against the template")
            )
            for name in unknown
        ]
        + [
            TableError(line, name, _("this column is listed twice; remove one of the two"))
            for name in duplicate
        ]
    )


def read_row(number, columns, cells):
    """Return (number, LimitLine), or a list of TableErrors."""
    if len(cells) != len(columns):
        text = _("%(found)s cells, but the header has %(wanted)s; enter one cell per column")
        return [TableError(number, "", text % {"found": len(cells), "wanted": len(columns)})]
    texts = dict(zip(columns, (" ".join(cell.split()) for cell in cells), strict=True))
    values, errors = {}, []
    for name in COLUMNS:
        try:
            values[name] = read_cell(name, texts.get(name, ""))
        except CellError as error:
            errors.append(TableError(number, name, str(error)))
    errors = errors or [TableError(number, *wrong) for wrong in contradictions(values)]
    return errors or (number, LimitLine(**values))


def read_cell(name, text):
    """Return the value of one cell. Raises CellError."""
    if not text and name not in OPTIONAL:
        raise CellError(_("enter a value"))
    if name in BOUNDS:
        return read_bound(text, BOUNDS[name])
    if name in LENGTHS:
        return read_text(text, LENGTHS[name])
    return READERS[name](text)


def read_bound(text, most):
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or int(text[:6]) > most:
        message = _("“%(text)s” is not a whole number from 0 to %(most)s")
        raise CellError(message % message_values(text, most=most))
    return int(text)


def read_text(text, longest):
    if len(text) > longest:
        raise CellError(_("enter up to %s characters") % longest)
    if text.startswith(RISKY) or not text.isprintable():
        message = _(
            "“%(text)s” begins like a formula or contains a control character; enter plain text"
        )
        raise CellError(message % message_values(text))
    return text


def read_nerve(text):
    found = lookup.find("nerves", text)
    if found is None:
        message = _("“%(text)s” is not a nerve in the catalogue; enter a nerve such as tibial")
        raise CellError(message % message_values(text))
    return found


def read_limit(text):
    try:
        number = Decimal(text if text[:1].isdigit() else "")
    except InvalidOperation:
        number = None
    plain = number is not None and text.isascii() and set(text) <= set("0123456789.")
    if not plain or len(text) > 12:
        message = _("“%(text)s” is not a number; enter one such as 4.5, with a decimal point")
        raise CellError(message % message_values(text))
    return text


def choice(known):
    """Return a parser that accepts the keys of `known` in any case and returns their values."""

    def read_choice(text):
        found = known.get(text.casefold())
        if found is None:
            choices = ", ".join(dict.fromkeys(word for word in known.values() if word))
            message = _("“%(text)s” is not one of: %(choices)s")
            raise CellError(message % message_values(text, choices=choices))
        return found

    return read_choice


def message_values(text, **more):
    return {"text": text[:40], **more}


READERS = {
    "nerve": read_nerve,
    "kind": choice({name: name for name in conduction_parameters.KINDS}),
    "parameter": choice({name: name for name in conduction_parameters.BY_ID}),
    "operator": choice(OPERATORS),
    "limit": read_limit,
    "unit": choice(
        {row.unit.casefold(): row.unit for row in conduction_parameters.ROWS}
        | {"uv": "µV", "µv": "µV", "ms·mv": "mV·ms", "s": "s", "v": "V"}
    ),
    "sex": choice(SEXES),
}


def contradictions(values):
    """Yield (column, message) for values of a row that contradict each other."""
    parameter = conduction_parameters.BY_ID[values["parameter"]]
    if parameter.kind != values["kind"]:
        message = _("this parameter is of kind %s; change the kind or the parameter")
        yield "parameter", message % parameter.kind
    if factor_between(values["unit"], parameter.unit) is None:
        message = _("this parameter is in %s; enter this unit or one that converts to it")
        yield "unit", message % parameter.unit
    for low, high in (("age_min", "age_max"), ("height_min_cm", "height_max_cm")):
        if values[high] is not None and (values[low] or 0) > values[high]:
            yield high, _("this is below %s; enter a higher number") % low


def overlaps(lines):
    """Return an error for each limit that could apply to the same value as an earlier limit."""
    groups, errors = {}, []
    for number, line in lines:
        same = groups.setdefault((line.nerve, line.parameter), [])
        twin = next((other for other, known in same if is_overlap(line, known)), None)
        if twin is not None:
            text = _("this applies to some of the same people as line %s; change one of the two")
            errors.append(TableError(number, "", text % twin))
        same.append((number, line))
    return errors


def is_overlap(one, other):
    return (
        is_same_site(one.recording_site, other.recording_site)
        and one.technique.casefold() == other.technique.casefold()
        and (not one.sex or not other.sex or one.sex == other.sex)
        and ranges_overlap(one.age_min, one.age_max, other.age_min, other.age_max)
        and ranges_overlap(
            one.height_min_cm, one.height_max_cm, other.height_min_cm, other.height_max_cm
        )
    )


def ranges_overlap(low, high, other_low, other_high):
    """Return whether two ranges overlap; an end of None is unbounded."""
    most = 10**6
    ends = (most if end is None else end for end in (high, other_high))
    return max(low or 0, other_low or 0) <= min(ends)

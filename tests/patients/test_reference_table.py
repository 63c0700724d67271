"""Tables of limits: parsing, with errors by line and column, and writing."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.catalogue.reference_limits import built_in
from patients.team_limits.csv_table import COLUMNS, MAX_ROWS, digest, read, write
from tests.factories import REFERENCE_TABLE

HEADING, *ROWS = REFERENCE_TABLE.splitlines()
ROW = dict(zip(HEADING.split(","), next(csv.reader([ROWS[0]])), strict=True))


def table(**cells):
    return HEADING + "\n" + ",".join((ROW | cells).values())


def messages_of(text):
    return [str(error) for error in read(text).errors]


def test_table_is_parsed_line_by_line():
    (first, one), *_rest = read(REFERENCE_TABLE).lines
    assert first == 2
    assert (one.nerve, one.parameter, one.operator, one.limit) == (
        "sural",
        "snap_amplitude_onset_to_peak",
        ">=",
        "5",
    )
    assert (one.age_min, one.age_max, one.height_min_cm, one.sex) == (18, 59, None, "")


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE_TABLE.replace(",", ";"),
        "\ufeff" + REFERENCE_TABLE.replace("\n", "\r\n"),
        REFERENCE_TABLE.replace("sural,sensory", " Sural , SENSORY "),
        REFERENCE_TABLE.replace(">=", "≥").replace("µV", "uV").replace("male", "M"),
        "\n".join([HEADING, *ROWS]),
    ],
)
def test_different_notations_give_the_same_limits(text):
    assert read(text).errors == ()
    assert digest(line for _n, line in read(text).lines) == digest(
        line for _n, line in read(REFERENCE_TABLE).lines
    )


def test_columns_can_be_in_any_order_and_optional_ones_left_out():
    short = "unit,limit,operator,parameter,recording_site,kind,nerve,age_min\n"
    ((_number, one),) = read(short + "mV,3,>=,cmap_amplitude,AH,motor,tibial,18").lines
    assert (one.nerve, one.unit, one.age_max, one.technique) == ("tibial", "mV", None, "")


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ({"nerve": "optic"}, "column nerve: “optic” is not a nerve in the catalogue"),
        ({"kind": "mixed"}, "column kind: “mixed” is not one of: motor, sensory, late"),
        ({"kind": "motor"}, "column parameter: this parameter is of kind sensory"),
        ({"parameter": "amplitude"}, "column parameter: “amplitude” is not one of"),
        ({"operator": "<"}, "column operator: “<” is not one of: <=, >="),
        ({"limit": ""}, "column limit: enter a value"),
        ({"limit": "about 5"}, "column limit: “about 5” is not a number"),
        ({"limit": "-5"}, "column limit: “-5” is not a number"),
        ({"limit": "1e9"}, "column limit: “1e9” is not a number"),
        ({"limit": "NaN"}, "column limit: “NaN” is not a number"),
        ({"limit": "٣"}, "column limit: “٣” is not a number"),
        ({"limit": "1.2.3"}, "column limit: “1.2.3” is not a number"),
        ({"unit": "ms"}, "column unit: this parameter is in µV"),
        ({"unit": "%"}, "column unit: “%” is not one of"),
        ({"age_min": ""}, "column age_min: enter a value"),
        ({"age_min": "adult"}, "column age_min: “adult” is not a whole number from 0 to 120"),
        ({"age_max": "130"}, "column age_max: “130” is not a whole number from 0 to 120"),
        ({"age_max": "17"}, "column age_max: this is below age_min"),
        ({"sex": "other"}, "column sex: “other” is not one of: female, male"),
        ({"recording_site": "=1+1"}, "column recording_site: “=1+1” begins like a formula"),
        ({"recording_site": "x" * 121}, "column recording_site: enter up to 120 characters"),
    ],
)
def test_an_invalid_cell_is_reported_by_line_and_column(cells, error):
    (found,) = messages_of(table(**cells))
    assert found.startswith(f"line 2, {error}")


def test_all_errors_are_reported_together():
    text = "\n".join([table(limit="x", unit="y"), *ROWS[1:], "tibial,motor"])
    assert [error.split(":")[0] for error in messages_of(text)] == [
        "line 2, column limit",
        "line 2, column unit",
        "line 5",
    ]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "The table is empty."),
        (HEADING, "Enter between 1 and"),
        ("\n".join([HEADING, *[ROWS[0]] * (MAX_ROWS + 1)]), "Enter between 1 and"),
        ("nerve,limit\nsural,4", "line 1, column kind: this column is missing"),
        (f"{HEADING},mean\n{ROWS[0]},4", "line 1, column mean: this column is unknown"),
        (f"{HEADING},sex\n{ROWS[0]},", "line 1, column sex: this column is listed twice"),
        (f'{HEADING}\n"sural,x', "unexpected end of data"),
    ],
)
def test_invalid_tables_are_rejected(text, error):
    assert messages_of(text)[0].startswith(error)


@pytest.mark.parametrize(
    ("cells", "overlap"),
    [
        ({}, True),
        ({"age_min": "59", "age_max": ""}, True),
        ({"age_min": "60", "age_max": ""}, False),
        ({"sex": "male"}, True),
        ({"technique": "orthodromic"}, False),
        ({"recording_site": "ankle"}, False),
    ],
)
def test_overlapping_limits_are_rejected(cells, overlap):
    found = messages_of(table() + "\n" + ",".join((ROW | cells).values()))
    assert found == (
        ["line 3: this applies to some of the same people as line 2; change one of the two"]
        if overlap
        else []
    )


def test_built_in_limits_are_a_valid_table():
    rows = [
        [
            one.nerves[0],
            one.kind,
            one.recording_site,
            one.parameter,
            one.operator,
            one.limit,
            one.unit,
            str(one.age_min),
            "",
            "",
            "",
            "",
            one.technique.replace(",", ";"),
        ]
        for one in built_in().limits
    ]
    text = "\n".join(";".join(f'"{cell}"' for cell in row) for row in [list(COLUMNS), *rows])
    found = read(text)
    assert (found.errors, len(found.lines)) == ((), len(built_in().limits))


cells = st.text(st.sampled_from('aµ5.-=;"\n\0 \u2212\u0663≥'), max_size=6) | st.sampled_from(
    list(ROW.values())
)


@given(st.lists(st.lists(cells, min_size=11, max_size=11), max_size=4))
def test_any_text_is_parsed_or_rejected_with_a_message(rows):
    text = HEADING + "\n" + "\n".join(",".join(row) for row in rows)
    found = read(text)
    assert bool(found.errors) != bool(found.lines)


@given(
    st.integers(0, 120),
    st.decimals(0, 999, places=2),
    st.sampled_from(["", "female", "male"]),
    st.sampled_from(["lateral malleolus", "ankle, 14 cm", 'a "quoted" place']),
)
def test_a_written_table_parses_to_the_same_limits(age, limit, sex, site):
    row = [
        "sural",
        "sensory",
        site,
        "peak_latency",
        "<=",
        f"{limit}",
        "ms",
        age,
        "",
        "",
        "",
        sex,
        "",
    ]
    lines = read(";".join(COLUMNS) + "\n" + ";".join(map(quote, row))).lines
    assert read(write(line for _number, line in lines).decode()).lines == lines


def quote(cell):
    return '"' + str(cell).replace('"', '""') + '"'

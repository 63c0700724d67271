"""Pasting printed tables into entry pages: what is read, previewed and entered."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from patients.catalogue import lookup
from patients.catalogue.mrc import parse_grade
from patients.entry.page import SectionPage
from patients.entry.pasting.clipboard import MAX_ROWS
from patients.entry.pasting.preview import Paste
from patients.entry.sections import BY_SLUG
from patients.models import Case, Event, StrengthScore, Treatment, Visit
from patients.versions.saving import save_version
from tests.factories import make_case, make_document

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MOVEMENTS = (
    "Shoulder abductor,Elbow flexor,Elbow extensor,Wrist extensor,Wrist flexor,Finger extensor,"
    "Finger abductor,Hip flexor,Hip extensor,Hip abductor,Knee extensor,Knee flexor,"
    "Ankle dorsiflexor,Ankle plantarflexor,1st toe extensor"
).split(",")
# The grades of each movement: right at baseline and in week 2, left at baseline and in week 2.
GRADES = [(f"{n % 5}", f"{n % 4 + 1}+", "5", f"{n % 3 + 2}-") for n in range(15)]


@pytest.fixture
def case():
    document = make_document()
    lists = [key for key, value in document.items() if isinstance(value, list)]
    document |= {key: [] for key in lists if key not in ("events", "visits")}
    document["visits"] = [{"key": "first", "label": "Baseline"}]
    return make_case(document=document)


def add_visit(case, label, key):
    Visit.objects.create(case=case, key=key, label=label, position=9)


def read(case, slug, text="", part="", html="", at="", blank_rows=0, **corrections):
    """Return the Paste of a text into a page's first table, or the table `part`."""
    section = BY_SLUG[slug]
    typed = SectionPage(case, section).texts()
    for number in range(1, blank_rows + 1):
        typed[f"{section.tables[0].key}-new{number}-note"] = ""
    given = {"part": part or section.tables[0].key, "text": text, "html": html, "at": at}
    found = Paste(case, section, typed, given)
    if corrections:
        given |= {name.replace("_", "-"): value for name, value in corrections.items()}
        given["digest"] = found.digest
        found = Paste(case, section, typed, given)
    return found


def entered(paste):
    """Return the inputs that the paste changes, as {name without the table: text}."""
    prefix = f"{paste.prefix}-"
    return {
        name.removeprefix(prefix): text
        for name, text in paste.merged.items()
        if text != paste.typed.get(name) and not name.startswith(f"{prefix}label-")
    }


def inputs_of(answer):
    """Return {name: text} of the inputs and selects of a page."""
    reader = InputReader()
    reader.feed(answer.content.decode())
    return reader.found


class InputReader(HTMLParser):
    """Collects what a browser sends for the inputs and selects of a page."""

    def __init__(self):
        super().__init__()
        self.found, self.select = {}, ""

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if tag == "select":
            self.select = has["name"]
        is_sent = has.get("type") != "checkbox" or "checked" in has
        if tag == "option" and (self.select not in self.found or "selected" in has):
            self.found[self.select] = has["value"]
        elif tag == "input" and "name" in has and is_sent:
            self.found[has["name"]] = has.get("value") or ""


def pop_visit(found):
    """Take the only added visit from the inputs; return its key and label, or two empty texts."""
    name = next((name for name in found if name.startswith("added_visits-")), "")
    return name.removeprefix("added_visits-").removesuffix("-label"), found.pop(name, "")


def rows_of(paste, part=""):
    """Return the new rows of a table that the paste fills, as a list of {column: text}."""
    rows = {}
    for name, text in paste.merged.items():
        found = re.fullmatch(rf"{part or paste.prefix}-(new\d+)-(\w+)", name)
        if found and text != paste.typed.get(name):
            rows.setdefault(found[1], {})[found[2]] = text
    return list(rows.values())


def tabs(*rows):
    return "\n".join("\t".join(row) for row in rows)


# Strength: printed layouts of two sides and two visits


def visit_first():
    head = ["", "Baseline", "", "Week 2", ""], ["Movement", "R", "L", "R", "L"]
    return tabs(*head, *([m, r1, l1, r2, l2] for m, (r1, r2, l1, l2) in ROWS))


def side_first():
    head = (
        ["Muscle group", "Left", "", "Right", ""],
        ["", "Week 2", "Baseline", "Week 2", "Baseline"],
    )
    return tabs(*head, *([m, l2, l1, r2, r1] for m, (r1, r2, l1, l2) in ROWS))


def one_header():
    head = ["Movement", "R baseline", "L, baseline", "Right (week 2)", "Left – 2 weeks"]
    return tabs(head, *([m, r1, l1, r2, l2] for m, (r1, r2, l1, l2) in ROWS))


def side_in_a_column():
    rows = []
    for movement, (r1, r2, l1, l2) in ROWS:
        rows += [[movement, "Rt", r1, r2], ["", "Lt.", l1, l2]]
    return tabs(["Movement", "Side", "On admission", "2 weeks later"], *rows)


def side_as_a_heading():
    right = [[m, r1, r2] for m, (r1, r2, _l1, _l2) in ROWS]
    left = [[m, l1, l2] for m, (_r1, _r2, l1, l2) in ROWS]
    return tabs(
        ["Muscle", "Baseline", "Week 2"], ["Right side"], *right, ["Left side", "", ""], *left
    )


def pairs_in_a_cell():
    rows = ([m, f"{r1}/{l1}", f"{r2} / {l2}"] for m, (r1, r2, l1, l2) in ROWS)
    return tabs(["Movement", "Baseline R/L", "Week 2 (R/L)"], *rows)


def visits_in_a_column():
    rows = []
    for movement, (r1, r2, l1, l2) in ROWS:
        rows += [[movement, "Before treatment", r1, l1], ['"', "Week 2", r2, l2]]
    return tabs(["Movement", "Visit", "Right", "Left"], *rows)


def printed_in_a_pdf():
    lines = [
        f"{'Movement':24}{'Baseline R':>12}  {'Baseline L':>12}  {'Week 2 R':>10}  {'Week 2 L':>10}"
    ]
    lines += [f"{m:24}{r1:>12}  {l1:>12}  {r2:>10}  {l2:>10}" for m, (r1, r2, l1, l2) in ROWS]
    return "\n".join(lines)


def with_bars():
    head = "| Movement | Baseline R | Baseline L | Week 2 R | Week 2 L |\n|---|---|---|---|---|"
    return "\n".join(
        [head, *(f"| {m} | {r1} | {l1} | {r2} | {l2} |" for m, (r1, r2, l1, l2) in ROWS)]
    )


ROWS = list(zip(MOVEMENTS, GRADES, strict=True))
LAYOUTS = [
    visit_first,
    side_first,
    one_header,
    side_in_a_column,
    side_as_a_heading,
    pairs_in_a_cell,
    visits_in_a_column,
    printed_in_a_pdf,
    with_bars,
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("has_second_visit", [True, False])
def test_a_printed_table_of_two_sides_and_two_visits_needs_no_correction(
    case, layout, has_second_visit
):
    if has_second_visit:
        add_visit(case, "2 weeks", "week-2")
    paste = read(case, "strength", layout())
    found = entered(paste)
    new_visit = pop_visit(found)[0] or "week-2"
    visits = ("first", new_visit)
    assert found == {
        f"{row_key(movement)}-{side}-{visit}": grade
        for movement, grades in ROWS
        for (side, visit), grade in zip(
            [(side, visit) for side in ("right", "left") for visit in visits], grades, strict=True
        )
    }
    assert has_second_visit == (new_visit == "week-2" and not paste.visits.new)
    count = 30 if layout is pairs_in_a_cell else 60
    assert paste.summary == f"{count} of {count} cells will be entered."
    assert paste.left_over == []


def row_key(movement):
    return f"movement.{lookup.find('movements', movement)}"


WORD = """<html><head><style>td {color: red}</style></head><body>
<!--StartFragment--><table border=1>
<tr><th rowspan=2>Movement</th><td colspan=2><p>Baseline</p></td><td colspan=2>Week&nbsp;2</td></tr>
<tr><td>R</td><td>L</td><td>R</td><td>L</td></tr>
<tr><td><span>Hip<br>flexor</span><sup>a</sup></td>
<td>4<sup>+</sup></td><td>5</td><td>4–</td><td>5</td></tr>
<tr><td>Knee extensor*</td><td colspan=4>not tested</td></tr></table>
<!--EndFragment--></body></html>"""


def test_merged_cells_and_raised_signs_of_html_are_read(case):
    paste = read(case, "strength", "ignored\ttext", html=WORD)
    found = entered(paste)
    assert pop_visit(found) == ("week-2", "Week 2")
    assert found == {
        "movement.hip_flexion-right-first": "4+",
        "movement.hip_flexion-left-first": "5",
        "movement.hip_flexion-right-week-2": "4-",
        "movement.hip_flexion-left-week-2": "5",
        **{
            f"movement.knee_extension-{side}-{visit}": "not tested"
            for side in ("left", "right")
            for visit in ("first", "week-2")
        },
    }


def test_a_score_out_of_five_is_no_pair_of_sides(case):
    paste = read(case, "strength", tabs(["Movement", "Right"], ["Hip flexor", "4/5"]))
    assert entered(paste) == {"movement.hip_flexion-right-first": "4/5"}
    paste = read(case, "strength", tabs(["Movement", "L/R"], ["Hip flexor", "4/5/3/5"]))
    assert entered(paste) == {
        "movement.hip_flexion-left-first": "4/5",
        "movement.hip_flexion-right-first": "3/5",
    }


def test_text_of_a_pdf_with_single_spaces(case):
    text = "Muscle Right Left\nHip flexion 4 5\nKnee extension 4− 5\nAnkle dorsiflexion 3+ NT"
    assert entered(read(case, "strength", text)) == {
        "movement.hip_flexion-right-first": "4",
        "movement.hip_flexion-left-first": "5",
        "movement.knee_extension-right-first": "4-",
        "movement.knee_extension-left-first": "5",
        "movement.ankle_dorsiflexion-right-first": "3+",
        "movement.ankle_dorsiflexion-left-first": "NT",
    }
    text = "Muscle group Baseline R Week 2 R\nHip flexor 4 5\nKnee flexor 3 4\nHip 4 – 5"
    paste = read(case, "strength", text)
    assert {name: text for name, text in entered(paste).items() if "right" in name} == {
        "movement.hip_flexion-right-first": "4",
        "movement.hip_flexion-right-week-2": "5",
        "movement.knee_flexion-right-first": "3",
        "movement.knee_flexion-right-week-2": "4",
    }
    assert [cell.text for cell in paste.left_over] == ["Hip 4 – 5"]
    text = "Test Result Reference\nVitamin B12 210 200-900\nFolate 5 3-17"
    found = [(r["value"], r["reference_range"]) for r in rows_of(read(case, "laboratory", text))]
    assert found == [("210", "200-900"), ("5", "3-17")]


def test_a_minus_beside_plus_signs_is_absent_and_any_other_dash_is_counted(case):
    block = tabs(["Muscle", "Fibs", "PSW"], ["Deltoid", "++", "–"], ["Biceps brachii", "−", "+"])
    paste = read(case, "emg", block)
    found = [(row["fibrillations"], row["positive_sharp_waves"]) for row in rows_of(paste)]
    assert found == [("++", "0"), ("0", "+")]
    assert paste.shown[0][2][1].cells[2].note == "entered as 0"
    assert paste.summary == "4 of 4 cells will be entered."
    paste = read(case, "strength", tabs(["", "R", "L"], ["Deltoid", "4", "–"]))
    assert paste.summary == "1 of 1 cells will be entered. 1 dash is left empty."


# Texts whose columns are separated by single spaces: the page, the text, and columns of the rows.
SINGLE_SPACES = [
    (
        "laboratory",
        "Vitamin B12, pg/mL 210 200-900\nsodium 139 135-145",
        ("value", "reference_range"),
        [("210 pg/mL", "200-900"), ("139", "135-145")],
    ),
    (
        "laboratory",
        "Sodium 139 mmol/L 135-145\nCSF protein 1.2 g/L 0.15-0.45 H",
        ("value", "reference_range", "interpretation"),
        [("139 mmol/L", "135-145", None), ("1.2 g/L", "0.15-0.45", "high")],
    ),
    (
        "laboratory",
        "Antibody IgG IgM\nAnti-GM1 Positive Negative",
        ("analyte", "value"),
        [("Anti-GM1 IgG", "Positive"), ("Anti-GM1 IgM", "Negative")],
    ),
    (
        "conduction",
        "Nerve Side Site DML (ms) Amplitude (mV) CV (m/s)\nMedian R Wrist 3.5 9.1 50\n"
        "Common peroneal L Ankle 2.9 8.0 55",
        ("nerve", "side", "stimulation_site", "latency_ms", "amplitude_mv", "velocity_m_s"),
        [
            ("Median", "right", "Wrist", "3.5", "9.1", "50"),
            ("Peroneal (fibular)", "left", "Ankle", "2.9", "8.0", "55"),
        ],
    ),
    (
        "emg",
        "Muscle Fibs PSW Recruitment\nR Deltoid 2+ 1+ reduced\nL Tibialis anterior 0 0 normal",
        ("muscle", "side", "fibrillations", "positive_sharp_waves", "recruitment"),
        [
            ("Deltoid", "right", "2+", "1+", "reduced"),
            ("Tibialis anterior", "left", "0", "0", "normal"),
        ],
    ),
]


@pytest.mark.parametrize("slug, text, columns, expected", SINGLE_SPACES)
def test_columns_separated_by_single_spaces(case, slug, text, columns, expected):
    paste = read(case, slug, text)
    assert [tuple(map(row.get, columns)) for row in rows_of(paste)] == expected
    assert paste.left_over == []


def test_a_line_that_can_be_split_in_two_ways_is_listed(case):
    paste = read(case, "strength", "Muscle R L\nDeltoid 4 - 5")
    assert entered(paste) == {}
    assert [cell.text for cell in paste.left_over] == ["Deltoid 4 - 5"] and paste.checks == 1


def test_reflexes_and_plantar_responses_have_a_finding(case):
    block = tabs(
        ["Reflex", "R", "L"],
        ["Biceps", "++", "-"],
        ["Triceps", "0", "brisk"],
        ["Knee", "↓", "↑"],
        ["Babinski", "+", "-"],
        ["Plantar response", "extensor", "flexor"],
    )
    paste = read(case, "signs", block)
    assert [(row["finding"], row.get("grade")) for row in rows_of(paste)] == [
        ("present", "++"),
        ("absent", None),
        ("absent", "0"),
        ("increased", None),
        ("decreased", None),
        ("increased", None),
        ("abnormal", None),
        ("normal", None),
        ("abnormal", None),
        ("normal", None),
    ]
    assert paste.errors == {} and paste.left_over == []


THREE_HEADS = """<table><tr><th rowspan=3>Muscle<th colspan=4>Fibrillations/PSW<th>MUAP</tr>
<tr><th colspan=2>Baseline<th colspan=2>Week 4<th rowspan=2>Polyphasia</tr>
<tr><th>R<th>L<th>R<th>L</tr><tr><td>Deltoid<td>++/0<td>0<td>+<td>-<td>N</tr>
<tr><td>TA<td colspan=2>NT<td>+<td>0<td>N</tr></table>"""


def test_joint_columns_below_three_header_rows_and_merged_values(case):
    paste = read(case, "emg", html=THREE_HEADS)
    rows = [
        (row["side"], row["visit"], row["fibrillations"], row["positive_sharp_waves"])
        for row in rows_of(paste)
        if row["muscle"] == "Deltoid"
    ]
    assert rows == [
        ("right", "first", "++", "0"),
        ("left", "first", "0", "0"),
        ("right", "week-4", "+", "+"),
        ("left", "week-4", "0", "0"),
    ]
    merged = paste.shown[0][2][-1].cells[2]
    assert merged.status == "merged" and paste.checks == 1 and paste.left_over == []


def test_events_without_a_date_and_named_like_visits_are_rows(case):
    block = tabs(
        ["1 May 2024", "Relapse"], ["", "Transfer"], ["Death", ""], ["5 June 2024", "Discharge"]
    )
    paste = read(case, "timeline", block)
    assert [(row.get("placement"), row["label"]) for row in rows_of(paste)] == [
        ("1 May 2024", "Relapse"),
        (None, "Transfer"),
        (None, "Death"),
        ("5 June 2024", "Discharge"),
    ]


def test_late_responses_have_their_kind(case):
    block = tabs(["Nerve", "F wave latency (ms)", "H reflex (ms)"], ["Tibial L", "50", "31"])
    columns = ("kind", "side", "min_latency_ms")
    for text in (block, tabs(["F waves"], *TIBIAL, ["H reflex"], ["Tibial", "L", "31"])):
        rows = rows_of(read(case, "conduction", text), "late_responses")
        assert [tuple(map(row.get, columns)) for row in rows] == [
            ("f_wave", "left", "50"),
            ("h_reflex", "left", "31"),
        ]


TIBIAL = [["Nerve", "Side", "Min latency"], ["Tibial", "L", "50"]]


@pytest.mark.parametrize(
    "heading",
    ["F-wave (ms)", "F-wave latency (ms)", "Minimal F-wave latency (ms)", "F wave", "F-min (ms)"],
)
def test_late_responses_beside_motor_responses_have_rows_of_their_own(case, heading):
    head = ["Nerve", "DML (ms)", "CMAP (mV)", "MCV (m/s)", heading]
    paste = read(case, "conduction", tabs(head, ["R median", "3.2", "8.2", "55", "26.1"]))
    motor, late = (rows_of(paste, part) for part in ("motor_conduction", "late_responses"))
    results = ("latency_ms", "amplitude_mv", "velocity_m_s")
    assert [[row.get(one) for one in results] for row in motor] == [["3.2", "8.2", "55"]]
    assert [(row["kind"], row["min_latency_ms"], row.get("amplitude_mv")) for row in late] == [
        ("f_wave", "26.1", None)
    ]
    assert not paste.unplaced


@pytest.mark.parametrize("part", ["motor_conduction", "sensory_conduction"])
def test_headings_and_sensory_nerves_choose_the_table(case, part):
    head = ["Nerve", "Latency (ms)", "Amplitude", "CV (m/s)"]
    snap, cmap = head[:2] + ["SNAP (µV)", "SCV (m/s)"], head[:2] + ["CMAP (mV)", "MCV (m/s)"]
    blocks = {
        "sensory_conduction": [tabs(snap, ["R median", "3", "8", "55"])],
        "motor_conduction": [tabs(cmap, ["R median", "4", "9", "50"])],
    }
    blocks["sensory_conduction"].append(tabs(head, ["R sural", "3", "8", "55"]))
    for table, texts in blocks.items():
        for text in texts:
            paste = read(case, "conduction", text, part=part)
            assert len(rows_of(paste, table)) == 1
            other = (blocks.keys() - {table}).pop()
            assert not rows_of(paste, other)


@pytest.mark.parametrize("part", ["motor_conduction", "sensory_conduction"])
def test_motor_and_sensory_beside_a_name_or_above_the_names_choose_the_table(case, part):
    head = ["Nerve", "Latency (ms)", "Amplitude"]
    both = tabs(head, ["R median (motor)", "3", "8"], ["R median (sensory)", "4", "9"])
    paste = read(case, "conduction", both, part=part)
    assert rows_of(paste, "motor_conduction")[0]["latency_ms"] == "3"
    assert rows_of(paste, "sensory_conduction")[0]["onset_latency_ms"] == "4"
    assert not paste.unplaced
    head[0] = "Sensory nerve"
    paste = read(case, "conduction", tabs(head, ["R median", "4", "9"]), part=part)
    assert rows_of(paste, "sensory_conduction") and not rows_of(paste, "motor_conduction")


def test_motor_and_sensory_results_in_one_row_are_entered_in_both_tables(case):
    block = tabs(["Nerve", "CMAP (mV)", "SNAP (µV)"], ["R median", "9", "20"])
    paste = read(case, "conduction", block)
    assert rows_of(paste, "motor_conduction")[0]["amplitude_mv"] == "9"
    assert rows_of(paste, "sensory_conduction")[0]["amplitude_uv"] == "20"
    notes = {cell.text: cell.note for _row, _column, cell in paste.cells}
    assert notes == {"9": "", "20": "in Sensory conduction"}


def test_units_beside_names_are_entered(case):
    block = tabs(["CSF", ""], ["Protein (mg/dL)", "120"], ["WBC, /µL", "3"], ["ESR mm/h", "12"])
    rows = rows_of(read(case, "laboratory", block))
    assert [(row["analyte"], row["value"]) for row in rows] == [
        ("CSF protein", "120 mg/dL"),
        ("CSF white blood cells", "3 /µL"),
        ("Erythrocyte sedimentation rate", "12 mm/h"),
    ]


def test_names_unlike_any_in_the_catalogue_get_no_suggestion(case):
    paste = read(case, "strength", tabs(["", "Right"], ["Blorp muscle", "4"], ["Deltiod", "3"]))
    _head, blorp, deltoid = paste.shown[0][2]
    assert blorp.suggestions == [] and "Deltoid" in deltoid.suggestions


def test_a_treatment_with_two_phases(case):
    block = tabs(
        ["Drug", "Kind", "Dose", "Frequency", "Duration"],
        ["Prednisolone", "fixed", "60 mg", "daily", "2 weeks"],
        ["", "taper", "40 mg", "daily", "1 week"],
        ["Plasma exchange", "", "", "", ""],
    )
    paste = read(case, "treatment", block)
    assert [row["agent"] for row in rows_of(paste)] == ["Prednisolone", "Plasma exchange"]
    common = {"frequency": "daily"}
    assert rows_of(paste, "phases.new1") == [
        common | {"kind": "fixed", "dose": "60 mg", "duration": "2 weeks"},
        common | {"kind": "taper", "dose": "40 mg", "duration": "1 week"},
    ]
    assert paste.left_over == []


def test_pairs_under_a_heading_of_the_names_and_words_for_both_sides(case):
    rows = ["Hip flexor", "4/5"], ["Knee flexor", "5/5"], ["Knee extensor", "NT"]
    for head in (["Muscle (R/L)", "MRC"], ["Muscle", "R/L"], ["Muscle R/L", "Baseline"]):
        assert entered(read(case, "strength", tabs(head, *rows))) == {
            "movement.hip_flexion-right-first": "4",
            "movement.hip_flexion-left-first": "5",
            "movement.knee_flexion-right-first": "5",
            "movement.knee_flexion-left-first": "5",
            "movement.knee_extension-right-first": "NT",
            "movement.knee_extension-left-first": "NT",
        }
    left = read(case, "strength", tabs(["Muscle (left)", "MRC"], ["Hip flexor", "4/5"]))
    assert entered(left) == {"movement.hip_flexion-left-first": "4/5"}


def test_one_value_for_a_pair_of_sides_is_listed(case):
    paste = read(case, "strength", tabs(["", "R/L"], ["Hip flexor", "4"], ["Knee flexor", "4/5"]))
    assert [cell.text for cell in paste.left_over] == ["Hip flexor", "4"]
    assert paste.summary == "1 of 2 cells will be entered. 1 place to check."


def test_unknown_rows_are_kept_as_text_and_offer_close_names(case):
    block = tabs(["", "Right"], ["Moon flexor", "4"], ["Hip flexr", "3"], ["Hip abductor", "25"])
    paste = read(case, "strength", block)
    assert entered(paste) == {
        "new1": "Moon flexor",
        "new1-right-first": "4",
        "new2": "Hip flexr",
        "new2-right-first": "3",
        "movement.hip_abduction-right-first": "25",
    }
    _head, moon, hip, abductor = paste.shown[0][2]
    assert moon.is_unknown and hip.suggestions[0] == "Hip flexor"
    assert abductor.cells[1].status == "wrong" and "not an MRC grade" in abductor.cells[1].note
    corrected = read(case, "strength", block, name_2="Hip flexor", skip_1="1")
    assert entered(corrected) == {
        "movement.hip_flexion-right-first": "3",
        "movement.hip_abduction-right-first": "25",
    }
    assert [cell.text for cell in corrected.left_over] == ["Moon flexor", "4"]


def test_columns_are_corrected(case):
    block = tabs(["", "A", "B", "C"], ["Hip flexor", "4", "3", "2"], ["Knee flexor", "4", "3", "1"])
    paste = read(case, "strength", block)
    assert entered(paste) == {}
    assert [column.is_sure for column in paste.tables[0].columns] == [True, False, False, False]
    choices = {"what_0_1": "grade", "side_0_1": "right", "what_0_2": "grade", "side_0_2": "left"}
    corrected = read(case, "strength", block, **choices, visit_0_1="first")
    assert entered(corrected) == {
        "movement.hip_flexion-right-first": "4",
        "movement.hip_flexion-left-first": "3",
        "movement.knee_flexion-right-first": "4",
        "movement.knee_flexion-left-first": "3",
    }
    assert {cell.text for cell in corrected.left_over} == {"C", "2", "1"}


def test_a_block_without_headings_goes_by_position_and_is_marked(case):
    at = "strength-movement.hip_abduction-right-first"
    paste = read(case, "strength", "5\t4\n3\t2", at=at)
    assert entered(paste) == {
        "movement.hip_abduction-right-first": "5",
        "movement.hip_adduction-right-first": "3",
    }
    assert {cell.text for cell in paste.left_over} == {"4", "2"}
    assert not paste.tables[0].columns[0].is_sure


def test_rows_of_equal_values_are_no_headings(case):
    at = "strength-movement.hip_flexion-left-first"
    assert entered(read(case, "strength", "5\t5\n4\t", at=at)) == {
        "movement.hip_flexion-left-first": "5",
        "movement.hip_flexion-right-first": "5",
        "movement.hip_extension-left-first": "4",
    }


def test_replaced_grades_are_shown(case):
    visit = case.visit_rows.get()
    grade = parse_grade("3-")
    StrengthScore.objects.create(
        case=case, movement="hip_flexion", side="right", visit=visit, grade=grade
    )
    paste = read(case, "strength", tabs(["", "Right"], ["Hip flexor", "4"]))
    assert paste.shown[0][2][1].cells[1].note == "replaces 3-"
    assert paste.summary == "1 of 1 cells will be entered."


# Tables of rows


CONDUCTION = tabs(
    ["Nerve", "Side", "Stim. site", "Rec. site", "DML (ms)", "Amplitude (mV)", "CV (m/s)"],
    ["Median", "R", "Wrist", "APB", "3.5", "9.1", ""],
    ["", "", "Elbow", "APB", "7.8", "8.7", "55"],
    ["Ulnar", "L", "Wrist", "ADM", "2.9", "NR*", "–"],
    ["Tibial", "R", "Ankle", "AH", "4.0", "6.0", ""],
    ["Peroneal", "R", "Ankle", "EDB", "5.1", "2.0", ""],
    ["Sensory"],
    ["Sural", "R", "Calf", "Ankle", "2.1", "12 µV", "45"],
    ["Median", "R", "Wrist", "Digit 2", "2.4", "20", "50"],
    ["Ulnar", "L", "Wrist", "Digit 5", "", "18 µV", "52"],
)


def test_motor_and_sensory_conduction_of_eight_rows_are_entered_at_once(case):
    paste = read(case, "conduction", CONDUCTION)
    motor = rows_of(paste)
    assert [(row["nerve"], row["side"], row["stimulation_site"]) for row in motor] == [
        ("Median", "right", "Wrist"),
        ("Median", "right", "Elbow"),
        ("Ulnar", "left", "Wrist"),
        ("Tibial", "right", "Ankle"),
        ("Peroneal (fibular)", "right", "Ankle"),
    ]
    assert motor[1]["velocity_m_s"] == "55" and motor[2]["amplitude_mv"] == "NR*"
    sensory = rows_of(paste, "sensory_conduction")
    assert [row["nerve"] for row in sensory] == ["Sural", "Median", "Ulnar"]
    # The heading of the column says mV.
    assert [row["amplitude_uv"] for row in sensory] == ["12 µV", "20 mV", "18 µV"]
    assert sensory[0]["onset_latency_ms"] == "2.1"
    assert paste.left_over == [] and paste.checks == 0


def test_sides_as_columns_of_a_conduction_table(case):
    block = tabs(
        ["", "Right", "", "Left", ""],
        ["Nerve", "DML, ms", "CMAP amplitude, µV", "DML, ms", "CMAP amplitude, µV"],
        ["Median", "3.5", "900", "3.4", "8800"],
    )
    assert rows_of(read(case, "conduction", block)) == [
        {
            "nerve": "Median",
            "side": "right",
            "visit": "first",
            "latency_ms": "3.5",
            "amplitude_mv": "900 µV",
        },
        {
            "nerve": "Median",
            "side": "left",
            "visit": "first",
            "latency_ms": "3.4",
            "amplitude_mv": "8800 µV",
        },
    ]


def test_the_layout_of_a_recorder_with_sites_below_the_nerve(case):
    block = tabs(
        ["Nerve / Sites", "Latency", "Amplitude", "Velocity"],
        ["", "ms", "mV", "m/s"],
        ["R Median"],
        ["Wrist", "3.5", "9.1", ""],
        ["Elbow", "7.8", "8.7", "55"],
        ["Left ulnar", "", "", ""],
        ["Wrist", "2.9", "8.0", ""],
    )
    found = rows_of(read(case, "conduction", block))
    assert [(r["nerve"], r["side"], r["stimulation_site"], r["latency_ms"]) for r in found] == [
        ("Median", "right", "Wrist", "3.5"),
        ("Median", "right", "Elbow", "7.8"),
        ("Ulnar", "left", "Wrist", "2.9"),
    ]


LABORATORY = tabs(
    ["Test", "Result", "Unit", "Reference range", "Flag"],
    ["CK", "450", "U/L", "30-200", "H"],
    ["CSF protein", "1.2", "g/L", "0.15–0.45", "↑"],
    ["Sodium", "131 L", "mmol/L", "135-145", ""],
    ["Potassium", "4.1", '"', "3.5–5.0", "N"],
    ["Creatinine", "80", "µmol/L", "<100", ""],
    ["CRP", "<5", "mg/L", "<5", ""],
    ["ESR", "12", "mm/h", "", ""],
    ["HbA1c", "5.4", "%", "", ""],
    ["TSH", "1.2", "mU/L", "0.4 to 4.0", ""],
    ["Vitamin B12", "180 (ref. 200–900)", "pmol/L", "", "L"],
    ["Anti-GM1 IgG", "positive", "", "negative", "pos"],
    ["Haemoglobin", "140", "g/L", "", ""],
    ["Platelets", "250", "10^9/L", "", ""],
    ["Unobtainium", "3", "mg", "–", ""],
)


def test_a_laboratory_sheet_of_fourteen_rows_is_entered_at_once(case):
    paste = read(case, "laboratory", LABORATORY)
    rows = rows_of(paste)
    assert len(rows) == 14
    found = {row["analyte"]: row for row in rows}
    first = {"analyte": "Creatine kinase", "visit": "first", "value": "450 U/L"}
    assert rows[0] == first | {"reference_range": "30-200", "interpretation": "high"}
    assert found["Sodium"]["interpretation"] == "low"
    assert found["Sodium"]["value"] == "131 mmol/L"
    assert found["Potassium"]["value"] == "4.1 mmol/L"
    assert found["Vitamin B12"]["reference_range"] == "200–900"
    assert found["HbA1c"]["value"] == "5.4 %"
    assert found["Platelets"]["value"] == "250×10^9/L"
    assert found["Anti-GM1 IgG"]["interpretation"] == "positive"
    assert rows[-1]["analyte"] == "Unobtainium"
    assert paste.left_over == []
    assert paste.checks == 1


def test_a_list_of_results_and_a_heading_with_the_specimen(case):
    rows = rows_of(
        read(case, "laboratory", "CSF\nprotein 1.2 g/L\nglucose 3.1 mmol/L\nCK: 450 U/L")
    )
    assert [(row["specimen"], row["analyte"], row["value"]) for row in rows] == [
        ("CSF", "CSF protein", "1.2 g/L"),
        ("CSF", "CSF glucose", "3.1 mmol/L"),
        ("CSF", "Creatine kinase", "450 U/L"),
    ]


def test_needle_emg_with_all_its_columns(case):
    head = "Muscle,Side,Insertional,Fibs,PSW,Fasciculations,MUAP amplitude,Duration,Polyphasia"
    block = tabs(
        [*head.split(","), "Recruitment"],
        [
            "Tibialis anterior",
            "R",
            "increased",
            "++",
            "2+",
            "none",
            "normal",
            "long",
            "+",
            "reduced",
        ],
        ["Vastus lateralis", "L", "normal", "0", "0", "0", "normal", "normal", "none", "normal"],
    )
    paste = read(case, "emg", block)
    first, second = rows_of(paste)
    assert (first["muscle"], first["side"], first["fibrillations"]) == (
        "Tibialis anterior",
        "right",
        "++",
    )
    assert first["muap_polyphasia"] == "+" and second["recruitment"] == "normal"
    assert paste.errors == {} and paste.left_over == []


def test_scales_with_visits_as_columns_and_scales_as_columns(case):
    expected = [
        {"instrument": "Modified Rankin scale", "visit": "first", "value": "4"},
        {"instrument": "Modified Rankin scale", "visit": "week-4", "value": "2"},
        {"instrument": "INCAT disability score", "visit": "first", "value": "7"},
        {"instrument": "INCAT disability score", "visit": "week-4", "value": "3"},
    ]
    block = tabs(["Scale", "Baseline", "Week 4"], ["mRS", "4", "2"], ["INCAT", "7", "3"])
    assert rows_of(read(case, "scales", block)) == expected
    block = tabs(["Visit", "mRS", "INCAT"], ["Baseline", "4", "7"], ["Week 4", "2", "3"])
    found = rows_of(read(case, "scales", block))
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_reflexes_as_pairs(case):
    rows = rows_of(read(case, "signs", "Reflex\tR/L\nBiceps\t++/ +\n"))
    assert [(row["domain"], row["item"], row["side"], row["grade"]) for row in rows] == [
        ("Reflexes", "Biceps reflex", "right", "++"),
        ("Reflexes", "Biceps reflex", "left", "+"),
    ]


def test_events_and_treatments(case):
    text = "Day 3 – intubated\n12 March 2024 – walked alone"
    assert rows_of(read(case, "timeline", text)) == [
        {"placement": "Day 3", "label": "intubated"},
        {"placement": "12 March 2024", "label": "walked alone"},
    ]
    block = tabs(
        ["Drug", "Route", "Status"], ["IVIg", "IV", "given"], ["Prednisolone", "PO", "???"]
    )
    paste = read(case, "treatment", block)
    assert rows_of(paste) == [
        {"agent": "IVIg", "kind": "Immunoglobulin", "route": "IV", "status": "given"},
        {"agent": "Prednisolone", "route": "PO"},
    ]
    assert [cell.text for cell in paste.left_over] == ["???"]


def test_a_treatment_with_any_dose_can_be_saved_as_pasted(case):
    doses = {
        "100 µg daily": "fixed",
        "1 mg/kg, tapered": "taper",
        "5 mg p.o. daily": "fixed",
        "1 g/day for 5 days, then 60 mg": "taper",
        "20 mg/d → 5 mg/d": "taper",
        "50 mg twice daily for 3 weeks, then 100 mg": "fixed",
        "5 sessions": "sessions",
    }
    paste = read(case, "treatment", tabs(["Drug", "Dose"], *(["Levothyroxine", d] for d in doses)))
    assert [row["kind"] for row in rows_of(paste)] == ["Drug"] * len(doses)
    kinds = [
        t for name, t in paste.merged.items() if re.fullmatch(r"phases\.new\d+-new1-kind", name)
    ]
    assert list(map(str, kinds)) == list(doses.values())
    assert SectionPage(case, BY_SLUG["treatment"], texts=paste.merged, bound=True).is_valid()


def test_doses_are_entered_in_a_phase_and_a_name_alone_in_a_row(case):
    block = tabs(
        ["Drug", "Dose", "Route"],
        ["IVIg", "2 g/kg", "IV"],
        ["Plasma exchange", "", ""],
        ["Prednisolone", "60 mg daily", "PO"],
        ["Moon dust", "a spoonful or so", ""],
    )
    paste = read(case, "treatment", block)
    rows = rows_of(paste)
    names = ["IVIg", "Plasma exchange", "Prednisolone", "Moon dust"]
    assert [row["agent"] for row in rows] == names and rows[1]["kind"] == "Plasma exchange"
    assert rows_of(paste, "phases.new1") == [{"dose": "2 g/kg", "kind": "fixed"}]
    assert rows_of(paste, "phases.new3") == [{"dose": "60 mg daily", "kind": "fixed"}]
    assert rows_of(paste, "phases.new2") == [] and paste.left_over == []
    assert not any(name.startswith("phases.new1") for name in paste.errors), paste.errors


def test_a_row_that_the_case_has_is_updated(case):
    block = tabs(["Test", "Result"], ["CK", "450"], ["Sodium", "140"])
    save_pasted(case, read(case, "laboratory", block))
    paste = read(case, "laboratory", tabs(["Test", "Result"], ["CK", "80"], ["Urea", "5"]))
    assert len(rows_of(paste)) == 1
    assert paste.shown[0][2][1].cells[1].note == "replaces 450"


def test_rows_are_entered_in_their_order_from_the_cell_pasted_into(case):
    block = tabs(["Test", "Result", "Quality"], ["CK", "450", "good"], ["Sodium", "140", ""])
    paste = read(case, "laboratory", block, at="laboratory-new3-value", blank_rows=3)
    assert paste.merged["laboratory-new3-analyte"] == "Creatine kinase"
    assert paste.merged["laboratory-new4-analyte"] == "Sodium"
    assert paste.rows_to_check == [] and not paste.tables[0].columns[2].is_sure
    assert {cell.text for cell in paste.left_over} == {"Quality", "good"}


def save_pasted(case, paste):
    page = SectionPage(case, paste.section, texts=paste.merged, bound=True)
    assert page.is_valid(), page.list_errors()
    page.save()
    save_version(case, case.author)


def test_a_new_visit_is_saved_with_its_first_finding(case):
    block = tabs(["", "Baseline", "Month 3"], ["Hip flexor", "4", "5"])
    save_pasted(case, read(case, "strength", block, at="strength-movement.hip_flexion-left-first"))
    assert [visit.label for visit in case.visit_rows.all()] == ["Baseline", "Month 3"]
    scores = StrengthScore.objects.filter(case=case).order_by("pk")
    assert [(s.visit.label, s.side, str(s.grade)) for s in scores] == [
        ("Baseline", "left", "4"),
        ("Month 3", "left", "5"),
    ]


def test_a_table_that_is_too_large_is_refused_in_words(case):
    paste = read(case, "strength", "4\t5\n" * (MAX_ROWS + 1))
    assert "Paste up to 300 rows" in paste.problem and paste.tables == []


# What decides where a row goes: its name, then headings. Grades as "movement or muscle-side-visit".
STRENGTH = [
    *(
        (
            [[corner, "Right", "Left"], ["Hip flexor", "4", "5"], ["Ankle dorsiflexor", "3", "2"]],
            "hip_flexion-right=4 hip_flexion-left=5 "
            "ankle_dorsiflexion-right=3 ankle_dorsiflexion-left=2",
        )
        for corner in ("MRC", "MRC grade", "Strength (MRC)")
    ),
    (
        [["Muscle", "Adm", "3 months"], ["Deltoid R", "4", "5"], ["ADM L", "3", "4"]],
        "deltoid-right=4 deltoid-right-3-months=5 "
        "abductor_digiti_minimi-left=3 abductor_digiti_minimi-left-3-months=4",
    ),
    (
        [["Right upper limb", ""], ["Deltoid", "4"], ["Upper limb, left", ""], ["Deltoid", "5"]],
        "deltoid-right=4 deltoid-left=5",
    ),
    ([["R TA", "M1"], ["L TA", "M4"]], "tibialis_anterior-right=M1 tibialis_anterior-left=M4"),
    (
        [["IP", "right 4", "left 5"], ["Deltoid", "right 3", "left 2"]],
        "iliopsoas-right=4 iliopsoas-left=5 deltoid-right=3 deltoid-left=2",
    ),
    (
        [["Muscle", "Grade"], ["R deltoid", "4"], ["L deltoid", "3"], ["Hip flexor", "2"]],
        "deltoid-right=4 deltoid-left=3 hip_flexion-not_stated=2",
    ),
    (
        [["Day", "Deltoid R", "Deltoid L"], ["0", "3", "4"], ["7", "4", "5"]],
        "deltoid-right=3 deltoid-left=4 deltoid-right-day-7=4 deltoid-left-day-7=5",
    ),
    (
        [["Muscle", "Before IVIG", "After IVIG"], ["R deltoid", "3", "4"]],
        "deltoid-right-before-ivig=3 deltoid-right-after-ivig=4",
    ),
    (
        [["Muscle", "Pre-op", "Post-op 6 mo"], ["R deltoid", "3", "4"]],
        "deltoid-right-pre-op=3 deltoid-right-post-op-6-mo=4",
    ),
    ([["", "R/L"], ["Deltoid", "(4/5)"]], "deltoid-right=4 deltoid-left=5"),
    (
        [["", "Right"], ["Finger flexors (FDP)", "4"], ["Finger flexors", "2"]],
        "finger_flexion_distal-right=4 finger_flexion-right=2",
    ),
    (
        [["Muscle", "R"], ["Deltoid", "4"], ["After IVIG", "R"], ["Deltoid", "5"]],
        "deltoid-right=4 deltoid-right-after-ivig=5",
    ),
    ([["Right", "Left"], ["4", "5"], ["3", "4"]], ""),  # no names
]


@pytest.mark.parametrize("rows, expected", STRENGTH)
def test_names_decide_the_row_of_a_grade(case, rows, expected):
    paste = read(case, "strength", tabs(*rows), at="strength-movement.hip_flexion-left-first")
    found = {
        name.partition(".")[2].removesuffix("-first"): text
        for name, text in entered(paste).items()
        if "." in name
    }
    assert found == dict(pair.split("=") for pair in expected.split())
    cells = {cell.text for cell in paste.left_over}
    assert found or cells >= {"4", "5", "3"}


def test_an_assumed_side_or_visit_is_marked(case):
    at = "strength-movement.hip_flexion-left-first"
    block = tabs(["Muscle", "Grade"], ["Deltoid", "4"])
    assert (
        read(case, "strength", block, at=at).checks,
        entered(read(case, "strength", block)),
    ) == (
        1,
        {"muscle.deltoid-not_stated-first": "4"},
    )
    add_visit(case, "Week 2", "week-2")
    paste = read(case, "strength", block, at=at)
    assert paste.checks == 2 and paste.records.assumes_side and paste.records.assumes_visit
    # Each update sends all selects, so one that still has the assumption stays marked.
    assert read(case, "strength", block, at=at, side="left", visit="first").checks == 2
    assert read(case, "strength", block, at=at, side="right", visit="week-2").checks == 0


def test_the_user_corrects_a_column_that_was_taken_for_a_name(case):
    block = tabs(["Muscle", "ADM"], ["Deltoid R", "4"], ["Deltoid L", "3"])
    paste = read(case, "strength", block)
    assert entered(paste) == {} and {"4", "3"} < {cell.text for cell in paste.left_over}
    assert entered(read(case, "strength", block, visit_0_1="first")) == {
        "muscle.deltoid-right-first": "4",
        "muscle.deltoid-left-first": "3",
    }


# Tables of rows: the page, the table, the pasted rows, the columns that are compared, and the rows.
ROW_TABLES = [
    (
        "laboratory",
        "",
        [
            ["Test", "Result"],
            ["CK", "450"],
            ["Glucose", "normal (92 mg/dL)"],
            ["Sodium", "negative"],
            ["Urea", "5"],
        ],
        "analyte value",
        [
            ("Creatine kinase", "450"),
            ("Glucose", "normal (92 mg/dL)"),
            ("Sodium", "negative"),
            ("Urea", "5"),
        ],
    ),
    (
        "laboratory",
        "",
        [
            ["Test", "Result", "Unit", "Normal"],
            ["CK", "450", "U/L", "<200"],
            ["Moon", "serum", "", ""],
            ["CSF", "Result", "Unit", "Normal"],
            ["Protein", "1.2", "g/L", "<0.45"],
        ],
        "specimen analyte value reference_range",
        [
            (None, "Creatine kinase", "450 U/L", "<200"),
            (None, "Moon", "serum", None),
            ("CSF", "CSF protein", "1.2 g/L", "<0.45"),
        ],
    ),
    (
        "laboratory",
        "",
        [["Antibody", "Serum", "CSF"], ["AQP4", "positive", "negative"], ["MOG", "positive", ""]],
        "analyte specimen value",
        [
            ("Aquaporin-4 antibodies", "Serum", "positive"),
            ("Aquaporin-4 antibodies", "CSF", "negative"),
            ("MOG antibodies", "Serum", "positive"),
        ],
    ),
    (
        "laboratory",
        "",
        [["Day", "CK", "Sodium"], ["0", "450", "140"], ["7", "300", "139"]],
        "analyte visit value",
        [
            ("Creatine kinase", "first", "450"),
            ("Sodium", "first", "140"),
            ("Creatine kinase", "day-7", "300"),
            ("Sodium", "day-7", "139"),
        ],
    ),
    (
        "strength",
        "dynamometry",
        [
            ["Grip strength (kg)", "Admission", "3 months"],
            ["Right", "12", "28"],
            ["Left", "3", "4"],
        ],
        "measure side visit value",
        [
            ("Grip strength", "right", "first", "12 kg"),
            ("Grip strength", "right", "3-months", "28 kg"),
            ("Grip strength", "left", "first", "3 kg"),
            ("Grip strength", "left", "3-months", "4 kg"),
        ],
    ),
    (
        "timeline",
        "",
        [["10 July 2024 Last visit"], ["3 May 2024 Admission to ICU"], ["Day 3 IVIG"]],
        "placement label",
        [("10 July 2024", "Last visit"), ("3 May 2024", "Admission to ICU"), ("Day 3", "IVIG")],
    ),
    ("signs", "", [["Sign"], ["Foot drop left"]], "item side", [("Foot drop", "left")]),
    (
        "signs",
        "",
        [
            ["Sign", "Right", "Left"],
            ["Straight leg raise", "positive at 40°", "negative"],
            ["Pinprick, L5 dermatome", "reduced", ""],
            ["Thenar atrophy", "", "present"],
        ],
        "item side finding region words",
        [
            ("Straight leg raise", "right", "present", None, "positive at 40°"),
            ("Straight leg raise", "left", "absent", None, None),
            ("Pinprick", "right", "decreased", "L5 dermatome", None),
            ("Wasting of the intrinsic hand muscles", "left", "present", None, "Thenar atrophy"),
        ],
    ),
    (
        "strength",
        "dynamometry",
        [["Measure", "Right"], ["Grip (Martin vigorimeter) kPa", "40"], ["Grip, kg", "12"]],
        "measure value",
        [("Grip (Martin vigorimeter)", "40 kPa"), ("Grip", "12 kg")],
    ),
    (
        "conduction",
        "",
        [
            ["Nerve", "Site", "Latency (ms)"],
            ["Left tibial (AH)", "Ankle", "4"],
            ["Median", "Wrist-APB", "3"],
            ["Ulnar (ADM)", "Wrist", "2"],
        ],
        "nerve stimulation_site recording_site latency_ms",
        [
            ("Tibial", "Ankle", "AH", "4"),
            ("Median", "Wrist", "APB", "3"),
            ("Ulnar", "Wrist", "ADM", "2"),
        ],
    ),
    *(
        (
            "conduction",
            "sensory_conduction",
            [["Nerve", "Side", *heads], ["Sural", "R", *values]],
            "nerve onset_latency_ms peak_latency_ms visit",
            [("Sural", "2.1", "2.9", "first")],
        )
        for heads, values in (
            (["Onset latency (ms)", "Peak latency (ms)"], ["2.1", "2.9"]),
            (["Onset (ms)", "Peak (ms)"], ["2.1", "2.9"]),
            (["Onset / Peak (ms)"], ["2.1 / 2.9"]),
        )
    ),
    (
        "conduction",
        "",
        [
            ["Nerve", "Parameter", "Right", "Left", "Normal"],
            ["Median", "DML (ms)", "3.5", "3.6", "<4.2"],
            ["", "Amplitude (µV)", "900", "", ">5000"],
            ["Ulnar", "DML (ms)", "2.5", "", ""],
        ],
        "nerve side latency_ms amplitude_mv reference",
        [
            ("Median", "right", "3.5", "900 µV", "latency <4.2; amplitude >5000"),
            ("Median", "left", "3.6", None, "latency <4.2"),
            ("Ulnar", "right", "2.5", None, None),
        ],
    ),
    (
        "conduction",
        "",
        [
            ["Nerve", "DML (ms)", "Normal", "Amplitude (mV)", "Normal"],
            ["Median", "3.5", "<4.2", "9.1", ">5"],
        ],
        "latency_ms amplitude_mv reference",
        [("3.5", "9.1", "latency <4.2; amplitude >5")],
    ),
    (
        "conduction",
        "",
        [["Nerve", "Amplitude (mV)", "CV (m/s)"], ["Median", "0.3↓ (>2)", "33↓"]],
        "amplitude_mv velocity_m_s reference words",
        [("0.3", "33", "amplitude >2", "amplitude 0.3↓ (>2); velocity 33↓")],
    ),
    (
        "emg",
        "",
        [["Muscle", "Recruitment", "MUAP duration"], ["Deltoid", "N", "N"]],
        "recruitment muap_duration",
        [("normal", "normal")],
    ),
]


@pytest.mark.parametrize("slug, part, rows, columns, expected", ROW_TABLES)
def test_tables_of_rows_are_read(case, slug, part, rows, columns, expected):
    paste = read(case, slug, tabs(*rows), part)
    assert [tuple(map(row.get, columns.split())) for row in rows_of(paste)] == expected
    assert paste.left_over == []


# Printed grades, signs and dashes


@pytest.mark.parametrize("printed", ["4*", "3†", "4(+)", "(4)", "4+ *", "M4*", "IV‡", "4 (pain)"])
def test_a_pasted_grade_is_kept_as_it_would_be_typed(case, printed):
    block = tabs(["Muscle", "R", "L"], ["Deltoid", printed, "+2"], ["Hip flexor", "4 −", "5"])
    found = entered(read(case, "strength", block))
    assert found["muscle.deltoid-right-first"] == printed
    assert found["muscle.deltoid-left-first"] == "2+"
    assert found["movement.hip_flexion-right-first"] == "4-"
    pair = read(case, "strength", tabs(["Muscle", "R/L"], ["Deltoid", f"{printed}/5"]))
    assert entered(pair)["muscle.deltoid-right-first"] == printed


def test_a_raised_mark_stays_with_the_grade(case):
    html = "<table><tr><th>Muscle<th>R<th>L</tr><tr><td>Deltoid<td>4<sup>*</sup><td>5<sup>a</sup>"
    paste = read(case, "strength", html=html)
    assert list(entered(paste).values()) == ["4*", "5^a"]


REFLEXES = {  # printed: finding, grade, words
    "(+)": ("present", "(+)", None),
    "++(+)": ("present", "++(+)", None),
    "+*": ("present", "+*", None),
    "trace": ("present", "trace", None),
    "1-2+": ("present", "1-2+", None),
    "1+ to 2+": ("present", "1+ to 2+", None),
    "4+ (clonus)": ("present", "4+", "4+ (clonus)"),
    "4+ with clonus": ("present", "4+", "4+ with clonus"),
    "++ brisk": ("increased", "++", "++ brisk"),
    "1+ (reduced)": ("decreased", "1+", "1+ (reduced)"),
    "0*": ("absent", "0*", None),
    "±": ("equivocal", "±", None),
    "+/−": ("equivocal", "+/−", None),
    "brisk†": ("increased", None, "brisk†"),
    "absent": ("absent", None, None),
    "(absent)": ("absent", None, "(absent)"),
}


def test_grades_of_reflexes_are_kept_as_printed(case):
    rows = [["Biceps", printed] for printed in (*REFLEXES, "0 to 1+", "moon")]
    paste = read(case, "signs", tabs(["Reflex", "R"], *rows))
    found = [tuple(map(row.get, ("finding", "grade", "words"))) for row in rows_of(paste)]
    assert found == list(REFLEXES.values())
    assert [cell.text for cell in paste.left_over] == ["0 to 1+", "moon"]
    pairs = read(case, "signs", tabs(["Reflex", "R/L"], ["Biceps", "++(+)/(+)"], ["Knee", "-/+*"]))
    assert [(row["finding"], row.get("grade")) for row in rows_of(pairs)] == [
        ("present", "++(+)"),
        ("present", "(+)"),
        ("absent", None),
        ("present", "+*"),
    ]


DASHES = [  # the page, the heads, the rows, the column, its texts, and the dashes left empty
    ("scales", "Scale;Baseline;Week 4", "mRS;0;2|INCAT;7;-", "value", ["0", "2", "7"], 1),
    ("scales", "Scale;Baseline;Week 4", "mRS;3;absent|INCAT;7;-", "value", ["3", "absent", "7"], 1),
    ("scales", "Scale;Baseline;Week 4", "mRS;3;NA|INCAT;7;(-)", "value", ["3", "NA", "7"], 1),
    ("scales", "Visit;mRS;INCAT", "Baseline;0;-|Week 4;2;3", "value", ["0", "2", "3"], 1),
    ("laboratory", "Test;Result", "Sodium;139|Anti-GM1;-|CRP;0", "value", ["139", "0"], 1),
    ("laboratory", "Test;IgG;IgM", "Anti-GM1;-;+", "value", ["negative", "+"], 0),
    ("emg", "Muscle;Fib;PSW", "Deltoid;2;1|TA;-;1", "fibrillations", ["2"], 1),
    ("emg", "Muscle;Fib;PSW", "Deltoid;2+;-|TA;-;-", "fibrillations", ["2+", "0"], 0),
    ("emg", "Muscle;Fib;PSW", "Deltoid;2+;-|TA;-;-", "positive_sharp_waves", ["0", "0"], 0),
    ("signs", "Reflex;R;L", "Biceps;+;-|Knee;-;brisk", "finding", None, 0),
]


@pytest.mark.parametrize("slug, heads, rows, column, texts, count", DASHES)
def test_a_dash_is_absent_among_signs_and_empty_among_numbers(
    case, slug, heads, rows, column, texts, count
):
    block = tabs(heads.split(";"), *(row.split(";") for row in rows.split("|")))
    paste = read(case, slug, block)
    found = [row[column] for row in rows_of(paste) if column in row]
    assert found == (texts or ["present", "absent", "absent", "increased"])
    assert paste.dashes + len(paste.left_over) == count
    assert (f"{count} dash is left empty" in paste.summary) == bool(paste.dashes)


# Headings


@pytest.mark.parametrize(
    "heads",
    [
        [["", "Spontaneous activity", "", "Voluntary", ""], ["Muscle", "Fib", "PSW", "Amp", "Dur"]],
        [["Muscle", "Spont.", "", "MUAP", ""], ["", "Fib", "PSW", "Amp", "Dur"]],
        [["Spont.", "", "", "MUAP", ""], ["Muscle", "Fib", "PSW", "Amp", "Dur"]],
        [
            ["", "Needle EMG", "", "", ""],
            ["", "Baseline", "", "", ""],
            ["Muscle", "Fib", "PSW", "Amp", "Dur"],
        ],
        [["Muscle", "Spontaneous activity", "MUAP", ""], ["", "Fibs/PSW", "Amp", "Dur"]],
    ],
)
def test_a_heading_above_several_columns_is_no_row(case, heads):
    first = "2+/0" if "Fibs/PSW" in heads[-1] else "2+\t0"
    check_one_deltoid(read(case, "emg", f"{tabs(*heads)}\nDeltoid\t{first}\tN\tN"))


GROUPS = """<table><tr><td><td colspan=2>Spont.<td colspan=2>MUAP</tr>
<tr><td>Muscle<td>Fib<td>PSW<td>Amp<td>Dur</tr><tr><td>Deltoid<td>2+<td>0<td>N<td>N</tr></table>"""


def test_a_merged_heading_above_several_columns_is_no_row(case):
    check_one_deltoid(read(case, "emg", html=GROUPS))


def check_one_deltoid(paste):
    (found,) = rows_of(paste)
    columns = ("fibrillations", "positive_sharp_waves", "muap_amplitude", "muap_duration")
    assert [found[one] for one in columns] == ["2+", "0", "normal", "normal"]
    assert (paste.left_over, paste.checks) == ([], 0)


def test_a_row_of_words_above_the_headings_of_another_table_stays_a_row(case):
    block = tabs(
        ["Muscle", "Fib", "Recruitment", "Note"],
        ["Deltoid", "", "normal", ""],
        ["", "", "Moon", ""],
        ["Muscle", "Fib", "PSW", "Fasc"],
        ["Tibialis anterior", "1+", "0", "0"],
    )
    paste = read(case, "emg", block)
    assert [row["muscle"] for row in rows_of(paste)][:1] == ["Deltoid"]
    assert rows_of(paste)[-1]["fibrillations"] == "1+"


def test_each_column_of_values_has_the_unit_beside_it(case):
    for group, key in ((["CSF", "Serum"], "specimen"), (["Baseline", "Week 4"], "visit")):
        block = tabs(
            ["", group[0], "", group[1], ""],
            ["Test", "Value", "Unit", "Value", "Unit"],
            ["Protein", "1.2", "g/L", "70", "g/dL"],
        )
        paste = read(case, "laboratory", block)
        assert [row["value"] for row in rows_of(paste)] == ["1.2 g/L", "70 g/dL"]
        assert len({row[key] for row in rows_of(paste)}) == 2 and paste.left_over == []


@pytest.mark.parametrize(
    "printed, measure, unit",
    [
        ("Grip (Martin vigorimeter, kPa)", "Grip (Martin vigorimeter)", "kPa"),
        ("Pinch (key, kg)", "Pinch (key)", "kg"),
        ("Pinch [tip; N]", "Pinch [tip]", "N"),
        ("Pinch (key) (kg)", "Pinch (key)", "kg"),
    ],
)
def test_a_unit_at_the_end_of_a_bracket_is_the_unit(case, printed, measure, unit):
    blocks = (
        tabs(["Measure", "R", "L"], [printed, "50", "60"]),
        tabs(["Side", printed], ["R", "50"], ["L", "60"]),
    )
    for block in blocks:
        paste = read(case, "strength", block, "dynamometry")
        found = [(row["measure"], row["side"], row["value"]) for row in rows_of(paste)]
        assert found == [(measure, "right", f"50 {unit}"), (measure, "left", f"60 {unit}")]
        assert paste.errors == {} and paste.checks == 0


DAYS = ["Jan 12", "12 Jan", "Feb 15th", "15/2", "15.2.", "12-Jan", "3 May 2024", "Jan-24", "March"]
DAYS += ["12th of January", "Jan 12, 2024", "3/15"]


@pytest.mark.parametrize(
    "slug, heads, row",
    [
        ("laboratory", ["Test", "{}", "20 Dec"], ["Sodium", "139", "138"]),
        ("laboratory", ["Test", "Unit", "{}", "20/12", "Reference"], ["CK", "U/L", "9", "8", "<5"]),
        ("scales", ["Scale", "{}", "20/12"], ["mRS", "3", "2"]),
        ("strength", ["Muscle", "{}", "20 December"], ["Deltoid R", "4", "5"]),
    ],
)
def test_columns_headed_by_days_are_visits(case, slug, heads, row):
    for day in DAYS:
        paste = read(case, slug, tabs([head.format(day) for head in heads], row))
        other = next(head for head in heads if head.startswith("20"))
        assert list(paste.visits.new.values()) == [day, other]
        assert {record.visit for record in paste.records.records} == set(paste.visits.new)
        assert (paste.left_over, paste.checks, paste.errors) == ([], 0, {})


def test_a_day_beside_an_unknown_heading_is_a_visit(case):
    block = tabs(["Test", "Ward 3", "15/2"], ["Sodium", "139", "138"])
    paste = read(case, "laboratory", block)
    assert list(paste.visits.new.values()) == ["15/2"]
    assert [cell.text for cell in paste.left_over] == ["Ward 3", "139"]


@pytest.mark.parametrize(
    "slug, rows",
    [
        ("strength", [["Deltoid", "4/5", "3/5"], ["Hip flexor", "4", "5"]]),
        ("strength", [["", "4/5", "3/5"]]),
        ("conduction", [["Nerve", "R", "L"], ["Median", "3.5", "3.6"], ["Ulnar", "50", "51"]]),
        ("laboratory", [["Marker decreased", "5"], ["OCT", "7"]]),
        ("laboratory", [["Test", "Result"], ["Titre", "1/10"]]),
    ],
)
def test_values_and_words_are_no_days(case, slug, rows):
    assert read(case, slug, tabs(*rows)).visits.new == {}


def test_any_column_of_results_can_be_a_new_visit_named_as_its_heading(case, post):
    block = tabs(["Test", "Ward 3", "Clinic"], ["Sodium", "139", "138"])
    choices = {"what_0_1": "value", "what_0_2": "value"}
    paste = read(case, "laboratory", block, **choices)
    column = paste.shown[0][1][1]
    assert column["visits"][-1] == ("as heading", "new visit: Ward 3")
    chosen = choices | {"visit_0_1": "as heading", "visit_0_2": "as heading"}
    paste = read(case, "laboratory", block, **chosen)
    assert [(row["visit"], row["value"]) for row in rows_of(paste)] == [
        ("ward-3", "139"),
        ("clinic", "138"),
    ]
    assert paste.visits.new == {"ward-3": "Ward 3", "clinic": "Clinic"} and paste.left_over == []
    given = {name.replace("_", "-"): text for name, text in chosen.items()}
    given |= {"part": "laboratory", "text": block, "digest": paste.digest, "fragment": "1"}
    page = inputs_of(post("laboratory", **given))
    assert page["paste-visit-0-1"] == page["paste-visit-0-2"] == "as heading"
    page = inputs_of(post("laboratory", **given, step="apply"))
    assert page["added_visits-ward-3-label"] == "Ward 3"


def test_times_of_treatments_that_are_no_events_are_kept_in_the_wording(case, post):
    event = Event.objects.filter(case=case).first()
    block = tabs(
        ["Drug", "Start", "End", "Comment"],
        ["IVIG", "10.01.2024", "ongoing", "well tolerated"],
        ["Prednisone", "day 2", "February 2024", ""],
        ["Rituximab", event.label, "-", ""],
    )
    paste = read(case, "treatment", block)
    assert [(row.get("start"), row.get("words")) for row in rows_of(paste)] == [
        (None, "Start: 10.01.2024; End: ongoing; well tolerated"),
        (None, "Start: day 2; End: February 2024"),
        (event.key, None),
    ]
    assert paste.left_over == [] and paste.errors == {} and len(paste.rows_to_check) == 2
    page = post("treatment", part="treatments", text=block, fragment="1").content.decode()
    assert page.count("▲</span> The case has no such event") == 4


def test_pasted_wording_is_added_to_that_of_the_row(case):
    Treatment.objects.create(case=case, kind="immunoglobulin", agent="IVIG", words="As printed")
    block = tabs(["Drug", "Start"], ["IVIG", "day 2"])
    paste = read(case, "treatment", block)
    words = [text for name, text in paste.merged.items() if name.endswith("-words") and text]
    assert words == ["As printed; Start: day 2"] and paste.rows_to_check[0].cells[1].needs_check


# Any text


CELLS = st.text(alphabet='Rl/ "+-–4.5,µ|:()*HipflexorWk2\n', max_size=14)


NAMES = ["Hip flexor", "Deltoid", "Sodium", "Moon flexor", "CK (U/L)"]
VALUES = st.sampled_from(["4", "5", "4-", "+", "++", "0", "–", "NT", "normal", "135-145", "3/4"])


def cells_of(paste):
    """Yield (row, column number, cell) of the rows of data in the preview."""
    for _table, _columns, rows in paste.shown:
        for row in rows:
            if row.kind == "data":
                yield from ((row, at, cell) for at, cell in enumerate(row.cells))


class TestAnyText(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        st.sampled_from(["strength", "conduction", "laboratory", "timeline"]),
        st.lists(st.lists(CELLS, max_size=5), max_size=6),
        st.sampled_from(["\t", "  ", "|", " "]),
    )
    def test_no_cell_is_dropped(self, slug, rows, separator):
        paste = read(any_case(), slug, "\n".join(separator.join(row) for row in rows))
        for _table, _columns, shown in paste.shown:
            for row in shown:
                for cell in row.cells:
                    assert cell.status != "lost" or cell.note or not cell.text
        placed = {(one.value.row, one.value.column) for one in paste.placements}
        for _row, column, cell in paste.cells:
            if cell.status in ("new", "replaces", "wrong"):
                assert (_row.number, column.number) in placed

    @settings(max_examples=25, deadline=None)
    @given(
        st.sampled_from([("strength", "Movement"), ("emg", "Muscle"), ("laboratory", "Test")]),
        st.lists(st.tuples(st.sampled_from(NAMES), VALUES, VALUES), min_size=1, max_size=4),
        st.sampled_from([("R", "L"), ("Baseline", "Week 2"), ("Fibs", "PSW"), ("Result", "Unit")]),
        st.sampled_from(["\t", " | ", "   ", " "]),
    )
    def test_what_the_preview_shows_is_entered(self, table, rows, heads, separator):
        slug, name = table
        text = "\n".join(separator.join(row) for row in [(name, *heads), *rows])
        paste = read(any_case(), slug, text)
        texts = {one.input: one.text for one in paste.placements}
        assert texts.items() <= paste.merged.items()
        shown = {(row.number, at): cell for row, at, cell in cells_of(paste)}
        for one in paste.placements:
            if one.value.column >= 0:
                cell = shown[one.value.row, one.value.column]
                assert cell.status in ("new", "name", "replaces", "merged", "wrong", "lost")
        for (row, at), cell in shown.items():
            found = [p for p in paste.placements if (p.value.row, p.value.column) == (row, at)]
            assert found or cell.status not in ("new", "replaces", "merged")

    @settings(max_examples=40, deadline=None)
    @given(st.text(max_size=300), st.text(alphabet='<>table/rdhspan= "2ab', max_size=300))
    def test_any_clipboard_is_read(self, text, html):
        assert read(any_case(), "laboratory", text, html=f"<table>{html}").summary


def any_case():
    return Case.objects.first() or make_case()


# The page


@pytest.fixture
def post(client, case):
    client.force_login(case.author)

    def send(slug="strength", **given):
        texts = SectionPage(case, BY_SLUG[slug]).texts()
        data = texts | {f"paste-{name}": text for name, text in given.items()}
        return client.post(reverse("patients:paste-table", args=[case.pk, slug]), data)

    return send


@pytest.fixture
def apply(post):
    """Paste as in the dialog: look at the preview, and enter its cells without a correction."""

    def send(slug, text, at="", part=""):
        given = {"part": part or BY_SLUG[slug].tables[0].key, "text": text, "at": at}
        shown = inputs_of(post(slug, fragment="1", **given))
        kept = {n[6:]: v for n, v in shown.items() if n.startswith("paste-")}
        return inputs_of(post(slug, fragment="1", **(kept | given | {"step": "apply"})))

    return send


NAMED = ["{side} {name}", "{name} ({side})", "{name}, {side}", "{name} {side}", "{name} - {side}"]
SIDES = {"R": "right", "L": "left", "Right": "right", "left": "left", "Rt.": "right"}


@pytest.mark.parametrize(
    "slug, heading, name",
    [
        ("conduction", "Amplitude (mV)", "Median"),
        ("conduction", "Amplitude (mV)", "Common peroneal (EDB)"),
        ("emg", "Recruitment", "Gastroc (med)"),
        ("emg", "Recruitment", "Moon flexor"),
    ],
)
def test_the_side_in_the_name_of_a_row_is_entered(apply, slug, heading, name):
    pairs = [(named, side) for named in NAMED for side in SIDES]
    rows = [[named.format(name=name, side=s), f"{n}"] for n, (named, s) in enumerate(pairs, 10)]
    found = apply(slug, tabs(["Name", heading], *rows))
    column = "amplitude_mv" if slug == "conduction" else "recruitment"
    entered = {
        found[input]: found[input.replace(column, "side")]
        for input in found
        if input.endswith(f"-{column}") and found[input]
    }
    assert entered == {f"{n}": SIDES[side] for n, (_named, side) in enumerate(pairs, 10)}
    nerves = {text for input, text in found.items() if input.endswith("-recording_site")}
    assert ("EDB" in nerves) == ("EDB" in name)


@pytest.mark.parametrize("focused", ["left", "right"])
def test_the_side_in_a_name_is_stronger_than_the_cell_pasted_into(apply, focused):
    names = ["R deltoid", "Hip flexion (L)", "Hip flexion (R)", "Tibialis anterior, left", "L moon"]
    rows = [[name, f"{grade}"] for grade, name in enumerate(names, 1)]
    at = f"strength-movement.hip_flexion-{focused}-first"
    found = apply("strength", tabs(["Muscle", "Grade"], *rows), at=at)
    assert {name: text for name, text in found.items() if text in tuple("12345")} == {
        "strength-muscle.deltoid-right-first": "1",
        "strength-movement.hip_flexion-left-first": "2",
        "strength-movement.hip_flexion-right-first": "3",
        "strength-muscle.tibialis_anterior-left-first": "4",
        "strength-new1-left-first": "5",
    }


def test_what_is_printed_beside_a_name_is_entered_or_listed(apply, case):
    block = tabs(
        ["Nerve/Sites", "Latency (ms)"],
        ["R Median (APB)"],
        ["Wrist", "4"],
        ["L ulnar - ADM", ""],
        ["Wrist", "3"],
    )
    found = apply("conduction", block)
    row = {name.rpartition("-")[2]: text for name, text in found.items() if "-new1-" in name}
    assert (row["side"], row["recording_site"]) == ("right", "APB")
    row = {name.rpartition("-")[2]: text for name, text in found.items() if "-new2-" in name}
    assert (row["nerve"], row["side"], row["recording_site"]) == ("Ulnar", "left", "ADM")
    paste = read(case, "conduction", tabs(["Nerve", "Amplitude"], ["Median (moon)", "4"]))
    assert [cell.reason for cell in paste.left_over] == ["“moon” is not entered."]
    (row,) = rows_of(read(case, "emg", tabs(["Muscle", "Recruitment"], ["Gastroc (med)", "poor"])))
    assert row["muscle"] == "Gastrocnemius, medial head"


def test_a_name_of_another_side_than_the_table_is_listed(case):
    paste = read(case, "strength", tabs(["Muscle", "Right"], ["L deltoid", "4"]))
    assert entered(paste) == {"muscle.deltoid-right-first": "4"}
    assert paste.checks == 1 and "The name says left" in paste.left_over[0].reason


BLOCK = "\tRight\nHip flexor\t4\nMoon flexor\t3 or so"


def test_the_dialog_shows_the_preview_and_then_the_changed_part(post):
    answer = post(part="strength", text=BLOCK, fragment="1")
    page = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in page
    assert "2 of 2 cells will be entered. 1 place to check." in page
    answer = post(part="strength", text=BLOCK, fragment="1", step="apply")
    page = answer.content.decode()
    assert 'data-part="strength"' in page and "2 cells entered in Strength." in page
    assert "3 or so is not an MRC grade" in page
    assert not StrengthScore.objects.exists()


def test_pasting_works_without_scripts(post, client, case):
    page = post(part="strength", text="").content.decode()
    assert (
        "<h1>Paste a table</h1>" in page
        and '<textarea class="form-control" id="paste-text"' in page
    )
    page = post(part="strength", text=BLOCK).content.decode()
    assert 'name="base_version"' not in page and "not recognised, kept as text" in page
    page = post(
        part="strength", text=BLOCK + "\nKnee flexor\tn\nA title", step="apply"
    ).content.decode()
    assert 'value="Moon flexor"' in page and "data-unsaved" in page
    assert "A title" in page and "not entered" in page


def test_a_table_that_the_page_does_not_have_is_404(post):
    assert post(part="laboratory", text=BLOCK).status_code == 404
    assert post(slug="narrative", part="narratives", text=BLOCK).status_code == 404
    assert post(text=BLOCK).status_code == 404


@pytest.mark.parametrize("corner", ["Grip (kg)", "Visit", ""])
def test_visits_as_rows_and_sides_as_columns_of_one_measure(case, corner):
    block = tabs([corner, "Right", "Left"], ["Admission", "12", "14.5"], ["3 months", "22", "25"])
    paste = read(case, "strength", block, part="dynamometry", at="dynamometry-new1-value")
    found = [(row["visit"], row["side"], row["value"].split()[0]) for row in rows_of(paste)]
    assert found == [
        ("first", "right", "12"),
        ("first", "left", "14.5"),
        ("3-months", "right", "22"),
        ("3-months", "left", "25"),
    ]


def test_the_sides_of_rows_without_a_name_are_rows_of_their_own(case):
    block = tabs(["Visit", "Fibrillations R", "Fibrillations L"], ["Admission", "2+", "1+"])
    paste = read(case, "emg", block, at="needle_emg-new1-fibrillations")
    assert [(row["side"], row["fibrillations"]) for row in rows_of(paste)] == [
        ("right", "2+"),
        ("left", "1+"),
    ]


def test_visits_as_rows_need_no_check(case):
    block = tabs(["Visit", "CK", "LDH"], ["Admission", "400", "250"], ["3 months", "200", "210"])
    paste = read(case, "laboratory", block)
    assert len(rows_of(paste)) == 4 and not paste.rows_to_check


def test_a_printed_name_that_says_more_is_entered_as_printed(case):
    block = tabs(["Anti-GQ1b IgG", "1:400"], ["Fasting glucose", "5"], ["CK", "400"])
    names = [row["analyte"] for row in rows_of(read(case, "laboratory", block))]
    assert names == ["Anti-GQ1b IgG", "Fasting glucose", "Creatine kinase"]


def test_a_heading_of_sides_is_a_heading_whatever_its_corner(case):
    block = tabs(["Sensation", "R", "L"], ["Vibration", "reduced", "normal"])
    assert [row["side"] for row in rows_of(read(case, "signs", block))] == ["right", "left"]

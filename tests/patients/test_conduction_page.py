"""The conduction reasoning panel."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.catalogue.reference_limits import built_in
from patients.models import LateResponse, MotorConduction, SensoryConduction
from patients.record.document import DocumentError, build
from patients.tables.conduction_reasoning import TABLES, conduction_reasoning
from patients.tables.conduction_words import conduction_groups
from tests.documents import rows
from tests.factories import make_document
from tests.patients.test_tables import load

FINDINGS = st.fixed_dictionaries(
    {
        key: st.lists(rows(model), max_size=4)
        for key, model in zip(
            TABLES, (MotorConduction, SensoryConduction, LateResponse), strict=True
        )
    }
)


def html_of(record):
    found = conduction_reasoning(record, [built_in()])
    return render_to_string("reasoning/_conduction.html", {"conduction": found})


def words(html):
    return re.sub(r"\s+", " ", strip_tags(html))


def test_published_case_shows_numbers_words_symbols_and_sources():
    html = html_of(build(load("published_case")))
    text = words(html)
    for expected in (
        "4.1% of the right side, as reported; drop 95.9%",
        "▲ beyond the limit of 61%, by 34.9 percentage points",
        "46.8% of the right side, as reported; drop 53.2%",
        "▲ beyond the limit of 50%, by 3.2 percentage points",
        "– absent on both sides: ratio not computed",
        "a symmetric sensory finding",
        "– recording site not stated, so not compared with a limit",
        "Buschbacher 1999 abstract agrees [S11]",
        "The comparison neither confirms nor contradicts the authors&#x27; interpretation.",
    ):
        assert expected in text, expected
    assert "style=" not in html and "normal" not in text


@pytest.mark.parametrize("name", ["published_case", "invented_case"])
def test_each_formula_and_row_is_under_why(name):
    html = html_of(build(load(name)))
    assert html.count("<details><summary") == sum(
        bool(line.formula or line.because)
        for group in conduction_groups(conduction_reasoning(build(load(name))))
        for line in group.lines
    )


def test_long_group_is_collapsed():
    html = html_of(build(load("invented_case")))
    assert words(html).count(" rows · Comparison with reference limits") == 1


def test_nothing_recorded_shows_nothing():
    empty = {key: [] for key in TABLES}
    assert words(html_of(build(make_document(**empty)))).strip() == ""


def test_user_input_is_escaped():
    row = {"nerve": "text:<b>x</b>", "side": "left", "stimulation_site": "<i>", "words": ""}
    row |= {"amplitude_mv": {"number": "3", "unit": "mV"}}
    html = html_of(build(make_document(motor_conduction=[row])))
    assert "&lt;b&gt;x&lt;/b&gt;" in html and "<b>x" not in html and "<i>" not in html


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(FINDINGS)
def test_any_findings_can_be_shown(findings):
    for found in findings.values():
        for row in found:
            row.pop("visit", None)
    try:
        record = build(make_document(**findings))
    except DocumentError:
        return
    reasoning = conduction_reasoning(record)
    assert reasoning.as_data() == conduction_reasoning(record).as_data()
    conduction_groups(reasoning)

"""Template tags that display rows of a record."""

import pytest
from django.template import Context, Template

from patients.catalogue.mrc import parse_grade
from patients.models import Case, NeedleEMG, Status, StrengthScore, Visit
from patients.models.wording import STATUS_TAGS
from patients.record.document import build
from patients.tables import strength_table
from patients.templatetags.record import (
    build_table,
    change,
    mark_strength,
    show,
    show_full,
    signed,
    status,
)
from patients.templatetags.symbols import drawn
from tests.factories import make_document


@pytest.fixture
def record():
    return build(make_document())


def test_an_empty_field_is_shown_as_not_recorded(record):
    assert show(record.symptoms[0], "tempo") == '<span class="muted">not recorded</span>'


def test_a_catalogue_entry_is_shown_by_its_label(record):
    assert show(record.strength[-1], "movement") == "Ankle dorsiflexor"


def test_free_text_is_escaped_and_marked():
    row = StrengthScore(muscle="text:<i>soleus</i>")
    assert "not in the catalogue" in show(row, "muscle")
    assert "&lt;i&gt;soleus" in show(row, "muscle")


def test_a_state_is_not_empty():
    row = NeedleEMG(muscle="tibialis_anterior", active_denervation=False)
    assert show(row, "active_denervation") == "no"
    assert "not recorded" in show(row, "fibrillations")


def test_a_number_without_a_unit_gets_the_unit_of_its_column(record):
    row = record.motor_conduction[0]
    assert show_full(row, "amplitude_mv") == "4.1 % of right"
    assert show_full(record.sensory_conduction[0], "amplitude_uv") == "6 µV"
    assert show_full(row, "latency_ms") == ""


def test_a_column_in_which_only_no_was_entered_is_shown():
    rows = [NeedleEMG(muscle="tibialis_anterior", active_denervation=False)]
    assert "active denervation" in build_table(rows).headings


def test_a_table_has_the_filled_columns_in_groups_of_visits(record):
    table = build_table(record.strength)
    assert table.headings == ("movement", "side", "grade")
    assert [(visit, len(rows)) for visit, rows in table.groups] == [
        ("On admission", 3),
        ("3 months later", 3),
    ]


def test_a_table_without_rows_is_empty():
    assert build_table(()).groups == ()


def test_rows_without_a_visit_are_labelled():
    table = build_table([StrengthScore(movement="hip_flexion", grade=parse_grade("5"))])
    assert [visit for visit, _rows in table.groups] == ["visit not stated"]


def test_a_long_table_is_collapsed():
    rows = [NeedleEMG(muscle="tibialis_anterior") for _number in range(13)]
    assert build_table(rows).is_long and not build_table(rows[1:]).is_long


def test_notes_and_source_wording_are_listed_once():
    rows = [StrengthScore(visit=Visit(label="a"), words="weak", note="As read") for _n in "ab"]
    assert build_table(rows).remarks == ("As read", "“weak”")


@pytest.mark.parametrize(
    ("direction", "words"), [("better", "▲"), ("worse", "▼"), ("same", "="), (None, "comparable")]
)
def test_a_change_is_a_symbol_and_a_word(direction, words):
    assert words in change(direction)
    assert (direction or "not comparable") in change(direction)


def test_a_day_has_a_true_minus():
    assert (signed(-25), signed(3)) == ("−25", "3")


def test_the_table_tag_renders(record):
    page = Template("{% load record %}{% row_table rows %}").render(
        Context({"rows": record.sensory_conduction})
    )
    assert page.count("<tr>") == 3
    assert "Amplitude, µV" in page


def test_a_label_is_marked_by_its_stored_value():
    for muscle, is_marked in (("soleus", False), ("text:soleus", True), ("gone", True)):
        row = strength_table([StrengthScore(muscle=muscle, grade=parse_grade("5"))], []).rows[0]
        assert ("not in the catalogue" in mark_strength(row)) == is_marked


@pytest.mark.parametrize("status_of_case", Status)
def test_a_status_is_a_drawn_symbol_and_a_word(status_of_case):
    tag = status(Case(status=status_of_case))
    symbol, words = STATUS_TAGS[status_of_case]
    assert f"status-{status_of_case}" in tag and f"{drawn(symbol)} {words}<" in tag
    assert drawn(symbol).startswith("<svg ") and symbol not in tag


def test_only_circles_and_squares_are_drawn():
    assert len({drawn(symbol) for symbol in "○◐●□"}) == 4
    assert (drawn("▲"), drawn("● shown"), drawn("<b>")) == ("▲", "● shown", "<b>")

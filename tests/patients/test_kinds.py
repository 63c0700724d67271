"""The class attributes of every kind of finding, and the table of kinds in the documentation."""

import os
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from caserecords.report.printing import SPECIAL
from caserecords.report.report import CHAPTERS
from patients.entry.rows import RowFormSet
from patients.entry.sections import BY_SLUG, HIDDEN, SECTIONS, table_of
from patients.models import ROW_MODELS, CaseRow
from patients.models.events import VisitRow
from patients.models.wording import field_heading
from patients.record.document import document_fields
from patients.record.kinds import parent_of, top_models
from patients.record.schema import first_line

DATA_MODEL = Path(__file__).parents[2] / "docs" / "data-model.md"
BEGIN, END = "<!-- tables: derived from the models -->", "<!-- end of tables -->"
ALWAYS = (
    "DOCUMENT_KEY",
    "SECTION",
    "TITLE",
    "COLUMNS",
    "HELP",
    "IDENTITY",
    "FINDING",
    "REPORT_CHAPTER",
)
each_kind = pytest.mark.parametrize("model", ROW_MODELS, ids=lambda model: model.DOCUMENT_KEY)


def attributes():
    """Return the names of the class attributes of a kind."""
    return [name for name in vars(CaseRow) if name.isupper()]


@each_kind
def test_a_kind_declares_its_attributes(model):
    missing = [name for name in ALWAYS if name not in vars(model)]
    assert not missing, f"{model.__name__} does not declare {', '.join(missing)}"
    for name in ("DOCUMENT_KEY", "SECTION", "TITLE", "COLUMNS", "HELP", "IDENTITY"):
        assert getattr(model, name), name


@each_kind
def test_a_kind_declares_no_unknown_attributes(model):
    own = {name for name in vars(model) if name.isupper()}
    assert own <= set(attributes())


def test_every_attribute_is_described_in_the_docstring():
    for name in attributes():
        assert re.search(rf"^    {name} ", CaseRow.__doc__, re.M), name


@each_kind
def test_declared_columns_are_fields_of_the_document(model):
    names = [field.name for field in document_fields(model)]
    for declared in (model.COLUMNS, model.IDENTITY, model.FINDING, model.REPORT_COLUMNS):
        assert set(declared) <= set(names)
        assert len(set(declared)) == len(declared)
    assert not set(model.COLUMNS) & set(HIDDEN)
    if issubclass(model, VisitRow) and model.DOCUMENT_KEY != "diagnoses":
        assert "visit" in model.COLUMNS and "visit" in model.IDENTITY
    if model.TWO_SIDED:
        assert "side" in model.IDENTITY


@each_kind
def test_headings_of_a_kind_are_unique(model):
    headings = [field_heading(field) for field in document_fields(model)]
    assert len(set(headings)) == len(headings)


@each_kind
def test_a_kind_has_an_entry_page(model):
    section = BY_SLUG[model.SECTION]
    if model.PARENT:
        assert model.SECTION == parent_of(model).SECTION
        assert table_of(parent_of(model)).nested.model is model
    else:
        assert [table.model for table in section.tables].count(model) == 1


def test_no_section_is_empty_and_keys_are_unique():
    assert all(section.keys for section in SECTIONS)
    keys = [model.DOCUMENT_KEY for model in ROW_MODELS]
    assert len(set(keys)) == len(keys)
    assert sorted(keys) == sorted(
        {table.key for section in SECTIONS for table in section.tables}
        | {table.nested.key for section in SECTIONS for table in section.tables if table.nested}
    )


@each_kind
def test_a_kind_is_printed_in_a_chapter_of_the_report(model):
    if model.REPORT_CHAPTER:
        assert model.REPORT_CHAPTER in CHAPTERS
        assert bool(model.REPORT_COLUMNS) != (model in SPECIAL), "REPORT_COLUMNS or SPECIAL"
    else:
        assert not model.REPORT_COLUMNS and model not in SPECIAL


def test_new_rows_are_forms_of_every_kind():
    for section in SECTIONS:
        for table in section.tables:
            options = {"targets": {}, "labels": {}}
            assert RowFormSet(table, None, [], **options).forms[0].is_blank, table.key


# The table in docs/data-model.md


def table_of_kinds():
    """Return the table of kinds that the documentation should contain, in Markdown."""
    lines = ["| document key | a row is | entered under | test |", "|---|---|---|---|"]
    for model in top_models():
        lines.append(line_of(model))
        nested = table_of(model).nested
        lines += [line_of(nested.model, f" in `{model.DOCUMENT_KEY}`")] if nested else []
    return "\n".join(lines)


def line_of(model, place=""):
    cells = (
        f"`{model.DOCUMENT_KEY}`{place}",
        first_line(model),
        str(BY_SLUG[model.SECTION].title),
        "yes" if model.IS_TEST else "",
    )
    return f"| {' | '.join(cells)} |"


def test_the_docs_list_every_kind():
    """Run with WRITE_DOCS=1 to update the table."""
    with override("en"):
        expected = f"{BEGIN}\n{table_of_kinds()}\n{END}"
    text = DATA_MODEL.read_text()
    found = text[text.index(BEGIN) : text.index(END) + len(END)]
    if os.environ.get("WRITE_DOCS"):
        DATA_MODEL.write_text(text.replace(found, expected))
    else:
        assert found == expected, "run this test with WRITE_DOCS=1 to update the table"

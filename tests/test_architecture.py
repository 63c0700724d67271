"""The structure of the source code, measured by tests.architecture."""

from statistics import median

import pytest

from tests.architecture import (
    ROOT,
    Source,
    cycles,
    framework_internals,
    import_graph,
    longest_chain,
    odd_imports,
    package_graph,
    read_sources,
    wrong_imports,
)

SOURCES = read_sources()
FORBIDDEN_NAMES = {"services", "utils", "helpers", "common", "core", "misc", "manager", "handler"}
MAX_LINES, MAX_FUNCTION, MEDIAN_FUNCTION, MAX_TOP_LEVEL = 400, 60, 8, 8


def test_imports_go_one_way():
    assert [wrong for source in SOURCES for wrong in wrong_imports(source)] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("patients/views/strength.py", "from imaging.models import Study"),
        ("patients/models/case.py", "import caserecords.settings"),
        ("imaging/intake/undo.py", "def late():\n    from caserecords import case"),
        ("imaging/intake/undo.py", "import_module('caserecords.case')"),
        ("patients/record/parts.py", "PART = 'imaging.document.part:PART'"),
        ("caserecords/case.py", "from tests.factories import make_case"),
        ("patients/catalogue/mrc.py", "from django.db import models"),
        ("patients/reasoning/sites.py", "from patients.models import Case"),
    ],
)
def test_wrong_imports_are_detected(path, line):
    assert wrong_imports(Source(path, line))


def test_translation_is_allowed_in_a_pure_package():
    line = "from django.utils.translation import gettext as _"
    assert not wrong_imports(Source("patients/catalogue/mrc.py", line))


def test_no_module_or_package_has_an_import_cycle():
    assert cycles(import_graph(SOURCES)) == []
    assert cycles(package_graph(SOURCES)) == []
    planted = [
        Source("imaging/a.py", "import imaging.b"),
        Source("imaging/b.py", "import imaging.a"),
    ]
    assert cycles(import_graph(planted)) == [["imaging.a", "imaging.b"]]


def test_the_longest_chain_of_imports_is_found():
    assert longest_chain({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == ("a", "b", "c")


def test_imports_are_explicit_and_at_the_top():
    assert [odd for source in SOURCES for odd in odd_imports(source)] == []
    for planted in ("def f():\n    import os", "from . import os", "from os import *"):
        assert odd_imports(Source("patients/x.py", planted))


def test_no_framework_internals_are_used():
    assert [found for source in SOURCES for found in framework_internals(source)] == []
    assert framework_internals(Source("x.py", "from django.db.models.query import ModelIterable"))
    assert framework_internals(
        Source("x.py", "from django.db.models.sql.compiler import cursor_iter")
    )


def test_the_top_level_of_an_app_is_short():
    for app in ("patients", "imaging", "caserecords"):
        modules = [path.stem for path in (ROOT / app).glob("*.py") if path.stem != "__init__"]
        assert len(modules) <= MAX_TOP_LEVEL, modules


def test_functions_are_short():
    found = [(source.path, *one) for source in SOURCES for one in source.functions()]
    assert [(path, name, n) for path, name, n in found if n > MAX_FUNCTION] == []
    assert median(lines for _path, _name, lines in found) <= MEDIAN_FUNCTION


def test_files_are_short():
    assert [source.path for source in SOURCES if source.text.count("\n") > MAX_LINES] == []


def test_module_names_are_descriptive():
    names = {part.removesuffix(".py") for source in SOURCES for part in source.path.split("/")}
    assert not names & FORBIDDEN_NAMES


def test_class_names_are_unique():
    names = [name for source in SOURCES for name in source.classes() if name != "Command"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_no_signals():
    for source in SOURCES:
        assert "django.db.models.signals" not in source.text, source.path
        assert "django.dispatch" not in source.text, source.path

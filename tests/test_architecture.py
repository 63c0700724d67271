"""The house stays as it is drawn: imports go one way, functions and files stay small."""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("patients", "imaging", "caserecords")  # each may import itself and those before it
MODULES = [
    path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]
PURE = ("patients/catalogue", "patients/reasoning", "patients/values.py", "patients/placement.py")
GETTEXT = "django.utils.translation"  # words for readers are all that a pure room may take
FORBIDDEN_NAMES = {"services", "utils", "helpers", "common", "core", "misc", "manager", "handler"}
MAX_LINES, MAX_FUNCTION, MEDIAN_FUNCTION = 400, 60, 8


def imported(tree):
    """Yield (line, module) of every absolute import in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module


def wrong_imports(path, source):
    """Return a sentence for each import that goes against the direction."""
    room = path.split("/")[0]
    above = ROOMS[ROOMS.index(room) + 1 :]
    wrong = [
        f"{path}:{line} imports {module}"
        for line, module in imported(ast.parse(source))
        if module.split(".")[0] in above
    ]
    if path.startswith(PURE):
        wrong += [
            f"{path}:{line} imports {module} though it is pure"
            for line, module in imported(ast.parse(source))
            if module.split(".")[0] in ("django", "rest_framework") and module != GETTEXT
        ]
    return wrong


def odd_imports(path, source):
    """Return a sentence for each relative, late or star import."""
    tree = ast.parse(source)
    top = set(tree.body)
    return [
        f"{path}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and (node not in top or getattr(node, "level", 0) or node.names[0].name == "*")
    ]


def functions(source):
    """Yield (name, lines) of every function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.end_lineno - node.lineno + 1


def sources():
    return [(str(path.relative_to(ROOT)), path.read_text()) for path in MODULES]


def test_imports_go_one_way():
    assert [wrong for path, source in sources() for wrong in wrong_imports(path, source)] == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("patients/views/strength.py", "from imaging.models import Study"),
        ("patients/models/case.py", "import caserecords.settings"),
        ("imaging/ingest.py", "def late():\n    from caserecords import views"),
        ("patients/catalogue/mrc.py", "from django.db import models"),
    ],
)
def test_a_planted_import_is_found(path, line):
    assert wrong_imports(path, line)


def test_imports_stand_at_the_top_and_name_what_they_take():
    assert [odd for path, source in sources() for odd in odd_imports(path, source)] == []
    assert odd_imports("x.py", "def f():\n    import os")
    assert odd_imports("x.py", "from . import os") and odd_imports("x.py", "from os import *")


def test_functions_are_short():
    found = [(path, *one) for path, source in sources() for one in functions(source)]
    assert [(path, name, n) for path, name, n in found if n > MAX_FUNCTION] == []
    assert median(lines for _path, _name, lines in found) <= MEDIAN_FUNCTION


def test_files_are_short():
    assert [path for path, source in sources() if source.count("\n") > MAX_LINES] == []


def test_modules_are_named_for_what_they_do():
    names = {part.removesuffix(".py") for path, _source in sources() for part in path.split("/")}
    assert not names & FORBIDDEN_NAMES


def test_nothing_runs_behind_the_back():
    for path, source in sources():
        assert "django.db.models.signals" not in source, path
        assert "django.dispatch" not in source, path

"""The documentation covers every setting, command and API call."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import URLResolver, get_resolver

from caserecords.exchange import FORMATS
from patients.api.openapi import REASONS

ROOT = Path(__file__).parent.parent
APPS = ("caserecords", "imaging", "patients")
FOLDERS = (*APPS, "docs", "static", "templates", "tests", ".ci", ".github")
PATH = re.compile(rf"(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*-]*")
MANUALS = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
FOR_CONTRIBUTORS = [ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / ".ci/long/README.md"]
DOCUMENTS = {path.name: path.read_text() for path in MANUALS}
EVERYTHING = "\n".join(DOCUMENTS.values())
API = DOCUMENTS["api.md"]


def variables(source):
    """Yield the names of the environment variables that a module reads."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and "env" in ast.unparse(node.func).split("."):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and str(first.value).isupper():
                yield first.value
        if isinstance(node, ast.Subscript | ast.Call):
            yield from re.findall(r"os\.(?:environ\S*|getenv)[(\[]'([A-Z_]+)'", ast.unparse(node))


def all_variables():
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    found = {name for path in files for name in variables(path.read_text())}
    return sorted((found | {"CHROMIUM"}) - {"DJANGO_SETTINGS_MODULE"})


def own_commands():
    return sorted(name for name, app in get_commands().items() if app in APPS)


def addresses(found=None, prefix=""):
    """Yield every URL path of the site in the form /api/v1/cases/{}/."""
    for one in get_resolver().url_patterns if found is None else found:
        below = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, below)
        else:
            yield "/" + re.sub(r"<[^>]*>", "{}", below)


def api_addresses():
    return sorted({one for one in addresses() if one.startswith("/api/") and "^" not in one})


def named_addresses(text):
    return {re.sub(r"\{\w+\}", "{}", found) for found in re.findall(r"/api/[\w/.{}-]*", text)}


def missing_paths(text, folder):
    """Return the quoted paths and link targets in a document that do not exist."""
    quoted = [one for one in re.findall(r"`([^`\n]+)`", text) if PATH.fullmatch(one)]
    linked = re.findall(r"\]\(([^)#:\s]+)(?:#[\w-]*)?\)", text)
    return [one for one in quoted if not list(ROOT.glob(one.rstrip("/")))] + [
        one for one in linked if not (folder / one).exists()
    ]


@pytest.mark.parametrize("name", all_variables())
def test_environment_variable_is_documented(name):
    assert f"`{name}`" in EVERYTHING


@pytest.mark.parametrize("name", own_commands())
def test_command_is_documented(name):
    assert re.search(rf"manage\.py {name}\b", EVERYTHING)


@pytest.mark.parametrize("address", api_addresses())
def test_endpoint_is_documented(address):
    assert address in named_addresses(API)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_export_format_is_documented(form):
    assert f"`{form}`" in API


@pytest.mark.parametrize("status", sorted(REASONS))
def test_status_is_documented(status):
    assert str(status) in API


def test_an_undocumented_item_is_detected():
    planted = "x = env.str('NEVER_TOLD'), os.environ.get('NOR_THIS'), os.environ['OR_THAT']"
    assert set(variables(planted)) == {"NEVER_TOLD", "NOR_THIS", "OR_THAT"}
    assert len(own_commands()) > 5 and len(api_addresses()) > 20


def test_documented_endpoints_exist():
    assert named_addresses(API) - set(addresses()) - {"/api/v1/"} == set()


@pytest.mark.parametrize("path", [*MANUALS, *FOR_CONTRIBUTORS], ids=lambda path: path.name)
def test_documented_files_exist(path):
    assert missing_paths(path.read_text(), path.parent) == []


def test_a_missing_path_is_detected():
    planted = "`patients/gone.py` [Gone](docs/gone.md#at), `manage.py x`, [here](README.md)"
    assert missing_paths(planted, ROOT) == ["patients/gone.py", "docs/gone.md"]


def test_pre_commit_uses_the_installed_ruff_version():
    pinned = re.search(r"ruff==(\S+)", (ROOT / "requirements-dev.txt").read_text())[1]
    assert f"rev: v{pinned}" in (ROOT / ".pre-commit-config.yaml").read_text()

"""The list of a page's keys names the keys that its scripts handle, and no others."""

import json
import re
from pathlib import Path

import pytest

from caserecords.help.keys import BY_SLUG, GROUPS, key_name
from imaging.marks.viewer_marks import MAX_PRESETS
from imaging.views.viewer import KINDS
from tests.node import find_node, run
from tests.pages import PAGES, address, rich_case

SCRIPTS = Path(__file__).parent.parent / "static" / "js"
# {script: the groups of keys that a page must list if it loads the script}
GROUPS_OF = {
    "js/site.js": {"everywhere"},
    "js/compare/main.js": {"compare"},
    "js/entry/main.js": {"entry"},
    "js/viewer/main.js": {"viewer", "marks"},
}
WITHOUT_KEYS = {
    "js/entry/new-case.js",
    "js/upload/main.js",
    "js/figure/main.js",
}  # the figure page lists keys only if there is a picture to crop


@pytest.fixture
def handled():
    """{slug of a group: keys that its keymap handles}."""
    kinds = {key: kind for kind, _name, key in KINDS}
    data = json.dumps({"kinds": kinds, "presets": MAX_PRESETS})
    return json.loads(run(find_node(), "tests/js/handled-keys.js", data))


def listed(slug):
    """Return the keys of a group that a keymap has to handle."""
    keys = [key for key in BY_SLUG[slug].keys if not key.is_native]
    return sorted(one for key in keys for one in key.keys)


def test_the_lists_name_the_keys_that_are_handled(handled):
    assert {slug: sorted(keys) for slug, keys in handled.items()} == {
        group.slug: listed(group.slug) for group in GROUPS if listed(group.slug)
    }


def test_only_keymaps_read_keys():
    """A key that is handled elsewhere would not be compared with the lists."""
    modules = {str(path.relative_to(SCRIPTS)): path.read_text() for path in SCRIPTS.rglob("*.js")}
    reading = {name for name, text in modules.items() if re.search(r"event\.(key|code)\b", text)}
    assert {name for name in reading if "/pure/" not in name} == {"entry/grid.js"}  # directions
    listening = {name for name, text in modules.items() if '"keydown"' in text}
    assert listening == {
        "site.js",
        "compare/main.js",
        "entry/main.js",
        "entry/grid.js",
        "entry/paste.js",
        "entry/pickers.js",
        "figure/crop.js",
        "viewer/keys.js",
        "viewer/controls.js",  # whether a series is chosen with the keyboard
    }


def test_keys_are_printed_as_on_a_keyboard():
    keys = ("Ctrl+z", "Ctrl+Shift+z", "Shift+ArrowUp", "Shift++", "-", "+", "Escape", "n")
    assert [key_name(key) for key in keys] == [
        "Ctrl Z",
        "Ctrl Shift Z",
        "Shift ↑",
        "Shift +",
        "−",
        "+",
        "Esc",
        "n",
    ]


@pytest.mark.any_database
@pytest.mark.django_db
def test_each_page_lists_the_keys_of_its_scripts(client):
    case = rich_case()
    client.force_login(case.author)
    for name in PAGES:
        html = client.get(address(name, case)).content.decode()
        dialog = html[html.index('<dialog class="keys"') :]
        groups = set(re.findall(r'data-key-group="(\w+)"', dialog))
        scripts = set(re.findall(r'<script type="module" src="/static/([^"]+)"', html))
        assert scripts <= GROUPS_OF.keys() | WITHOUT_KEYS, name
        needed = set().union(*(GROUPS_OF.get(script, ()) for script in scripts))
        assert needed <= groups, name
        assert "data-show-keys" in html, name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("home", {"everywhere"}),
        ("section strength", {"everywhere", "entry", "table", "picker", "strength", "map"}),
        ("section emg", {"everywhere", "entry", "table", "picker", "findings"}),
        ("section patient", {"everywhere", "entry"}),
        ("figure", {"everywhere", "figure"}),
        ("viewer", {"everywhere", "viewer", "marks"}),
        ("two series", {"everywhere", "viewer", "panes", "marks"}),
    ],
)
def test_a_page_lists_no_keys_of_other_pages(client, name, groups):
    case = rich_case()
    client.force_login(case.author)
    html = client.get(address(name, case)).content.decode()
    dialog = html[html.index('<dialog class="keys"') :]
    assert set(re.findall(r'data-key-group="(\w+)"', dialog)) == groups


@pytest.mark.django_db
def test_help_page_lists_every_key(client):
    client.force_login(rich_case().author)
    html = client.get("/keys/").content.decode().split("<dialog")[0]
    for group in GROUPS:
        assert str(group.title) in html
        assert all(str(key.effect) in html.replace("&#x27;", "'") for key in group.keys)

"""The keys of the pages, by group: what the list of a page's keys and the help page show.

A key is written as `Ctrl+z`: modifiers, then `KeyboardEvent.key` in lower case if it is a letter.
The keymaps in static/js handle the keys that are not native; tests/test_keys.py compares them.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from imaging.marks.viewer_marks import MAX_PRESETS
from imaging.views.viewer import KINDS

NAMES = {
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "PageUp": "Page ↑",
    "PageDown": "Page ↓",
    "Escape": "Esc",
    " ": _("Space"),
    "-": "−",
}
ARROWS = ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight")
DIGITS = tuple(str(number) for number in range(1, MAX_PRESETS + 1))
KIND_KEYS = tuple(key for _kind, _name, key in KINDS)


@dataclass(frozen=True)
class Key:
    """Keys listed together, and a description of their effects.

    `is_native` keys are not in a keymap: the browser handles them, or grid.js replaces what was
    typed when the user leaves the cell. `gesture` is a mouse or touch gesture, without `keys`.
    """

    keys: tuple[str, ...]
    effect: str
    is_native: bool = False
    gesture: str = ""

    @property
    def names(self):
        """The keys as printed on a keyboard, for example "Ctrl Z"."""
        return [key_name(key) for key in self.keys]


@dataclass(frozen=True)
class KeyGroup:
    """The keys of one kind of page, or of one part of it."""

    slug: str
    title: str
    keys: tuple[Key, ...]


def key_name(key):
    """Return a key as printed on a keyboard: "Ctrl+z" is "Ctrl Z", "Shift++" is "Shift +"."""
    *modifiers, last = re.split(r"\b\+", key)
    last = NAMES.get(last, last.upper() if modifiers and len(last) == 1 else last)
    return " ".join((*modifiers, str(last)))


GROUPS = (
    KeyGroup(
        "everywhere",
        _("Every page"),
        (
            Key(("?",), _("show the keys of the page (not while you type in a field)")),
            Key(("Escape",), _("close a menu or this list")),
        ),
    ),
    KeyGroup(
        "entry",
        _("Entry pages"),
        (
            Key(("Ctrl+s",), _("save to the case")),
            Key(("Ctrl+Enter",), _("save and go to the next page")),
        ),
    ),
    KeyGroup(
        "table",
        _("Tables on entry pages"),
        (
            Key(("Enter",), _("down, then the next column")),
            Key(("Tab",), _("next cell"), is_native=True),
            Key(ARROWS, _("neighbouring cell")),
            Key(("Ctrl+'",), _("repeat the cell above")),
            Key(("Shift+ArrowUp", "Shift+ArrowDown"), _("select cells of a column")),
            Key(("Ctrl+d",), _("fill down from the cell above, or from the first selected cell")),
            Key(("Ctrl+v",), _("paste a table; a preview opens"), is_native=True),
            Key(("Ctrl+z",), _("undo a paste or a fill in one step")),
        ),
    ),
    KeyGroup(
        "picker",
        _("Lists of catalogue entries"),
        (
            Key(("Alt+ArrowDown",), _("open the list; it also opens while you type")),
            Key(("ArrowDown", "ArrowUp"), _("next or previous entry")),
            Key(("Enter", "Tab"), _("choose the entry; Tab also goes to the next cell")),
            Key(("Escape",), _("close the list and keep what you typed")),
        ),
    ),
    KeyGroup(
        "strength",
        _("Strength grid"),
        (
            Key(("n",), _("not tested"), is_native=True),
            Key(("=",), _("fill the column’s empty cells with 5; twice: all empty cells")),
        ),
    ),
    KeyGroup(
        "map",
        _("Body map beside the strength grid"),
        (
            Key(ARROWS, _("next or previous region")),
            Key(("Enter", " "), _("grade the region at the visit being edited")),
        ),
    ),
    KeyGroup(
        "findings",
        _("Conduction and needle EMG tables"),
        (
            Key(("n",), _("no response, in columns for responses"), is_native=True),
            Key(("1", "2", "3", "4"), _("1+ to 4+, in columns for activity"), is_native=True),
        ),
    ),
    KeyGroup(
        "compare",
        _("Strength before and after"),
        (Key(("c",), _("show all rows or only the changes")),),
    ),
    KeyGroup(
        "figure",
        _("Crop of a figure"),
        (
            Key(ARROWS, _("move the crop by 1 mm")),
            Key(tuple(f"Shift+{key}" for key in ARROWS), _("move the crop by 10 mm")),
            Key(("+", "-"), _("resize the crop by 2 mm")),
            Key(("Shift++", "Shift+-"), _("resize the crop by 20 mm")),
        ),
    ),
    KeyGroup(
        "viewer",
        _("Viewer"),
        (
            Key(ARROWS, _("previous or next slice (also the mouse wheel)")),
            Key(("PageUp", "PageDown"), _("five slices back or forward")),
            Key(("Home", "End"), _("first or last slice")),
            Key(("+", "=", "-", "f"), _("zoom in (+ or =), zoom out, whole picture")),
            Key(tuple(f"Shift+{key}" for key in ARROWS), _("move the picture")),
            Key(("i", "r"), _("invert the greys; reset window, zoom and inversion")),
            Key(("c", ",", "."), _("cine on or off, slower, faster")),
            Key(("a",), _("annotations on or off")),
            Key(("m",), _("metadata of the image")),
            Key((), _("change the window: width sideways, centre up and down"), gesture=_("drag")),
            Key((), _("one finger scrolls, two fingers zoom and move"), gesture=_("touch")),
        ),
    ),
    KeyGroup(
        "panes",
        _("Viewer with several series"),
        (
            Key(("b",), _("next pane; keys act on the outlined pane")),
            Key(("s",), _("scroll the series together or separately")),
            Key(("k",), _("lines where the slices cross (reference lines) on or off")),
        ),
    ),
    KeyGroup(
        "marks",
        _("Marks in the viewer, if you may edit the case"),
        (
            Key(
                tuple(map(str, range(1, MAX_PRESETS + 1))),
                _("place the arrowhead with this number, if there is one"),
            ),
            Key(KIND_KEYS, _("place an arrow, distance line, ellipse, point or text")),
            Key(("Enter",), _("place the mark, or one of its ends")),
            Key(("Escape",), _("cancel placing, clear the selection")),
            Key(ARROWS, _("move the selected mark, or the one being placed, by one pixel")),
            Key(tuple(f"Shift+{key}" for key in ARROWS), _("move the mark by ten pixels")),
            Key(tuple(f"Alt+{key}" for key in ARROWS), _("move the mark by a tenth of a pixel")),
            Key(("x",), _("choose which end of the selected mark moves")),
            Key(("[", "]"), _("rotate the selected arrowhead")),
            Key(("Delete", "Backspace"), _("delete the selected mark")),
            Key(("Ctrl+z",), _("undo")),
            Key(("Ctrl+Shift+z", "Ctrl+y"), _("redo")),
            Key(("n",), _("set the level of the slice")),
        ),
    ),
)
BY_SLUG = {group.slug: group for group in GROUPS}


def groups_of_section(page):
    """Return the slugs of the groups whose keys work on an entry page."""
    if page.section.slug == "patient":
        return ("entry",)
    if page.section.slug == "strength":
        return ("table", "picker", "strength", "map", "entry")
    has_findings = any(part.table.grid for part in page.parts)
    return ("table", "picker", *(("findings",) if has_findings else ()), "entry")

"""The web fonts have every character that pages show, and style sheets use only defined tokens."""

import re

import pytest
from fontTools.ttLib import TTFont

from tests.fonts import FONTS, ROOT, SOURCES, STYLES, faces, literals, shown_characters

FACES = faces()
STYLE_SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
FALLBACK = {
    "◐": "drawn as SVG by |drawn; the legend of a report's table uses a system font",
    "▣": "drawn as SVG by |drawn",
    "\ufffd": "replaces what cannot be printed in the name of an uploaded file",
    "\ufe63": "read as a minus sign in typed grades and values",
    "\uff0d": "as above",
    "\uff0b": "read as a plus sign in typed grades",
    "\u02bc": "read as an apostrophe in typed names",
}


@pytest.mark.parametrize("face", FACES, ids=str)
def test_every_shown_character_is_in_the_font(face):
    missing = {
        character: sorted(files)
        for character, files in shown_characters().items()
        if character not in FACES[face] and character not in FALLBACK
    }
    assert not missing


def test_exceptions_are_needed():
    assert not any(character in FACES[face] for face in FACES for character in FALLBACK)
    assert FALLBACK.keys() <= shown_characters().keys()


def test_shown_characters_come_from_templates_catalogues_cases_and_messages():
    found = shown_characters()
    assert "templates/base.html" in found["·"]
    assert "patients/catalogue/tables/signs.csv" in found["è"]
    assert any(path.startswith("caserecords/demo/") for path in found["≥"])
    assert "patients/language/changes.py" in found["▲"]
    assert list(literals('"""Docstring"""\nx = f"{y} shown"')) == [" shown"]


def test_both_families_have_both_weights():
    families = {"Inter", "Caserecords Serif"}
    assert FACES.keys() == {(family, weight) for family in families for weight in (400, 600)}


@pytest.mark.parametrize("name", SOURCES)
def test_font_is_small_and_keeps_its_licence_but_no_reserved_name(name):
    font = TTFont(FONTS / name)
    names = {record.nameID: str(record) for record in font["name"].names}
    assert "SIL Open Font License" in names[13]
    assert "Source" not in names[1] + names[4] + names[6]
    assert (FONTS / name).stat().st_size < 40_000


def test_licences_are_beside_the_fonts():
    assert all("SIL OPEN FONT LICENSE" in path.read_text() for path in FONTS.glob("LICENSE*.txt"))
    assert len(list(FONTS.glob("LICENSE*.txt"))) == 2


def test_a_page_never_moves_when_a_font_arrives():
    rules = STYLES.read_text().count("@font-face")
    assert STYLES.read_text().count("font-display: optional") == rules > 0


def test_every_token_that_is_used_is_defined():
    text = "".join(path.read_text() for path in STYLE_SHEETS)
    defined = set(re.findall(r"(--[\w-]+):", text))
    used = set(re.findall(r"var\((--[\w-]+)", text))
    assert len(used) > 40 and used - defined == set()

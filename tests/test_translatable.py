"""A pseudo-locale wraps every translated text; what a page shows unwrapped, nobody can translate."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.utils import translation

from tests.pages import PAGES, address, rich_case

OPEN, CLOSE = "⟦", "⟧"
SILENT = {"script", "style", "code", "kbd", "title", "text"}  # text: of drawings, all data
SHOWN_ATTRIBUTES = {"placeholder", "title", "aria-label", "alt"}
WORD = re.compile(r"[A-Za-z]{3,}")


class PseudoLocale:
    """Stands in for Django's translation back end and marks what passes through it."""

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        return getattr(self.real, name)

    def gettext(self, message):
        return f"{OPEN}{message}{CLOSE}" if message else ""

    def pgettext(self, context, message):
        return self.gettext(message)

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)

    def npgettext(self, context, singular, plural, number):
        return self.ngettext(singular, plural, number)


class VisibleText(HTMLParser):
    """Collects what a reader sees of a page, outside elements that say translate="no"."""

    def __init__(self):
        super().__init__()
        self.found, self.open = [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in VOID:
            silent = tag in SILENT or attributes.get("translate") == "no"
            self.open.append((tag, silent))
        if not self.silent:
            self.found += [attributes[name] or "" for name in SHOWN_ATTRIBUTES & attributes.keys()]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)

    @property
    def silent(self):
        return any(silent for _tag, silent in self.open)


VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


def unwrapped(html, data):
    """Return the visible texts of a page that are neither translated nor the case's own."""
    parser = VisibleText()
    parser.feed(html)
    left = []
    for text in parser.found:
        rest = re.sub(f"{OPEN}.*?{CLOSE}", "", without_nesting(text), flags=re.S)
        for own in sorted(data, key=len, reverse=True):
            rest = rest.replace(own, "")
        if WORD.search(rest):
            left.append(" ".join(text.split()))
    return left


def without_nesting(text):
    """Remove marked texts inside marked texts, so that one pattern finds the outermost."""
    inner = re.compile(f"(?<={OPEN})([^{OPEN}{CLOSE}]*){OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
    while inner.search(text):
        text = inner.sub(r"\1\2", text)
    return text


def strings(data):
    """Yield every text of a document."""
    if isinstance(data, str):
        yield data
        yield from re.split(r"[\n:,;]\s*", data)
    elif isinstance(data, dict):
        for value in data.values():
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


@pytest.fixture
def pseudo_locale(monkeypatch):
    monkeypatch.setattr(translation, "_trans", PseudoLocale(translation._trans))


def test_unwrapped_text_is_found():
    assert unwrapped("<p>⟦Save⟧ <b>Plain</b></p>", []) == ["Plain"]
    assert unwrapped("<p>⟦Saved by ⟦you⟧ at⟧ Anna</p>", ["Anna"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_page_shows_only_translatable_text(client, pseudo_locale, name):
    case = rich_case()
    client.force_login(case.author)
    document = json.loads(case.versions.first().document)
    own = {text for text in strings(document) if len(text) > 1}
    own |= {case.author.username, case.team.name, "Caserecords"}
    response = client.get(address(name, case))
    assert response.status_code == 200
    assert unwrapped(response.content.decode(), own) == []

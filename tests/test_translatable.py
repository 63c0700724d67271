"""Pages in a pseudo-locale that wraps each translated string; unwrapped strings are errors."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.utils import translation

from patients.catalogue import instruments, lookup
from patients.catalogue.case_templates import TEMPLATES
from patients.language.partial_date import print_date
from patients.models.fields import GradeField, PlacementField, ValueField
from patients.record.computed import resolve_days
from patients.record.document import build
from patients.versions.reading import served_text
from tests.pages import PAGES, address, rich_case

OPEN, CLOSE = "⟦", "⟧"
NOTATIONS = (GradeField, PlacementField, ValueField)
SILENT = {"script", "style", "code", "kbd", "title", "text"}  # <text>, in an SVG, is mostly data
SHOWN_ATTRIBUTES = {"placeholder", "title", "aria-label", "alt"}
WORD = re.compile(r"[A-Za-z]{3,}")
NO_WORDS = re.compile(r"\bUTC\b|[0-9a-f]{12,}|\bMRI?\b|\bDICOM\b")


class PseudoLocale:
    """A translation backend for Django that wraps every translated message."""

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
    """A parser that collects the visible strings of a page that are not translated.

    A translated string may contain elements; elements with translate="no" are skipped.
    """

    def __init__(self):
        super().__init__()
        self.found, self.open, self.depth = [], [], 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in VOID:
            silent = tag in SILENT or attributes.get("translate") == "no"
            self.open.append((tag, silent))
        if not self.silent:
            for name in sorted(SHOWN_ATTRIBUTES & attributes.keys()):
                self.take(attributes[name] or "", 0)

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.silent:
            self.depth = self.take(data, self.depth)

    def take(self, text, depth):
        """Collect the text outside the wrappers; return the nesting depth at the text's end."""
        outside = ""
        for letter in text:
            depth += (letter == OPEN) - (letter == CLOSE)
            outside += letter if depth == 0 and letter != CLOSE else ""
        self.found.append(outside)
        return depth

    @property
    def silent(self):
        return any(silent for _tag, silent in self.open)


VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


def unwrapped(html, data):
    """Return the visible strings of a page that are neither translated nor data of the case."""
    parser = VisibleText()
    parser.feed(html)
    left = []
    for text in parser.found:
        rest = NO_WORDS.sub("", text)
        for own in sorted(data, key=len, reverse=True):
            rest = rest.replace(own, "")
        if WORD.search(rest):
            left.append(" ".join(text.split()))
    return left


def strings(data):
    """Yield every string in a document, and its parts separated by punctuation or line breaks."""
    if isinstance(data, str):
        yield data
        yield from re.split(r"[\n:,;]\s*", data)
    elif isinstance(data, dict):
        for value in data.values():
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


def printed(record):
    """Return the printed values, grades, times and dates of a record, and instruments' ranges."""
    labels = {event.key: event.label for event in record.events}
    ranges = {instruments.printed_range(i) for i in instruments.BY_ID}
    rows = [row for rows in record.rows.values() for row in rows]
    found = ranges - {""}
    found |= {print_date(day.date) for day in resolve_days(record).values() if day.date}
    for row in rows:
        for field in type(row)._meta.concrete_fields:
            value = getattr(row, field.name) if isinstance(field, NOTATIONS) else None
            found |= (
                {value.printed(labels)} if isinstance(field, PlacementField) and value else set()
            )
            found |= {value.printed} if isinstance(field, ValueField) and value else set()
            found |= {str(value)} if isinstance(field, GradeField) and value else set()
    return found


@pytest.fixture
def pseudo_locale(monkeypatch):
    """Activate the pseudo-locale, with an empty cache of page fragments."""
    cache.clear()
    monkeypatch.setattr(translation, "_trans", PseudoLocale(translation._trans))
    yield
    cache.clear()


def test_unwrapped_text_is_found():
    assert unwrapped("<p>⟦Save⟧ <b>Plain</b></p>", []) == ["Plain"]
    assert unwrapped("<p>⟦Saved by <b>⟦you⟧ at</b>⟧ Anna</p>", ["Anna"]) == []


@pytest.mark.any_database
@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_page_shows_only_translatable_text(client, pseudo_locale, name):
    case = rich_case()
    client.force_login(case.author)
    document = json.loads(served_text(case.versions.first()))
    own = {text for text in strings(document) if len(text) > 1} | printed(build(document))
    own |= {text[0].upper() + text[1:] for text in own}  # as written at the start of a line
    own |= {case.author.username, case.team.name, "Caserecords"}
    own |= {label for _id, label in lookup.choices("movements")}
    own |= {text for one in TEMPLATES.values() for text in (one.label, *one.visits)}
    own |= {file.name for job in case.imports.all() for file in job.files.all()}
    response = client.get(address(name, case))
    assert response.status_code == 200
    assert unwrapped(response.content.decode(), own) == []

"""Read what a heading of a pasted table says about its column or about the rows below it."""

import re
from dataclasses import dataclass, fields, replace

from patients.catalogue import lookup
from patients.catalogue.pasted_words import (
    choice_of,
    fields_of,
    plain,
    sides_of,
    table_of_words,
    unit_of,
    visit_of,
)
from patients.language.values import parse_value

UNITS = (
    "ms",
    "mV",
    "µV",
    "m/s",
    "mm",
    "cm",
    "%",
    "°C",
    "Hz",
    "kg",
    "N",
    "kPa",
    "mmHg",
)  # need no brackets
MARKS = re.compile(r"\s*(?:[*†‡§¶#]+|\^[a-z0-9*†‡§¶#,]{1,3})$")
BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_ASIDE = re.compile(
    r"\s*[(\[](?P<bracketed>[^()\[\]]+)[)\]]|(?:\s+[-–—]|[,:])\s+(?P<after>[^,:()]+)$"
)
_LAST = re.compile(r"(?P<first>.*\S)\s*[,;]\s*(?P<unit>[^,;]+)")  # in brackets: "key, kg"
_LATE_RESPONSE = re.compile(
    r"\b(?P<kind>[FH])(?:[- ]?(?:waves?|reflex(?:es)?)|(?=[- ]?(?:min|mean)\b)"
    r"|[- ](?=lat|persist))",
    re.I,
)
_FIBRES = ("motor", "sensory")
_LONGEST_PHRASE = 6  # in words; for the names of visits


@dataclass(frozen=True)
class PastedHeading:
    """What a heading says; `rest` is the text that was not understood.

    `fields` are the columns of a table that it may stand for, `parts` those of each part of a
    heading such as "Fibs/PSW", `kind` is a kind of late response, and `name` is an entry of the
    catalogue, such as a scale or a nerve. `aside` is what follows what was understood, in brackets
    or after a dash or comma, such as the muscle in "Median (APB)".
    """

    text: str = ""
    fields: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    kind: str = ""
    sides: tuple[str, ...] = ()
    visit: str = ""
    table: str = ""
    unit: str = ""
    name: str = ""
    rest: str = ""
    aside: str = ""

    @property
    def is_known(self):
        """Whether all of the heading was understood."""
        return bool(self.text) and not self.rest

    @property
    def is_label(self):
        """Whether the heading says something about a column."""
        return bool(self.fields or self.parts or self.sides or self.visit or self.unit or self.name)

    @property
    def printed_name(self):
        """The name or the text that was not understood, with the words for a table beside it."""
        name = self.name or self.rest
        return BRACKETS.sub("", self.text).strip() if name and self.table else name

    def above(self, below):
        """Return what this heading and the one in the next header row say together."""
        found = {
            field.name: getattr(below, field.name) or getattr(self, field.name)
            for field in fields(self)
        }
        found["text"] = " ".join(dict.fromkeys(filter(None, (self.text, below.text))))
        found["fields"] = below.fields if below.parts else found["fields"]
        return PastedHeading(**found)


class HeadingReader:
    """Reads headings; `visits` are labels of visits, and `knows` tests for a catalogue name.

    Without `has_visits`, "Discharge" or a date is no visit: in a list of events it is an event.
    """

    def __init__(self, visits, knows, has_visits=True):
        self.visits = {plain(label) for label in visits}
        self.knows, self.has_visits = knows, has_visits
        self.known = {}

    def add_visits(self, labels):
        """Read these texts as visits from now on."""
        self.visits |= {plain(label) for label in labels}
        self.known = {}

    def read(self, text):
        """Return the PastedHeading of a text, which is read only once."""
        if text not in self.known:
            self.known[text] = self.read_new(text)
        return self.known[text]

    def read_new(self, text):
        bare = MARKS.sub("", text).strip()
        if not bare:
            return PastedHeading()
        found = self.read_whole(bare) or self.read_parts(bare)
        if found.rest and (aside := _ASIDE.search(bare)):
            without = f"{bare[: aside.start()]} {bare[aside.end() :]}".strip()
            shorter = self.read_whole(without) or self.read_parts(without)
            if without and not shorter.rest:
                found = replace(shorter, aside=aside["bracketed"] or aside["after"])
        return replace(self.read_late_response(found, bare), text=text)

    def read_late_response(self, found, text):
        """Read "Minimal F-wave latency", and add the kind of late response that a column is for."""
        kind = _LATE_RESPONSE.search(text)
        if not kind:
            return found
        without = _LATE_RESPONSE.sub("", text).strip(" -")
        if found.rest and not (found := self.read_parts(without)).fields:
            return self.read_parts(text)
        said = {"kind": choice_of("kind", kind["kind"]), "table": "late_responses"}
        return replace(found, **said) if found.fields else found

    def read_parts(self, text):
        """Return the PastedHeading of a text that is put together from known phrases."""
        found, text = self.read_brackets(text)
        found, text = self.read_phrases(found, text)
        return self.read_rest(found, text)

    def read_whole(self, text):
        """Return the PastedHeading of a text that is one known phrase; None for any other text."""
        found = PastedHeading(
            text,
            fields=fields_of(text),
            parts=parts_of(text),
            kind=choice_of("kind", text) if table_of_words(text) else "",
            sides=sides_of(text),
            visit=text if self.is_visit(text) else "",
            table=table_of_words(text),
            name=text if self.knows(text) and not self.is_visit(text) else "",
            unit=unit_of(text) if unit_of(text) in UNITS else "",
        )
        return found if found.is_label or found.table else None

    def is_visit(self, text):
        """Whether a text names a visit. "Adm" is the admission, but "ADM" is a muscle."""
        is_muscle = text.isupper() and bool(lookup.find("muscles", text))
        is_named = plain(text) in self.visits or bool(visit_of(text))
        return self.has_visits and is_named and not is_muscle

    def read_brackets(self, text):
        """Return what brackets, or a unit after the last comma, say, and the text without them."""
        found = PastedHeading()
        inner = BRACKETS.findall(text)
        for mark in (",", " "):
            head, _mark, tail = text.rpartition(mark)
            is_marked = mark == "," or "/" in tail
            if not inner and head and is_marked and not sides_of(tail) and is_unit(tail):
                return replace(found, unit=unit_of(tail)), head.strip()
        for part in inner:
            if sides := sides_of(part):
                found = replace(found, sides=sides)
            elif self.is_visit(part):
                found = replace(found, visit=part.strip())
            elif is_unit(part):
                found = replace(found, unit=unit_of(part))
            elif part.casefold() in _FIBRES:
                found = replace(found, table=table_of_words(part))
            elif (last := _LAST.fullmatch(part)) and is_unit(last["unit"]):
                found = replace(found, unit=unit_of(last["unit"]))
                text = text.replace(part, last["first"], 1)
                continue
            else:
                continue
            text = re.sub(rf"\s*[(\[]{re.escape(part)}[)\]]", "", text, count=1)
        return found, text.strip()

    def read_phrases(self, found, text):
        """Take sides, visits and units from both ends of a text."""
        words = [word for word in re.sub(r"[,;:|]| [-–—] ", " ", text).split() if word]
        while words:
            phrase = next(self.phrases(found, words), None)
            if phrase is None:
                break
            taken, words, what = phrase
            found = replace(found, **what)
        return found, " ".join(words)

    def phrases(self, found, words):
        """Yield (phrase, remaining words, what it says) for phrases at both ends, longest first."""
        is_column = bool(fields_of(" ".join(words)))  # as "Peak latency", which is no visit
        for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
            for taken, left in (
                (words[:length], words[length:]),
                (words[-length:], words[:-length]),
            ):
                text = " ".join(taken)
                if not found.sides and (sides := sides_of(text)):
                    yield text, left, {"sides": sides}
                elif not (found.visit or is_column) and self.is_visit(text):
                    yield text, left, {"visit": text}
                elif not found.unit and left and unit_of(text) in UNITS:
                    yield text, left, {"unit": unit_of(text)}
                elif left and text.casefold() in _FIBRES and fields_of(" ".join(left)):
                    yield text, left, {"table": table_of_words(text)}
                elif left and table_of_words(text) and (kind := choice_of("kind", text)):
                    yield text, left, {"kind": kind, "table": table_of_words(text)}

    def read_rest(self, found, text):
        """Read the text that remains as a column, a name or a table."""
        if not text:
            return found
        whole = self.read_whole(text)
        names = ("fields", "parts", "kind", "table", "name")
        said = {name: getattr(whole, name) for name in names if whole and getattr(whole, name)}
        return replace(found, **said) if said else self.read_table(found, text)

    def read_table(self, found, text):
        """Read "motor median" or "Median motor nerve": a table and a name."""
        words = text.split()
        for at, word in enumerate(words):
            rest = " ".join(words[:at] + words[at + 1 :])
            if (table := table_of_words(word)) and self.knows(rest):
                return replace(found, table=table, name=rest, kind=choice_of("kind", word))
        return replace(found, rest=text)


def parts_of(text):
    """Return the fields of each part of a heading such as "Fibs/PSW"; () for any other heading."""
    parts = [fields_of(part) for part in re.split(r"\s*(?:[/+&]|\band\b)\s*", text)]
    return tuple(parts) if len(parts) > 1 and all(parts) and not fields_of(text) else ()


def is_unit(text):
    """Return whether a text in brackets is a unit: a listed one, or one with a "/" or a power."""
    text = unit_of(text)
    if text in UNITS or (text.strip() and lookup.find("units", text)):
        return True
    try:
        value = parse_value(f"1 {text}") if re.search(r"[/^⁰¹²³⁴-⁹]", text) else None
    except ValueError:
        return False
    return bool(value and (value.unit or value.kind == "percent")) and not text[0].isdigit()

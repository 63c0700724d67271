"""Read the names of the rows of a pasted table: movements, nerves, tests or drugs."""

from dataclasses import dataclass, replace

from patients.catalogue.names import says_more
from patients.catalogue.pasted_words import side_of
from patients.entry.pasting.columns import DASHES
from patients.entry.pasting.headings import BRACKETS, MARKS


@dataclass(frozen=True)
class PastedName:
    """The name of a row: as printed, and in `found` as in the catalogue, "" if it is not listed."""

    printed: str = ""
    found: str = ""
    side: str = ""
    visit: str = ""
    table: str = ""
    unit: str = ""
    kind: str = ""  # of late response, such as "f_wave"
    aside: str = ""  # what else is printed with the name, such as the recording site in brackets

    @property
    def text(self):
        return self.found or self.printed

    @property
    def entered(self):
        """The text for the input: the printed name if it says more than the catalogue's."""
        is_whole = self.found and not (self.aside or self.side or self.visit or self.unit)
        return self.printed if is_whole and says_more(self.printed, self.found) else self.text

    def corrected(self, other):
        """Return `other`, a name that the user entered, with what only this printed name states."""
        stated = ("side", "visit", "table", "unit", "kind", "aside")
        kept = {name: getattr(other, name) or getattr(self, name) for name in stated}
        return replace(other, printed=self.printed or other.printed, **kept)


class NameReader:
    """Reads the names of rows for the `main` table; `names` are the corrected ones {row: text}."""

    def __init__(self, main, reader, names):
        self.main, self.reader, self.names = main, reader, names

    def name_of(self, table, row, texts):
        """Return the PastedName of a row: in its cell or in a heading above, with corrections."""
        cells = [texts[c.number] for c in table.columns if c.what == self.main.subject]
        printed = cells[0].strip(DASHES) if cells else ""
        name = self.read_name(printed, row)
        if row.context.name and not name.found:
            above = self.read_name(row.context.name, row)
            name = replace(above, side=side_of(printed) or above.side, aside=row.context.aside)
        entered = self.names.get(row.number, name.text)
        return name if entered == name.text else name.corrected(self.read_name(entered, row))

    def read_name(self, text, row):
        """Return the PastedName of a text such as "Median nerve, motor (R)"."""
        specimen = dict(row.context.fields).get("specimen", "")
        for bare in dict.fromkeys((text, MARKS.sub("", text))):
            if bare and (found := self.main.find(bare, specimen)):
                return PastedName(text, found, aside=self.site_in(bare))
        said = self.reader.read(text)
        side = said.sides[0] if len(said.sides) == 1 else ""
        found = self.main.find(f"{said.name} {said.aside}") if said.aside else ""
        is_site = self.main.is_site(said.aside)
        aside = said.aside if is_site or not found else ""
        aside = aside or self.site_in(said.name)
        bare = said.name or said.rest
        if found := found or self.main.find(bare, specimen):
            bare = bare if said.sides or said.visit or said.unit else text
            printed = f"{bare} ({said.aside})" if said.aside and bare != text else bare
            stated = (said.visit, said.table, said.unit, said.kind)
            return PastedName(printed, found, side, *stated, aside)
        is_sided = side and "side" in self.main.labels
        unit = said.unit if self.main.takes_unit(self.main.value_field, said.unit) else ""
        if said.rest and (is_sided or unit):
            return PastedName(said.rest, side=side, unit=unit)
        return PastedName(MARKS.sub("", text))

    def site_in(self, text):
        """Return the recording site that a text has in brackets, such as "AH", or ""."""
        return next(filter(self.main.is_site, BRACKETS.findall(text)), "")

    def is_below_name(self, row, printed):
        """Whether the first cell is a site or side below the name of a nerve or muscle."""
        return bool(row.context.name and printed and not self.read_name(printed, row).found)

"""Input that is typed while its page is being saved, or after it was: base it on the saved version.

The browser still has the page as it was before: new rows do not have their final names yet, and
deleted rows are still there.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from patients.entry.page import SectionPage
from patients.versions.reading import load_record

OUTDATED = ("base-", "base_version", "merged_version")


@dataclass(frozen=True)
class SavedInput:
    """What became of the input of a page when it was saved as a version.

    `sequence` is the number of the request that saved it. `digests` has the non-empty inputs as
    {name: digest of the text}. `renamed` is {row before: row after saving}, with "" for a deleted
    row; `rows` are the inputs that list the stored rows.
    """

    version: int
    sequence: int
    digests: dict[str, str]
    renamed: dict[str, str]
    rows: dict[str, str]

    @classmethod
    def read(cls, body):
        return cls(**json.loads(bytes(body)))

    def as_json(self):
        return json.dumps(asdict(self)).encode()

    def is_unchanged(self, name, texts):
        return self.digests.get(name, "") == digest(texts.get(name, ""))

    def update(self, texts, case, section):
        """Return {input name: text} with what was changed since, based on the saved version."""
        record = load_record(case.versions.get(number=self.version))
        found = SectionPage(case, section).texts_at(record, self.rows)
        for name, text in texts.items():
            after = "" if name.startswith(OUTDATED) else self.name_after(name, texts)
            if after and not (after in found and self.is_unchanged(name, texts)):
                found[after] = text
        return found | self.rows | {"base_version": str(self.version)}

    def name_after(self, name, texts):
        """Return the name of an input after the save; "" if its row was deleted.

        A row keeps its name if the user has since changed what it is about, or keeps it after all.
        """
        row = name
        while row not in self.renamed:
            row, dash, _column = row.rpartition("-")
            if not dash:
                return name
        after = self.renamed[row]
        decides = row if after else f"{row}-delete"
        return (
            after and after + name.removeprefix(row) if self.is_unchanged(decides, texts) else name
        )


def saved_input(page, texts, version, opened, earlier=None):
    """Return the SavedInput of a page that was just saved.

    `texts` are its inputs as the browser sent them, and `earlier` is their SavedInput if the same
    page was saved before.
    """
    renamed = {}
    for part in page.parts:
        renamed |= part.rows_renamed()
    if earlier:
        renamed |= {row: renamed.get(after, after) for row, after in earlier.renamed.items()}
    rows = SectionPage(page.case, page.section).row_lists
    digests = {name: digest(text) for name, text in texts.items() if text}
    return SavedInput(version, opened.sequence, digests, renamed, rows)


def digest(text):
    """Return a short digest of a text; "" for an empty one."""
    return sha256(text.encode()).hexdigest()[:16] if text else ""

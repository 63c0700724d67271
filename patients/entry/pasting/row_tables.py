"""Which table of the page a pasted row, and each of its columns, is for."""

from patients.catalogue import lookup
from patients.catalogue.nerves import BY_ID
from patients.catalogue.pasted_words import table_of_words
from patients.entry.pasting.columns import LEAVE_OUT, TABLE, is_filled
from patients.entry.pasting.record import KEYS

LATE_RESPONSES = "late_responses"
SENSORY = "sensory_conduction"


class RowTables:
    """Chooses tables; `main` is the PasteTarget that the user pastes into, one of `targets`."""

    def __init__(self, main, targets):
        self.main, self.targets = main, targets
        self.all_labels = {what for target in targets.values() for what in target.labels}

    def target_of(self, table, row, texts, name):
        """Return the table of a row.

        It is the stated one; else the one that the columns name, such as "SNAP"; else that of a
        nerve with sensory fibres only; else the only one with all of the columns.
        """
        if found := self.stated_for(table, row, texts, name):
            return found
        named = self.columns_named(table, texts)
        if len(named) == 1:
            return named.pop()
        filled = [c for c in table.columns if is_filled(texts[c.number]) and not self.is_late(c)]
        if is_sensory_only(name) and SENSORY in self.targets and not named:
            if all(self.has(self.targets[SENSORY], column) for column in filled):
                return self.targets[SENSORY]
        foreign = [c for c in filled if c.what in self.all_labels - self.main.labels.keys()]
        fits = [one for one in self.targets.values() if all(self.has(one, c) for c in filled)]
        return fits[0] if foreign and fits else self.main

    def stated_for(self, table, row, texts, name):
        """Return the table that the row, its name or a heading above it states; None if none."""
        cells = [texts[column.number] for column in table.columns if column.what == TABLE]
        stated = [table_of_words(cell) for cell in cells[:1]]
        above = [c.table for c in table.columns if c.what == self.main.subject]
        stated += [name.table, row.context.table, *above]
        return self.targets.get(next(filter(None, stated), ""))

    def columns_named(self, table, texts):
        """Return the tables that the headings of the row's results name, without late responses."""
        results = [c for c in table.columns if c.what not in (LEAVE_OUT, *KEYS)]
        filled = [c for c in results if is_filled(texts[c.number]) and not self.is_late(c)]
        return {self.targets[column.table] for column in filled if column.table in self.targets}

    def elsewhere(self, table, row, texts, name, target):
        """Return {number of a column: its table} of the columns for another table than their row.

        These are late responses in a table of motor responses, or sensory responses beside them.
        """
        is_stated = bool(self.stated_for(table, row, texts, name))
        found = {}
        for column in table.columns:
            if column.what in (LEAVE_OUT, target.subject, *KEYS):
                continue
            other = self.targets.get(column.table)
            if is_stated and not self.is_late(column):
                other = None
            if not other and column.what in self.all_labels and not self.has(target, column):
                other = next((one for one in self.targets.values() if self.has(one, column)), None)
            if other and other is not target:
                found[column.number] = other
        return found

    def is_late(self, column):
        return bool(column.kind) or column.table == LATE_RESPONSES

    def has(self, target, column):
        """Whether a table has the column, or one with the same meaning."""
        return column.what not in self.all_labels or any(
            one in target.labels for one in column.fields
        )


def is_sensory_only(name):
    nerve = BY_ID.get(lookup.find("nerves", name.text))
    return bool(nerve) and nerve.kind == "sensory"

"""Match the visits that a pasted table names with those of the case."""

from django.utils.text import capfirst

from patients.catalogue.pasted_words import plain, visit_of
from patients.entry.timeline import new_key


class PastedVisits:
    """The visits of a case, and in `new` those that only the pasted table names, by key."""

    def __init__(self, visits):
        self.known = {visit.key: visit.label for visit in visits}
        self.new = {}

    @property
    def choices(self):
        return {**self.known, **self.new}

    def key_of(self, text):
        """Return the key of the visit that a text names; an unknown visit becomes a new one."""
        if not text or text in self.choices:
            return text
        return self.find(text) or self.add(text)

    def find(self, text):
        """Return the key of the only visit with this label or at this time; "" otherwise."""
        for spelling in (plain, visit_of):
            wanted = spelling(text)
            keys = [key for key, label in self.choices.items() if spelling(label) == wanted]
            if wanted and len(keys) == 1:
                return keys[0]
        return ""

    def add(self, text):
        key = new_key(text, set(self.choices))
        self.new[key] = capfirst(text)[:200]
        return key

"""Visits that the user adds on the page of another section; they are saved with the page.

A hidden input has the label of each: `added_visits-<key>-label`. Rows of the page refer to the key.
"""

import re

from django.utils.translation import gettext as _

from patients.entry.cells import normalise
from patients.entry.timeline import new_key
from patients.models import Visit

LABEL = "visit_label"  # the field for the label of the next visit
ADDED = "added_visits-{}-label"
NAME = re.compile(ADDED.format(r"([-\w]{1,60})"))
MAX_ADDED = 50  # per page, far more than in normal use
MAX_LABEL = Visit._meta.get_field("label").max_length


def added_visits(stored, texts):
    """Return unsaved Visits for the labels in `texts`, without those that are stored by now."""
    keys, labels = {visit.key for visit in stored}, {visit.label for visit in stored}
    found = []
    for key, label in typed_visits(texts, keys):
        if key not in keys and label not in labels:
            found.append(Visit(key=key, label=label))
            keys.add(key)
            labels.add(label)
    return found[:MAX_ADDED]


def typed_visits(texts, keys):
    """Yield (key, label) of the visits added before, and then of the one just typed."""
    for name, text in texts.items():
        if (match := NAME.fullmatch(name)) and normalise(text):
            yield match[1], normalise(text)[:MAX_LABEL]
    label = normalise(texts.get(LABEL, ""))
    if 0 < len(label) <= MAX_LABEL:
        taken = {match[1] for name in texts if (match := NAME.fullmatch(name))}
        yield new_key(label, keys | taken), label


def check_label(stored, texts):
    """Return what is wrong with the label of a visit that the user typed, or ""."""
    label = normalise(texts.get(LABEL, ""))
    if len(label) > MAX_LABEL:
        return _("Enter a name for the visit of up to %s characters.") % MAX_LABEL
    if texts.get("add") != "visit":
        return ""
    if not label:
        return _("Enter a name for the visit, such as “3 months later”.")
    if label in {visit.label for visit in stored}:
        return _("There is already a visit “%s”. Enter another name.") % label
    return ""

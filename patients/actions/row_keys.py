"""Keep the primary keys of rows that are replaced by rows of a document.

The inputs of an entry page are named after the primary keys. So what is being typed in a row stays
with it when the REST API, Undo or a restored version replaces all rows of its table.
"""

import json
from difflib import SequenceMatcher

from patients.models import ROW_MODELS, Event, Visit
from patients.record.document import read, row_to_document


def keep_primary_keys(case, record, models=ROW_MODELS):
    """Give each new row of a record the primary key of the stored row that it replaces.

    An event or visit replaces the one with its key. Any other row replaces the same row or, if as
    many rows at one place have changed, the one at its place. Other rows get no primary key.
    """
    stored = read(case, with_parts=False)
    for model in models:
        old, new = stored.rows[model.DOCUMENT_KEY], record.rows[model.DOCUMENT_KEY]
        if model in (Event, Visit):
            found = {row.key: row.pk for row in old}
            for row in new:
                row.pk = found.get(row.key)
        else:
            before, after = texts_of(stored, old), texts_of(record, new)
            for old_at, new_at in same_places(before, after):
                new[new_at].pk = old[old_at].pk


def texts_of(record, rows):
    return [json.dumps(row_to_document(row, record), sort_keys=True) for row in rows]


def same_places(before, after):
    """Yield (place before, place after) of the rows that are the same, or changed in place."""
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for what, start, end, new_start, new_end in changes:
        if what == "equal" or (what == "replace" and end - start == new_end - new_start):
            yield from zip(range(start, end), range(new_start, new_end), strict=True)

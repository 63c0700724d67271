"""Full-text search over cases: FTS5 on SQLite, tsvector on PostgreSQL.

Both index the words from patients.record.search_terms.words_of, so they find the same cases.
"""

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from patients.models import CaseText
from patients.record.search_terms import words_of

QUERIES = {
    "sqlite": "SELECT rowid FROM patients_casewords WHERE patients_casewords MATCH %s",
    "postgresql": (
        "SELECT id FROM patients_casetext "
        "WHERE array_to_tsvector(string_to_array(text, ' ')) @@ %s::tsquery"
    ),
}


def contains_words(text):
    """Return the Q object for cases that contain every word of a text.

    The last word may be only the start of a word. A text without words matches no case.
    """
    words = words_of(text)
    if not words:
        return Q(pk__in=[])
    found = RawSQL(QUERIES[connection.vendor], [match(words)])
    return Q(pk__in=CaseText.objects.filter(pk__in=found).values("case"))


def match(words):
    """Return the query in the database's own language; words contain only letters and digits."""
    if connection.vendor == "sqlite":
        return " AND ".join(f'"{word}"' for word in words) + "*"
    return " & ".join(f"'{word}'" for word in words) + ":*"

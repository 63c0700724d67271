"""The case document itself, in the bytes that are stored."""

from patients.versions.reading import served_text

CONTENT_TYPE = "application/json"
SUFFIX = "json"


def export(version):
    """Return the document of a stored version as UTF-8 JSON."""
    return served_text(version)

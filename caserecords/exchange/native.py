"""Export the case document as JSON."""

from patients.models import CaseVersion
from patients.versions.reading import served_text

CONTENT_TYPE = "application/json"
SUFFIX = "json"


def export(version: CaseVersion) -> bytes:
    """Return the document of a stored version, including `computed`, as UTF-8 JSON."""
    return served_text(version)

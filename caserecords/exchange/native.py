"""The case document itself, in the bytes that are stored."""

CONTENT_TYPE = "application/json"
SUFFIX = "json"


def export(version):
    """Return the document of a stored version as UTF-8 JSON."""
    return version.document.encode()

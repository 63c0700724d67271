"""Fragments of a case document: findings without a case, validated as strictly as a document."""

from django.utils.translation import gettext as _

from patients.record.document import SCHEMA, DocumentError, build
from patients.record.kinds import top_models

# The required keys that a fragment lacks; never stored.
_HEAD = {"schema": SCHEMA, "case": {"title": "–"}, "patient": {"code": "–"}}


def build_fragment(fragment):
    """Return a CaseRecord of a fragment's tables. Raises DocumentError with all invalid fields."""
    if not isinstance(fragment, dict):
        raise DocumentError([("", _("Send a JSON object of tables, such as strength."))])
    if not fragment:
        raise DocumentError([("", _("Send at least one table of findings, such as strength."))])
    known = {model.DOCUMENT_KEY for model in top_models()}
    unknown = [key for key in fragment if key not in known]
    if unknown:
        message = _("This is not a table of findings. Remove it or correct its name.")
        raise DocumentError([(str(key), message) for key in unknown])
    return build(_HEAD | fragment)

"""Findings without a case: a fragment of the case document, read as strictly as the whole."""

from django.utils.translation import gettext as _

from patients.record.document import SCHEMA, DocumentError, build
from patients.record.kinds import top_models

# What a document has to have and a fragment has not; it goes nowhere.
_HEAD = {"schema": SCHEMA, "case": {"title": "–"}, "patient": {"code": "–"}}


def build_fragment(fragment):
    """Return a CaseRecord of the tables of a fragment; DocumentError names every bad field."""
    if not isinstance(fragment, dict):
        raise DocumentError([("", _("Findings are a JSON object of tables, such as strength."))])
    if not fragment:
        raise DocumentError([("", _("No findings were sent."))])
    known = {model.DOCUMENT_KEY for model in top_models()}
    unknown = [key for key in fragment if key not in known]
    if unknown:
        message = _("This is no table of findings.")
        raise DocumentError([(str(key), message) for key in unknown])
    return build(_HEAD | fragment)

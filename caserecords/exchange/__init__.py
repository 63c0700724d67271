"""Export formats for cases: one module each, with CONTENT_TYPE, SUFFIX and export()."""

from types import ModuleType

from caserecords.exchange import native, table

# Keyed by the name used in URLs and commands.
FORMATS: dict[str, ModuleType] = {"json": native, "csv": table}

"""Export formats of a case: one module each, with CONTENT_TYPE, SUFFIX and export()."""

from types import ModuleType

from caserecords.exchange import native, table

FORMATS: dict[str, ModuleType] = {"json": native, "csv": table}  # by name in URLs and commands

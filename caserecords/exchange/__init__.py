"""Formats that a case can be had in: one module each, with CONTENT_TYPE, SUFFIX and export()."""

from caserecords.exchange import native, table

FORMATS = {"json": native, "csv": table}  # by their names in URLs and on the command line

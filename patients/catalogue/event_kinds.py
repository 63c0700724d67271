"""Kinds of events on the timeline of a case."""

from patients.catalogue.table import index, read

ROWS = read("event_kinds")
BY_ID = index(ROWS)

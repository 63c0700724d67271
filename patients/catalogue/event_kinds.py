"""Kinds of events on a case's timeline."""

from patients.catalogue.table import index, read

ROWS = read("event_kinds")
BY_ID = index(ROWS)

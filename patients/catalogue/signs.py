"""Examination signs by domain, including reflexes."""

from dataclasses import dataclass

from patients.catalogue import reflexes
from patients.catalogue.table import index, read

DOMAINS = read("sign_domains")


@dataclass(frozen=True)
class SignEntry:
    """One examination sign."""

    id: str
    label: str
    aliases: str
    domain: str
    source: str


ROWS = (
    *(SignEntry(row.id, row.label, row.aliases, "reflex", row.source) for row in reflexes.ROWS),
    *(SignEntry(row.id, row.label, row.aliases, row.domain, row.source) for row in read("signs")),
)
BY_ID = index(ROWS)

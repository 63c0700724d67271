"""Signs of the examination by domain, and the findings each can have; reflexes are signs too."""

from dataclasses import dataclass

from patients.catalogue import reflexes
from patients.catalogue.table import index, read

DOMAINS = read("sign_domains")
DOMAIN_BY_ID = index(DOMAINS)
FINDINGS = {
    "normal": "normal",
    "decreased": "decreased",
    "absent": "absent",
    "increased": "increased",
    "present": "present",
    "abnormal": "abnormal",
    "flexor": "flexor",
    "extensor": "extensor",
    "mute": "mute",
    "not_tested": "not tested",
}


@dataclass(frozen=True)
class Sign:
    """One sign that can be looked for."""

    id: str
    label: str
    aliases: str
    domain: str
    source: str


ROWS = (
    *(Sign(row.id, row.label, row.aliases, "reflex", row.source) for row in reflexes.ROWS),
    *(Sign(row.id, row.label, row.aliases, row.domain, row.source) for row in read("signs")),
)
BY_ID = index(ROWS)


def choices(domain: str | None = None) -> list[tuple[str, str]]:
    """(id, label) of every sign, or of those of one domain."""
    return [(row.id, row.label) for row in ROWS if domain in (None, row.domain)]


def domain_choices() -> list[tuple[str, str]]:
    """(id, label) of the domains."""
    return [(row.id, row.label) for row in DOMAINS]

"""Rules that compare codes with the catalogues of verified codes and terms."""

from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import DOUBT, CheckFinding, Rule
from caserecords.reasoning.row_references import refer_to
from patients.catalogue import codes, coding, hpo, lookup
from patients.catalogue.letters import plain
from patients.entry.completing import NAMED
from patients.entry.offered import OFFERED
from patients.models.fields import CodesField
from patients.record.kinds import keys_of

FIRST = ("diagnoses", "comorbidities")  # tables to check before the others
# Other names for the code systems in the catalogues.
ALIASES = {
    "orpha": "orphanet",
    "ordo": "orphanet",
    "icd-11": "icd-11 mms",
    "hpo": "hp",
    "human phenotype ontology": "hp",
}


def without_prefix(code):
    """Return a code without the prefix of its system, in lower case: "2901" for "ORPHA:2901"."""
    return plain(code).rpartition(":")[2]


def by_code(rows):
    """Return {code without prefix: [(system, term)]} for (system, code, term) triples."""
    found = {}
    for system, code, term in rows:
        found.setdefault(without_prefix(code), []).append((plain(system), term))
    return found


TERMS = by_code(
    [(row.system, row.code, row.label) for row in codes.BY_ID.values()]
    + [("HP", row.id, row.label) for row in hpo.BY_ID.values()]
)
# The codes of other catalogues, whose labels are not the terms of the code system.
WITHOUT_TERM = by_code(
    (code["system"], code["code"], "")
    for table in coding.SYSTEMS
    for row in lookup.TABLES[table]
    for code in coding.codes_of(table, row)
)


KNOWN = (TERMS, WITHOUT_TERM)


def terms_of(system, code, known=TERMS):
    """Return the terms for a code, one per edition of the system; [] if the code is not known."""
    wanted = ALIASES.get(plain(system), plain(system))
    return [term for name, term in known.get(without_prefix(code), ()) if is_system(name, wanted)]


def is_system(name, wanted):
    """Return whether two systems match: "ICD-10" matches its editions, but not "ICD-10-CM"."""
    return name == wanted or name.startswith(f"{wanted} (") or wanted.startswith(f"{name} (")


def coded_rows(record):
    tables = keys_of(lambda model: any(isinstance(f, CodesField) for f in model._meta.fields))
    for table in sorted(tables, key=lambda table: table not in FIRST):
        for row in record.rows[table]:
            yield from ((row, code) for code in row.codes)


def unknown_codes(record):
    """A code that is not in any catalogue, so it cannot be verified."""
    for row, code in coded_rows(record):
        if not any(terms_of(code["system"], code["code"], known) for known in KNOWN):
            values = {"system": code["system"], "code": code["code"]}
            yield CheckFinding(
                _("%(system)s %(code)s is not in the catalogue, so it was not verified.") % values,
                (refer_to(record, row),),
                (code["system"], code["code"]),
            )


def other_terms(record):
    """A known code with a term other than those in the catalogue."""
    for row, code in coded_rows(record):
        terms = terms_of(code["system"], code["code"])
        display = code.get("display")
        accepted = map(plain, [*terms, coding.INEXACT])
        if terms and display and plain(display) not in accepted:
            values = {
                "system": code["system"],
                "code": code["code"],
                "display": display,
                "term": terms[0],
            }
            message = _(
                "%(system)s %(code)s is recorded as “%(display)s”, but the catalogue's term is "
                "“%(term)s”."
            )
            yield CheckFinding(
                message % values,
                (refer_to(record, row),),
                (code["system"], code["code"], display),
            )


def codes_of_another_name(record):
    """A row whose codes are those of another catalogue entry than the one with its name."""
    for model, column in NAMED.items():
        catalogue = OFFERED[model._meta.model_name, column]
        for row in record.rows[model.DOCUMENT_KEY]:
            name = getattr(row, column)
            entry = lookup.row_of(catalogue, lookup.find(catalogue, name) or "")
            if entry and (found := first_contradiction(catalogue, entry, row.codes)):
                code, other = found
                message = _(
                    "%(system)s %(code)s is recorded for “%(name)s”, but in the catalogue it is a "
                    "code of “%(other)s”."
                )
                values = {"system": code["system"], "code": code["code"], "name": name}
                yield CheckFinding(
                    message % (values | {"other": other}),
                    (refer_to(record, row),),
                    (name, code["system"], code["code"]),
                )


def first_contradiction(catalogue, entry, recorded):
    """Return the first recorded code that only other entries have, with the label of one of them.

    Return None if one of the codes is the entry's own, or a broader or narrower one.
    """
    own = coding.codes_of(catalogue, entry)
    if not own or any(is_near(one, code) for one in own for code in recorded):
        return None
    for code in recorded:
        if others := terms_of(code["system"], code["code"], entries_by_code(catalogue)):
            return code, others[0]
    return None


def is_near(one, other):
    """Return whether two codes of one system are the same, or one is a part of the other."""
    names = (plain(code["system"]) for code in (one, other))
    system, wanted = (ALIASES.get(name, name) for name in names)
    first, second = (without_prefix(code["code"]) for code in (one, other))
    is_part = first.startswith(second) or second.startswith(first)
    return is_part and is_system(system, wanted)


@cache
def entries_by_code(catalogue):
    return by_code(
        (code["system"], code["code"], row.label)
        for row in lookup.TABLES[catalogue]
        for code in coding.codes_of(catalogue, row)
    )


RULES = (
    Rule(
        "code-unknown",
        DOUBT,
        gettext_lazy("Code not in the catalogue"),
        gettext_lazy("Correct the code, or accept it and state where you verified it."),
        unknown_codes,
    ),
    Rule(
        "code-term",
        DOUBT,
        gettext_lazy("Term does not match the code"),
        gettext_lazy("Correct the code or its term."),
        other_terms,
    ),
    Rule(
        "code-name",
        DOUBT,
        gettext_lazy("Code does not match the name"),
        gettext_lazy("Correct the code or the name."),
        codes_of_another_name,
    ),
)

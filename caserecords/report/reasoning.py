"""Report tables of computed results, if the author wants them in the report."""

from django.utils.translation import gettext as _

from caserecords.reasoning.concordance import WORDS, Concordance, compare_tests
from caserecords.report.exhibits import ReportCell, ReportTable, collect_notes, head
from patients.models import ReasoningShown
from patients.reasoning.localisation import CANDIDATES, Localisation, localise
from patients.tables.columns import group
from patients.tables.conduction_reasoning import conduction_reasoning
from patients.tables.conduction_words import conduction_groups

SHOWN_ELSEWHERE = ("conduction-sides",)  # already in the tables of nerve conduction
SHORT, FULL = 1, 4  # maximum number of candidates per side


def reasoning_tables(record):
    """Return the tables that the author chose to show: none, the short form or all."""
    shown = record.case.reasoning_in_report
    if not shown:
        return ()
    found = localise(record)
    tables = [compatible(found, SHORT if shown == ReasoningShown.SHORT else FULL)]
    if shown == ReasoningShown.FULL:
        groups = conduction_groups(conduction_reasoning(record))
        tables += [conduction(one) for one in groups if one.key not in SHOWN_ELSEWHERE]
        tables.append(concordance(compare_tests(record, found)))
    return tuple(table for table in tables if table)


def compatible(found: Localisation, most):
    """Return the table of sites compatible with the findings, or None if no site is.

    It shows up to `most` sites for each side, with the evidence for and against them.
    """
    candidates = [
        one for side in found.sides if side.outcome == CANDIDATES for one in side.candidates[:most]
    ]
    if not any(side.candidates for side in found.sides):
        return None
    return ReportTable(
        _("Sites compatible with the findings (computed)"),
        (
            _("side"),
            _("site"),
            _("relative support"),
            _("explains"),
            _("not explained"),
            _("evidence against"),
        ),
        tuple(candidate_cells(one) for one in candidates),
        (*side_notes(found), *(("", _(text)) for text in found.caveats)),
        wordy=True,
    )


def candidate_cells(one):
    return (
        ReportCell(_(one.side)),
        head(_(one.site.name)),
        ReportCell(f"{one.percent}%" if one.percent else "< 1%"),
        ReportCell(listed(one.explains)),
        ReportCell(listed(one.unexplained) or _("none")),
        ReportCell(listed((*one.against, *one.behind)) or _("none")),
    )


def listed(findings):
    """Return findings on one line, grouped by result: "weak: hip abductor, hip extensor; …"."""
    found = group(findings, lambda one: one.words)
    return "; ".join(
        f"{_(result)}: {', '.join(dict.fromkeys(_(one.label) for one in same))}"
        for result, same in found.items()
    )


def side_notes(found):
    """Yield (subject, note) pairs: why a side has no candidates, then each symmetric finding."""
    for side in found.sides:
        if side.outcome != CANDIDATES:
            yield _(side.side), f"{_(side.outcome_words)}."
    for shared in found.evidence.symmetric:
        text = _("%(result)s on both sides (symmetric finding).") % {"result": _(shared.words)}
        yield _(shared.label), text


def conduction(found):
    """Return the table of one group of conduction results, computed with the built-in limits."""
    reasons = dict.fromkeys(
        (line.nerve, " – ".join(_(text) for text in (one.words, one.row, one.source) if text))
        for line in found.lines
        for one in line.because
    )
    title = {"title": found.title[:1].lower() + found.title[1:]}
    return ReportTable(
        _("Conduction: %(title)s (computed)") % title,
        (_("nerve"), _("side"), _("value"), _("result"), _("assessment")),
        tuple(
            (
                head(line.nerve),
                ReportCell(line.side),
                *map(ReportCell, (line.what, line.result, line.verdict)),
            )
            for line in found.lines
        ),
        (*(("", note) for note in found.notes), *collect_notes(reasons)),
    )


def concordance(found: Concordance):
    """Return the concordance table, one row per structure and a column per kind of test.

    Return None if there are no structures.
    """
    if not found.lines:
        return None
    legend = "; ".join(f"{symbol} {text}" for symbol, text in WORDS.values())
    return ReportTable(
        _("Which test showed the lesion (computed)"),
        (_("structure"), *(str(label) for _key, label in found.columns)),
        tuple(
            (head(line.label), *(ReportCell(cell.symbol, str(cell.words)) for cell in line.cells))
            for line in found.lines
        ),
        (*(("", sentence) for sentence in found.sentences[:1]), ("", f"{legend}.")),
    )

"""Reasoning in the report: none, the short form or all, as chosen by the author."""

import pytest

from caserecords.demo.load import read_case
from caserecords.report.reasoning import reasoning_tables
from caserecords.report.report import assemble
from patients.record.document import build
from tests.factories import make_document


def tables(shown):
    document = read_case("published_case")
    document["case"].pop("reasoning_in_report")
    document["case"] |= {"reasoning_in_report": shown} if shown else {}
    return reasoning_tables(build(document))


def test_report_has_no_computed_results_by_default():
    assert tables("") == ()
    document = read_case("published_case")
    document["case"].pop("reasoning_in_report")
    assert "reasoning" not in [one.slug for one in assemble(build(document)).sections]


def test_short_form_shows_the_leading_site_of_each_side():
    (table,) = tables("short")
    ((side, site, support, explains, unexplained, against),) = table.rows
    assert (side.text, site.text, support.text) == ("left", "L5 + S1 roots", "76%")
    assert "weak: " in explains.text and "Tibialis anterior" in explains.text
    assert (unexplained.text, against.text) == ("none", "none")
    assert ("right", "nothing focal found.") in table.notes


def test_full_form_shows_more_sites_and_concordance():
    sites, limits, tests = tables("full")
    ((nerve, _side, _value, result, verdict),) = limits.rows
    assert (nerve.text, result.text) == ("Sural", "6 µV")
    assert verdict.text == "recording site not stated, so not compared with a limit"
    assert [row[1].text for row in sites.rows][:1] == ["L5 + S1 roots"] and len(sites.rows) == 4
    plexus = next(row for row in sites.rows if row[1].text == "Sacral plexus")
    assert "L5 paraspinal" in plexus[5].text
    assert [row[0].text for row in tests.rows] == ["left L5 root", "left S1 root"]


@pytest.mark.parametrize("shown", ["short", "full"])
def test_a_case_without_findings_has_no_empty_tables(shown):
    none = {"strength": [], "motor_conduction": [], "sensory_conduction": []}
    document = make_document(**none)
    document["case"]["reasoning_in_report"] = shown
    assert reasoning_tables(build(document)) == ()

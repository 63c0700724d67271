"""The report page: the published facts, links, queries, access."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from caserecords.report.figures import Marked, ReportFigure
from caserecords.report.report import assemble
from patients.models import AccessLog, Role
from patients.record.document import build, to_document
from patients.versions.reading import served_text
from tests.factories import make_case, make_document, make_team, make_user
from tests.patients.test_tables import load
from tests.versions import put_document

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def address(case):
    return reverse("caserecords:show-report", args=[case.pk])


def page(client, case, user=None):
    client.force_login(user or case.author)
    response = client.get(address(case))
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    """Return the text of the report's body on one line."""
    body = html[html.index("<article") : html.index("</article>")]
    return re.sub(r"\s+", " ", strip_tags(body))


@pytest.fixture
def published():
    return make_case(document=load("published_case"))


@pytest.fixture
def invented():
    return make_case(document=load("invented_case"))


def test_published_facts_are_in_the_report(client, published):
    text = words(page(client, published))
    for fact in (
        "74 years, male",
        "day −30",
        "day −25",
        "day 0",
        "4.1 % of right",
        "46.8 % of right",
        "no response",
        "both sides 6 µV",
        "36.95 mg/dL",
        "58 mg/dL",
        "2 cells/µL",
        "1,000 mg per day, 5 days",
        "5,000 mg in the first phase",
        "doses of the taper not reported",
        "at least 5,000 mg",
        "mild stenosis",
        "between the L5 and S1 levels",
        "Table 1. Changes in MRC scores, left",
        "From a published report",
    ):
        assert fact in text, fact


def test_grades_of_both_visits_are_in_table_1(client, published):
    html = page(client, published)
    table = html[html.index('id="table-1"') : html.index('id="table-2"')]
    rows = [
        re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in re.findall(r"<tr>.*?</tr>", table, re.S)
    ]
    assert rows[1:] == [
        ["Hip flexor", "5", "5", "= same"],
        ["Hip abductor", "2", "2+", "▲ better"],
        ["Hip extensor", "3+", "4", "▲ better"],
        ["Knee extensor", "5", "5", "= same"],
        ["Ankle dorsiflexor", "3−", "4", "▲ better"],
        ["1st toe extensor", "1", "2+", "▲ better"],
        ["Ankle plantarflexor", "3+", "4", "▲ better"],
    ]


def test_denervation_that_was_not_recorded_is_not_called_absent(client):
    muscle = {"side": "left", "muscle": "tibialis_anterior"}
    rows = [muscle | {"active_denervation": True}, muscle | {"muscle": "gluteus_medius"}]
    case = make_case(document=make_document() | {"needle_emg": rows})
    text = words(page(client, case))
    assert "present" in text and "absent" not in text


def test_the_certainty_of_an_imaging_finding_is_in_the_report():
    finding = {
        "modality": "mr",
        "finding": "narrow lateral recess",
        "sign": "stenosis",
        "certainty": "possible",
    }
    report = assemble(build(make_document() | {"imaging_findings": [finding]}))
    (row,) = [
        row
        for section in report.sections
        for table in section.tables
        for row in table.rows
        if any("lateral recess" in cell.text for cell in row)
    ]
    assert "possible" in [cell.text for cell in row]


def test_undated_events_are_listed_apart(client, published):
    html = page(client, published)
    dated, undated = html.split('<ol class="moment-list">')[1:3]
    undated = undated.split("</ol>")[0]
    assert "day −25" in dated and "day −25" not in undated
    report = assemble(build(load("published_case")))
    assert report.order_only
    for event in report.order_only:
        assert event.label in undated and event.label not in dated.split("</ol>")[0]


def test_footnote_defines_exactly_the_grades_used(published):
    table = assemble(build(load("published_case"))).sections
    (strength,) = [t for one in table for t in one.tables if t.number == 1]
    grades = ("0", "1", "1+", "2−", "2", "2+", "3−", "3", "3+", "4−", "4", "4+", "5−", "5")
    assert [about for about, _note in strength.notes if about in grades] == [
        "1",
        "2",
        "2+",
        "3−",
        "3+",
        "4",
        "5",
    ]
    assert "Medical Research Council" in strength.notes[-1][1]


@pytest.mark.parametrize("number", ["36.95", "46.8", "4.1 %", "58 mg", "1,000 mg per day"])
def test_published_number_appears_once(client, published, number):
    assert words(page(client, published)).count(number) == 1


def test_narrative_contains_no_numbers():
    for row in load("published_case")["narrative"]:
        found = re.sub(r"\b(?:Table|Figure) \d|\b[LS]\d\b|\bT1\b", "", row["text"])
        assert not re.search(r"\d", found), row["chapter"]


def test_reference_to_a_table_links_to_it(client, published):
    html = page(client, published)
    assert '<a href="#table-1">Table 1</a>' in html
    assert 'href="#figure-1"' not in html  # no images were added


@pytest.mark.parametrize("jumps", [(), (("left L5 root", "/series/2/?mark=a"),)])
def test_marked_structure_links_to_its_mark_or_the_figure(jumps):
    marks = (Marked("left L5 root", "red", "filled"),)
    figure = ReportFigure(1, "", "A figure.", "/figure.png", True, marks, jumps=jumps)
    report = assemble(build(load("published_case")), [figure])
    (investigation,) = [one for one in report.sections if one.slug == "investigation"]
    links = {part.text: part.href for part in investigation.paragraphs[0] if part.href}
    there = jumps[0][1] if jumps else "#figure-1"
    assert links == {"left L5 root": there, "Figure 1": "#figure-1"}
    assert report.synthetic


def test_tables_are_numbered_in_reading_order(invented):
    report = assemble(build(load("invented_case")))
    numbers = [table.number for one in report.sections for table in one.tables]
    assert numbers == list(range(1, len(numbers) + 1))


def test_synthetic_case_is_labelled(client, invented):
    text = words(page(client, invented))
    assert "Fictitious: not based on a patient" in text
    assert "1:320" in text
    assert "0.4 g/kg per day" in text
    assert "computed: 1.3 mV ÷ 4.6 mV × 100" in text


def test_discrepancies_and_missing_items_are_listed(client, published):
    text = words(page(client, published))
    assert "Letters of the figure panels" in text
    assert len(load("published_case")["discrepancies"]) == 14
    missing = text[text.index("Not recorded") :]
    for item in ("consent", "perspective", "adverse events", "diabetes mellitus"):
        assert item in missing, item


def test_empty_case_has_a_report(client):
    document = {"schema": "caserecord/1", "case": {"title": "Bare"}, "patient": {"code": "B-1"}}
    text = words(page(client, make_case(document=document)))
    assert "age not recorded" in text


def test_user_input_is_escaped(client):
    narrative = [{"chapter": "presentation", "text": "<script>alert(1)</script> Table 1"}]
    html = page(client, make_case(narrative=narrative, title="<b>bold</b>"))
    assert "<script>alert" not in html
    assert "<b>bold</b>" not in html


def test_report_needs_a_constant_number_of_queries(client):
    team = make_team()
    author = make_user(team=team, role=Role.CLINICIAN)
    rows = [
        {"nerve": f"text:nerve {n}", "side": "left", "amplitude_mv": {"number": "1"}}
        for n in range(300)
    ]
    for case in (make_case(author, team), make_case(author, team, motor_conduction=rows)):
        client.force_login(author)
        client.get(address(case))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(case))
        assert len(queries) <= 12, [query["sql"] for query in queries]


def test_unreadable_version_falls_back_to_the_rows(client, published):
    version = published.versions.get()
    document = json.loads(served_text(version))
    document["strength"][0]["movement"] = "no_longer_known"
    put_document(version, document)
    assert "Hip flexor" in words(page(client, published))


def test_reader_can_see_the_report_and_is_logged(client, published):
    reader = make_user(team=published.team, role=Role.READER)
    page(client, published, reader)
    assert AccessLog.objects.filter(case=published, user=reader).count() == 1


def test_user_outside_the_team_gets_404(client, published):
    client.force_login(make_user(team=make_team()))
    assert client.get(address(published)).status_code == 404


def test_anonymous_user_is_redirected_to_sign_in(client, published):
    assert client.get(address(published)).status_code == 302


def test_post_is_rejected(client, published):
    client.force_login(published.author)
    assert client.post(address(published)).status_code == 405


def test_page_has_no_inline_style_or_script(client, invented):
    html = page(client, invented)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)", html)


def test_demonstration_documents_are_in_canonical_order():
    for name in ("published_case", "invented_case"):
        document = load(name)
        record = build(document)
        again = json.loads(json.dumps(make_canonical(record)))
        assert list(again) == list(document)
        assert json.dumps(again) == json.dumps(document)


def make_canonical(record):
    document = to_document(record)
    document.pop("computed")
    return document


def test_factory_document_has_a_report():
    assert assemble(build(make_document())).sections

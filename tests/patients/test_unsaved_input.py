"""Unsaved input on the server: late requests, several tabs, and rows deleted in the meantime."""

import re
from importlib import import_module
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.urls import reverse

from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.models import Case, Draft, LaboratoryResult, StrengthScore, TreatmentPhase, Visit
from patients.versions.saving import save_version
from tests.factories import make_case

pytestmark = pytest.mark.django_db

SIGNS = {"signs-new1-domain": "gait", "signs-new1-finding": "normal"}
OTHER = {"signs-new1-domain": "tone", "signs-new1-finding": "normal"}


@pytest.fixture
def case(client):
    case = make_case()
    client.force_login(case.author)
    return case


def address(case, slug="signs", name="edit-section"):
    return reverse(f"patients:{name}", args=[case.pk, slug])


class Tab:
    """A browser tab with one entry page; requests send what the page's scripts would send."""

    def __init__(self, client, case, slug="signs", query=""):
        self.client, self.case, self.slug = client, case, slug
        answer = client.get(address(case, slug) + query)
        self.page, self.html = answer.context, answer.content.decode()
        opened = self.page["opened"]
        self.texts = {
            "page": str(opened.token),
            "continues": opened.continues_text,
        }
        names = r'name="((?:base|merged)[_-][\w.-]+)" value="([^"]*)"'
        self.texts |= dict(re.findall(names, self.html))
        self.sequence = 0

    def draft(self, texts, sequence=None):
        self.sequence = sequence or self.sequence + 1
        sent = self.texts | texts | {"sequence": str(self.sequence)}
        return self.client.post(address(self.case, self.slug, "save-draft"), sent).json()

    def save(self, texts, sequence=None):
        sent = self.texts | texts | ({"sequence": str(sequence)} if sequence else {})
        return self.client.post(address(self.case, self.slug), sent)

    @property
    def given(self):
        return self.page["page"].given

    @property
    def shown_texts(self):
        """The inputs of a page without a draft, as a browser would send them."""
        return self.page["page"].texts() | self.page["page"].row_lists

    @property
    def shown(self):
        """The inputs of the page's tables, as a browser would send them."""
        lists = {f"{part.prefix}-rows": part.row_numbers for part in self.page["page"].parts}
        return {n: text for n, text in self.given.items() if n not in self.texts} | lists


def test_a_request_that_arrives_after_saving_or_discarding_stores_nothing(client, case):
    for typed, leave in ((SIGNS, SIGNS), (OTHER, {"discard": "1"})):
        tab = Tab(client, case)
        assert tab.draft(typed)["saved_at"]
        assert tab.save(leave).status_code == 302
        late = tab.draft({"signs-new1-domain": "ga"})
        assert set(late) == {"page"} and late["page"] != tab.texts["page"]
        assert not Draft.objects.exists()
        assert "draft" not in Tab(client, case).page or Tab(client, case).page["draft"] is None
        # If the page was still in use, it continues with its new token.
        tab.texts["page"] = late["page"]
        assert tab.draft({"signs-new7-domain": "reflexes"})["saved_at"]
        Draft.objects.all().delete()


@pytest.mark.parametrize("is_late", [True, False])
def test_what_is_typed_while_a_page_is_saved_becomes_a_draft_on_the_saved_version(
    client, case, is_late
):
    """New rows have got their names, deleted rows are gone; a second save adds nothing twice."""
    kept, deleted = (
        LaboratoryResult.objects.create(case=case, position=n, analyte=f"text:{n}", note="old")
        for n in range(2)
    )
    save_version(case, case.author)
    tab = Tab(client, case, "laboratory")
    sent = tab.shown_texts | {
        "laboratory-new1-analyte": "CK",
        "laboratory-new1-note": "n",
        f"laboratory-{deleted.pk}-delete": "on",
    }
    since = sent | {
        "laboratory-new1-note": "new",
        "laboratory-new3-analyte": "albumin",
        f"laboratory-{kept.pk}-note": "",
    }
    if not is_late:
        tab.draft(since, sequence=30)
    assert tab.save(sent, sequence=20).status_code == 302
    tab.draft(sent | {"laboratory-new1-note": "late"}, sequence=10)
    if is_late:
        tab.draft(since, sequence=30)
    new = LaboratoryResult.objects.get(case=case, note="n")
    draft, opened = Draft.objects.get(), Tab(client, case, "laboratory")
    assert draft.base_version == 3 and not opened.page["changes"]
    names = (new.pk, kept.pk, "new3")
    found = [
        opened.given.get(f"laboratory-{name}-{col}")
        for name, col in zip(names, ("note", "note", "analyte"), strict=True)
    ]
    assert found == ["new", "", "albumin"]
    assert f"laboratory-{deleted.pk}-note" not in opened.given
    assert opened.given[f"laboratory-{new.pk}-analyte"] == "Creatine kinase"
    for _sending in range(2):  # the first page again, and then once more
        assert tab.save(since, sequence=40).status_code == 302
        rows = LaboratoryResult.objects.filter(case=case).values_list("pk", "note")
        assert list(rows)[:2] == [(kept.pk, ""), (new.pk, "new")] and len(rows) == 3
    assert Case.objects.get(pk=case.pk).version == 4 and not Draft.objects.exists()


def test_grades_and_phases_typed_while_saving_stay_in_their_rows(client, case):
    tab = Tab(client, case, "strength")
    sent = {"strength-new1": "EHL", "strength-new1-left-later": "4"}
    tab.save(sent, sequence=20)
    tab.draft(sent | {"strength-new1-left-later": "3"}, sequence=30)
    grade = StrengthScore.objects.filter(case=case).latest("pk")
    given = Tab(client, case, "strength").given
    assert given[f"strength-muscle.{grade.muscle}-left-later"] == "3"
    tab = Tab(client, case, "treatment")
    sent = {
        "treatments-new1-kind": "Drug",
        "treatments-new1-agent": "prednisolone",
        "treatments-new1-status": "given",
        "phases.new1-new1-kind": "taper",
        "phases.new1-new1-note": "first",
    }
    assert tab.save(sent, sequence=20).status_code == 302
    since = {"phases.new1-new1-note": "the first", "phases.new1-new2-note": "second"}
    tab.draft(sent | since, sequence=30)
    phase, given = (
        TreatmentPhase.objects.get(case=case, note="first"),
        Tab(client, case, "treatment").given,
    )
    names = [f"phases.{phase.treatment_id}-{row}-note" for row in (phase.pk, "new2")]
    assert [given[name] for name in names] == ["the first", "second"]
    assert not [name for name in given if name.startswith("phases.new1")]


def test_requests_of_a_page_that_arrive_in_the_wrong_order_keep_the_newest(client, case):
    tab = Tab(client, case)
    tab.draft({"signs-new1-domain": "gait and stance"}, sequence=20)
    tab.draft({"signs-new1-domain": "gait"}, sequence=10)
    assert "stance" in Draft.objects.get().data


def test_two_tabs_keep_both_inputs_and_each_shows_the_other(client, case):
    first, second = Tab(client, case), Tab(client, case)
    assert first.draft(SIGNS)["other"] == ""
    assert (
        second.draft(OTHER)["other"]
        == f"{address(case)}?draft={Draft.objects.get(data__contains='gait').pk}"
    )
    assert Draft.objects.count() == 2
    assert first.draft(SIGNS)["other"]
    found = {
        draft.pk: Tab(client, case, query=f"?draft={draft.pk}") for draft in Draft.objects.all()
    }
    assert {tab.given["signs-new1-domain"] for tab in found.values()} == {"gait", "tone"}
    assert all(tab.page["other_draft"] for tab in found.values())
    assert second.save(OTHER).status_code == 302
    merged = first.save(SIGNS)
    assert merged.status_code == 409
    shown = set(merged.context["page"].given.values())
    assert "gait" in shown and any("tone" in text for text in shown)


def test_a_page_continues_a_draft_unless_its_first_tab_is_still_used(client, case):
    first = Tab(client, case)
    first.draft(SIGNS)
    second = Tab(client, case)
    assert second.given["signs-new1-domain"] == "gait"
    second.draft(SIGNS | {"signs-new1-note": "stiff"})
    assert Draft.objects.count() == 1
    third = Tab(client, case)
    second.draft(SIGNS | {"signs-new1-note": "stiff and slow"})
    third.draft(SIGNS | {"signs-new1-note": "stiff on the left"})
    assert Draft.objects.count() == 2
    third.save(SIGNS | {"signs-new1-note": "stiff on the left"})
    assert "slow" in Draft.objects.get().data


def test_input_for_a_row_or_visit_that_was_deleted_is_still_shown(client, case):
    row = LaboratoryResult.objects.create(case=case, analyte="csf_protein", position=0)
    tab = Tab(client, case, "laboratory")
    tab.draft({f"laboratory-{row.pk}-note": "second sample"})
    row.delete()
    assert "second sample" in Tab(client, case, "laboratory").given.values()
    tab = Tab(client, case, "strength")
    tab.draft({"strength-movement.hip_flexion-left-later": "4-"})
    StrengthScore.objects.filter(case=case, visit__key="later").delete()
    Visit.objects.get(case=case, key="later").delete()
    refused = tab.save({"strength-movement.hip_flexion-left-later": "4-"})
    assert refused.status_code == 422
    for page in (Tab(client, case, "strength").html, refused.content.decode()):
        assert 'name="strength-movement.hip_flexion-left-later" id' in page and "4-" in page
        assert "left, deleted visit (later)" in page
    assert "This visit was deleted." in refused.content.decode()
    moved = {"strength-movement.hip_flexion-left-later": ""}
    moved["strength-movement.hip_flexion-left-on-admission"] = "4-"
    assert tab.save(moved).status_code == 302
    assert str(StrengthScore.objects.get(case=case, movement="hip_flexion").grade) == "4-"


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_page_without_its_fields_changes_nothing(client, case, slug):
    """A field that was not sent is unchanged; only an empty text clears it."""
    page = client.get(address(case, slug)).context
    before = SectionPage(case, BY_SLUG[slug]).texts()
    hidden = {"base_version": str(page["base_version"]), "page": str(page["opened"].token)}
    lists = {name: text for name, text in before.items() if name.endswith("-rows")}
    for sent in (hidden, hidden | lists):
        assert client.post(address(case, slug), sent).status_code == 302
        case.refresh_from_db()
        assert case.version == 1
        assert SectionPage(case, BY_SLUG[slug]).texts() == before


def test_rows_that_were_not_sent_keep_their_place(client, case):
    create = LaboratoryResult.objects.create
    rows = [create(case=case, position=n, analyte=f"text:{n}") for n in range(3)]
    sent = {"base_version": "1", f"laboratory-{rows[1].pk}-note": "new"}
    assert client.post(address(case, "laboratory"), sent).status_code == 302
    found = list(LaboratoryResult.objects.filter(case=case).values_list("pk", "note"))
    assert found == [(rows[0].pk, ""), (rows[1].pk, "new"), (rows[2].pk, "")]


def test_one_grade_is_cleared_and_the_others_are_kept(client, case):
    texts = SectionPage(case, BY_SLUG["strength"]).texts()
    cell = next(name for name in texts if name.endswith("hip_flexion-left-later"))
    sent = {"base_version": "1", "page": str(uuid4()), cell: ""}
    assert client.post(address(case, "strength"), sent).status_code == 302
    after = SectionPage(case, BY_SLUG["strength"]).texts()
    assert after.keys() == texts.keys() - {cell}


def conflicts(page):
    """Return (name, before, saved, shown) of the listed changes of a page."""
    listed = page["changes"][1] if page["changes"] else []
    return [(one.name, one.before, one.theirs, one.mine) for one in listed]


AGE, BIRTH = "patient-age_words", "patient-birth_year"


def test_a_change_of_others_is_shown_until_it_is_saved_or_discarded(client, case):
    """However a page with a conflict is opened again, it shows the conflict or cannot be saved."""
    first, second = Tab(client, case, "patient"), Tab(client, case, "patient")
    first.draft({AGE: "mine"})
    assert second.save({AGE: "theirs"}).status_code == 302
    client.post(address(case), {"base_version": "2"} | SIGNS)  # another section does not matter
    for _opening in range(3):
        opened = Tab(client, case, "patient")
        assert conflicts(opened.page)[0] == (AGE, "", "theirs", "mine")
        assert opened.page["changes"][0].number == 2
        assert "You saved version 2 in the meantime." in opened.html
        opened.draft({AGE: "mine", BIRTH: "1950"})
        assert Draft.objects.get().base_version == 1
    assert first.save({AGE: "mine"}).status_code == 409
    step = {"step": "submit", "version": "3", "save_drafts": "1"}
    asked = client.post(reverse("caserecords:change-status", args=[case.pk]), step)
    assert "This section was changed after you started" in asked.content.decode()
    newer = Tab(client, case, "patient", query="?draft=0")
    Case.objects.filter(pk=case.pk).update(age_words="newer")
    save_version(Case.objects.get(pk=case.pk), case.author)
    refused = newer.save({AGE: "mine", BIRTH: "1950"})
    assert refused.status_code == 409
    assert conflicts(refused.context) == [(AGE, "", "newer", "mine"), (BIRTH, "", "", "1950")]
    again = Tab(client, case, "patient")
    assert again.save({AGE: "mine", BIRTH: "nineteen"}).status_code == 422
    assert again.save({AGE: "mine", BIRTH: "1950"}).status_code == 302
    assert not Draft.objects.exists() and not Tab(client, case, "patient").page["changes"]
    assert Case.objects.get(pk=case.pk).age_words == "mine"


def test_paragraphs_of_a_browser_are_merged_one_by_one(client, case):
    """A browser sends CRLF, which is not a change of a text that was stored with LF."""
    rows = [
        LaboratoryResult.objects.create(
            case=case, position=n, analyte=f"text:{n}", note="One.\n\nTwo."
        )
        for n in range(2)
    ]
    names = [f"laboratory-{row.pk}-note" for row in rows]
    save_version(case, case.author)
    first, second = Tab(client, case, "laboratory"), Tab(client, case, "laboratory")
    assert (
        first.save({names[0]: "One.\r\n\r\nThree.", names[1]: "One.\r\n\r\nTwo."}).status_code
        == 302
    )
    sent = {names[0]: "One.\r\n\r\nTwo.", names[1]: "One.\r\n\r\nFour."}
    merged = second.save(sent | {"laboratory-rows": f"{rows[0].pk},{rows[1].pk}"})
    assert merged.status_code == 409
    given = merged.context["page"].given
    assert (given[names[0]], given[names[1]]) == ("One.\n\nThree.", sent[names[1]])
    assert [name for name, *_texts in conflicts(merged.context)] == names


def test_a_merge_knows_the_rows_of_the_version_it_began_with(client, case):
    rows = [
        LaboratoryResult.objects.create(case=case, position=n, analyte=f"text:{n}", note=f"old {n}")
        for n in range(2)
    ]
    save_version(case, case.author)
    names = [f"laboratory-{row.pk}-note" for row in rows]
    first, second = Tab(client, case, "laboratory"), Tab(client, case, "laboratory")
    listed = {"laboratory-rows": f"{rows[0].pk},{rows[1].pk}"}
    first.draft(listed | {names[0]: "old 0", names[1]: "mine"})
    later = Visit.objects.filter(case=case).last()
    listed["laboratory-new1-visit"] = later.key  # carried over to a row with nothing typed
    theirs = {f"laboratory-{rows[0].pk}-delete": "on", names[1]: "theirs"}
    assert second.save(listed | theirs).status_code == 302
    for _opening in range(3):
        opened = Tab(client, case, "laboratory")
        assert conflicts(opened.page) == [(names[1], "old 1", "theirs", "mine")]
        opened.draft(opened.shown)
    assert opened.save(opened.shown).status_code == 302
    assert [row.note for row in LaboratoryResult.objects.filter(case=case)] == ["mine"]


@pytest.mark.any_database
def test_unsaved_chapters_from_before_an_update_keep_their_text():
    migration = import_module("patients.migrations.0021_chapter_names_in_drafts")
    before = {"narrative-12-chapter": "course", "narrative-12-text": "Better.", "base_version": "3"}
    before |= {"narrative-new1-chapter": "presentation", "narrative-new1-text": "Weak."}
    before |= {"references-7-reference": "Chang 2017", "narrative-rows": "12"}
    after = QueryDict(migration.renamed(urlencode(before))).dict()
    assert after["narrative-course-text"] == "Better."
    assert after["narrative-presentation-text"] == "Weak."
    assert after["references-7-reference"] == "Chang 2017" and after["base_version"] == "3"

"""The case page."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from patients.entry.sections import SECTIONS
from patients.models import AccessLog, Case, Draft, Membership, Role, Status
from tests.factories import make_case, make_document, make_team, make_user
from tests.pages import rich_case
from tests.patients.test_tables import load

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def case():
    return make_case()


def open_desk(client, case, user=None):
    client.force_login(user or case.author)
    return client.get(reverse("caserecords:show-case", args=[case.pk]))


def test_author_sees_every_section_with_a_link_to_its_page(client, case):
    page = open_desk(client, case).content.decode()
    assert page.count("<h1") == 1
    for section in SECTIONS:
        assert f'href="/cases/{case.pk}/{section.slug}/"' in page


def test_desk_shows_the_entered_values(client, case):
    page = open_desk(client, case).content.decode()
    for words in ("74 years", "day −25", "4.1 % of right", "6 µV", "1000 mg", "3−", "2+"):
        assert words in page
    better = '<span aria-hidden="true">▲</span> <span class="change-word">better</span>'
    assert page.count(f'<span class="better">{better}</span>') == 2
    assert '<span class="better">▲ 2 better</span>' in page


def test_text_not_in_the_catalogue_is_marked(client, case):
    page = open_desk(client, case).content.decode()
    assert '<span class="unlisted" title="not in the catalogue">sural</span>' in page


def test_missing_values_are_shown_as_not_recorded(client):
    document = make_document(events=[], visits=[], symptoms=[], strength=[])
    for key in ("motor_conduction", "sensory_conduction", "diagnoses", "treatments", "narrative"):
        document.pop(key)
    document["patient"] = {"code": "P-0"}
    case = make_case(document=document)
    answer = open_desk(client, case)
    page = answer.content.decode()
    assert "age not recorded, sex not recorded" in page
    empty = [line.slug for line in answer.context["navigation"].empty]
    images = ["imaging"]
    assert sorted(empty) == sorted([*(s.slug for s in SECTIONS if s.slug != "patient"), *images])
    assert page.count("(empty)") == len(empty)
    assert re.findall(r'<section [^>]*id="([\w-]+)"', page) == ["patient"]  # no other cards
    added = page[page.index('class="add-row"') :]
    for slug in empty:
        assert f'href="/cases/{case.pk}/{slug}/"' in added


def test_markup_is_escaped(client):
    case = make_case(title="<script>alert(1)</script>", symptoms=[{"name": "<b>pain</b>"}])
    page = open_desk(client, case).content.decode()
    assert "<script>alert" not in page
    assert "<b>pain" not in page


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.CLINICIAN])
def test_other_members_can_read_but_not_edit(client, case, role):
    page = open_desk(client, case, make_user(team=case.team, role=role))
    assert page.status_code == 200
    assert f'/cases/{case.pk}/strength/"' not in page.content.decode()


def test_an_approved_case_has_no_edit_links_or_steps(client):
    case = make_case(status=Status.APPROVED)
    page = open_desk(client, case).content.decode()
    assert f'/cases/{case.pk}/strength/"' not in page
    assert "status/?step=" not in page


def test_co_author_can_edit(client, case):
    friend = make_user("friend")
    case.co_authors.add(friend)
    assert open_desk(client, case, friend).context["can_edit"]


def test_user_outside_the_team_gets_404_without_details(client, case):
    answer = open_desk(client, case, make_user("stranger", make_team()))
    assert answer.status_code == 404
    assert case.title not in answer.content.decode()


def test_a_former_member_gets_404(client, case):
    user = make_user("left", case.team)
    Membership.objects.filter(user=user).delete()
    assert open_desk(client, case, user).status_code == 404


def test_opening_is_logged(client, case):
    open_desk(client, case)
    assert AccessLog.objects.get().what == f"GET /cases/{case.pk}/"


def test_desk_needs_twelve_queries_for_any_size(client, django_assert_max_num_queries):
    rows = [
        {"visit": visit, "muscle": f"text:muscle {number}", "side": "left", "grade": "4"}
        for number in range(100)
        for visit in ("on-admission", "later")
    ]
    case = make_case(strength=rows)
    client.force_login(case.author)
    client.get("/healthz")  # updates the session's last-activity time
    with django_assert_max_num_queries(12):
        client.get(reverse("caserecords:show-case", args=[case.pk]))


def test_desk_with_images_needs_twelve_queries(client, settings, django_assert_max_num_queries):
    settings.PATIENT_IDENTIFIERS = False  # the default
    case = rich_case("published_case")
    client.force_login(case.author)
    client.get("/healthz")
    with django_assert_max_num_queries(12):
        page = client.get(reverse("caserecords:show-case", args=[case.pk])).content.decode()
    assert page.count("image.jpg?") == 1  # the only panel of the figure


# Cards


def published():
    return make_case(document=load("published_case"))


def card_of(page, slug):
    """Return the HTML of one card without its details."""
    start = page.index(f'id="{slug}"')
    card = page[start : page.index("</section>", start)]
    return card.partition('<details class="card-details">')[0]


def text_of(html):
    return " ".join(unescape(strip_tags(html)).split())


def test_cards_are_compact(client):
    page = open_desk(client, published()).content.decode()
    assert "Peroneal (fibular) motor, left 4.1% of right" in text_of(card_of(page, "conduction"))
    assert "Sural sensory, both sides 6 µV" in text_of(card_of(page, "conduction"))
    assert "Active denervation, left: paraspinalis around the L5" in text_of(card_of(page, "emg"))
    assert "Cerebrospinal fluid: CSF protein 36.95 mg/dL (normal);" in text_of(
        card_of(page, "laboratory")
    )
    assert "L5 root, S1 root, left; Multifidus" in text_of(card_of(page, "imaging-findings"))
    assert "sarcoidosis, invasion by a malignant tumour" in text_of(card_of(page, "diagnosis"))
    assert "fixed dose 1,000 mg per day, 5 days, taper 5 days given" in text_of(
        card_of(page, "treatment")
    )
    assert "Not written: patient's perspective, consent." in text_of(card_of(page, "narrative"))
    assert "day −30" in card_of(page, "symptoms")


def test_details_contain_what_a_card_leaves_out(client):
    page = open_desk(client, published()).content.decode()
    basis, note = "medical history and the results", "The single tests are not printed."
    for words in (basis, note, "after nerve conduction studies"):
        assert words in page
        assert words not in card_of(page, "diagnosis") + card_of(page, "patient")


def test_long_cards_count_the_lines_that_are_only_in_the_details(client):
    page = open_desk(client, make_case(document=load("invented_case"))).content.decode()
    card = card_of(page, "conduction")
    assert card.count("<li>") == 8 and "more under Details" in card


def test_free_text_is_marked_in_a_card(client, case):
    card = card_of(open_desk(client, case).content.decode(), "conduction")
    assert '<span class="unlisted" title="not in the catalogue">sural</span>' in card


def test_a_card_has_at_most_one_check(client):
    page = open_desk(client, published()).content.decode()
    slugs = re.findall(r'<section [^>]*id="([\w-]+)"', page)
    lines = {slug: card_of(page, slug).count('class="amber-line"') for slug in slugs}
    assert set(lines.values()) == {0, 1}
    assert "it is recorded as left" in card_of(page, "strength")


# What is left to do


def test_next_lists_drafts_contradictions_checks_and_care(client):
    case = published()
    Draft.objects.create(
        case=case, user=case.author, section="signs", data="a=b", base_version=case.version
    )
    answer = open_desk(client, case)
    steps = [(step.text, step.address) for step in answer.context["next"].steps]
    checks = reverse("caserecords:show-checks", args=[case.pk])
    assert steps[0] == ("Save or discard the draft of Signs", f"/cases/{case.pk}/signs/")
    assert steps[1][0].startswith("Panel letters differ")
    assert steps[1][1].startswith(f"{checks}#panel-letters-")
    assert steps[2][0] == "Confirm 3 entries" and steps[2][1].startswith(f"{checks}#")
    assert steps[3] == ("Add: Informed consent", f"/cases/{case.pk}/narrative/")
    page = text_of(answer.content.decode())
    assert f"Next: {len(steps)} things before review" in page
    assert "1 contradiction · Checks 3 to confirm 4 gaps" in page and "8/30 CARE parts met" in page


def test_reviewer_sees_the_counts_but_no_steps(client):
    case = published()
    answer = open_desk(client, case, make_user(team=case.team, role=Role.REVIEWER))
    assert answer.context["next"] is None
    page = text_of(answer.content.decode())
    assert "Next:" not in page and "8/30 CARE parts met" in page
    assert "CARE missing: Informed consent" in page


def test_accepted_check_is_no_longer_next(client):
    case = published()
    key = open_desk(client, case).context["checks"].open[0].key
    accept = reverse("caserecords:accept-check", args=[case.pk])
    client.post(accept, {"key": key, "reason": "The legend is used."})
    answer = open_desk(client, Case.objects.get(pk=case.pk))
    assert answer.context["next"].steps[0].text == "Confirm 3 entries"
    assert answer.context["readiness"].accepted == 1


def test_record_names_people_version_and_logs(client, case):
    case.co_authors.add(make_user("friend", case.team))
    page = text_of(open_desk(client, case).content.decode())
    record = page[page.index("Record Version 1, saved") :]
    for words in ("UTC by", "with friend", "History", "Access log", "People"):
        assert words in record
    reader = make_user("reader", case.team, Role.READER)
    assert "Access log" not in text_of(open_desk(client, case, reader).content.decode())


def test_only_approximate_days_are_marked_as_such(client):
    html = open_desk(client, make_case(document=load("invented_case"))).content.decode()
    lines = re.findall(r"<li>.*?</li>", html.split('<ol class="course">')[1], re.DOTALL)
    line_of = {label: one for one in lines for label in ("First visit", "Tingling") if label in one}
    assert "about" not in line_of["First visit"] and "about day" in line_of["Tingling"]


def test_next_asks_for_the_sections_that_every_case_needs(client):
    document = {"schema": "caserecord/1", "case": {"title": "New"}, "patient": {"code": "P-9"}}
    case = make_case(document=document)
    page = text_of(open_desk(client, case).content.decode())
    for section in ("Symptoms", "Strength", "Diagnosis"):
        assert f"Add: {section}" in page
    assert "17 empty sections" in page


def test_authors_can_share_a_case_from_its_page(client, case):
    people = reverse("caserecords:edit-people", args=[case.pk])
    assert f'href="{people}">Share</a>' in open_desk(client, case).content.decode()
    reader = make_user(team=case.team, role=Role.READER)
    assert f'href="{people}">Share</a>' not in open_desk(client, case, reader).content.decode()

"""The localisation page, and the panel on the pages where findings are entered."""

import pytest
from django.test import Client
from django.urls import reverse

from caserecords.demo.load import read_case
from patients.actions.importing import import_case
from patients.models import Draft, NeedleEMG
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    team = make_team()
    return import_case(read_case("published_case"), team, make_user(team=team))


@pytest.fixture
def client(case):
    client = Client()
    client.force_login(case.author)
    return client


def section(case, slug, name="edit-section"):
    return reverse(f"patients:{name}", args=[case.pk, slug])


def body(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_page_ranks_each_side_and_links_to_the_rows(client, case):
    page = body(client.get(reverse("caserecords:show-localisation", args=[case.pk])))
    assert page.index("L5 + S1 roots") < page.index("Sacral plexus")
    assert f'href="/cases/{case.pk}/#emg">Tibialis anterior: active denervation' in page
    assert "ranked below the first because of L5 paraspinal" in page
    assert "Nothing focal found." in page
    assert "Symmetric sensory finding" in page
    assert "the side is not stated" in page
    assert "Two muscles of one root supplied by two nerves" in page
    assert "Tsao 2003" in page  # the weights table names its sources


def test_page_accepts_a_visit_and_ignores_unknown_ones(client, case):
    address = reverse("caserecords:show-localisation", args=[case.pk])
    later = body(client.get(f"{address}?visit=3-months-after-finishing-treatment"))
    assert "MRC 2+" in later and "active denervation" not in later
    assert "active denervation" in body(client.get(f"{address}?visit=unknown"))


def test_user_outside_the_team_gets_404(case):
    client = Client()
    client.force_login(make_user(team=make_team()))
    address = reverse("caserecords:show-localisation", args=[case.pk])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("slug", ["strength", "strength-rows", "signs", "conduction", "emg"])
def test_finding_pages_show_the_localisation_panel(client, case, slug):
    page = body(client.get(section(case, slug)))
    assert "from saved entries" in page and "L5 + S1 roots" in page


def test_other_pages_have_no_localisation_panel(client, case):
    assert "data-localisation" not in body(client.get(section(case, "laboratory")))


def emg_texts(case, **changes):
    """Return the form data of the needle EMG page; `changes` are denervation cells by muscle."""
    texts = {"base_version": str(case.version)}
    for row in NeedleEMG.objects.filter(case=case):
        place = f"needle_emg-{row.pk}"
        texts |= {
            f"{place}-muscle": row.muscle,
            f"{place}-side": row.side,
            f"{place}-visit": row.visit.key,
            f"{place}-active_denervation": changes.get(row.muscle, "yes"),
        }
    return texts


def test_autosave_returns_the_localisation_of_the_input(client, case):
    typed = emg_texts(case, paraspinal_l5="no", paraspinal_s1="no")
    answer = client.post(section(case, "emg", "save-draft"), typed).json()
    assert "including unsaved entries" in answer["localisation"]
    first = answer["localisation"].index("Sacral plexus")
    assert first < answer["localisation"].index("L5 + S1 roots")
    assert Draft.objects.filter(case=case, section="emg").count() == 1
    stored = NeedleEMG.objects.get(case=case, muscle="paraspinal_l5")
    assert stored.active_denervation is True
    assert "L5 + S1 roots" in body(client.get(section(case, "strength")))


def test_invalid_row_is_left_out_of_the_localisation(client, case):
    typed = emg_texts(case)
    row = NeedleEMG.objects.get(case=case, muscle="paraspinal_l5")
    other = NeedleEMG.objects.get(case=case, muscle="paraspinal_s1")
    typed[f"needle_emg-{row.pk}-side"] = "west"
    typed[f"needle_emg-{other.pk}-side"] = "west"
    answer = client.post(section(case, "emg", "save-draft"), typed).json()
    assert "L5 paraspinal" in answer["localisation"]  # suggested as the next test


def test_localisation_follows_each_typed_grade(client, case):
    name = "strength-movement.{}-left-on-admission"
    typed = {name.format("knee_extension"): "2", name.format("hip_flexion"): "not a grade"}
    answer = client.post(section(case, "strength", "save-draft"), typed).json()
    assert "including unsaved entries" in answer["localisation"]


def test_autosave_of_other_pages_returns_no_panel(client, case):
    answer = client.post(section(case, "laboratory", "save-draft"), {}).json()
    assert "localisation" not in answer

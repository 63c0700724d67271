"""Every page shows a change with the same symbol and label."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.factories import make_case, make_document

pytestmark = pytest.mark.django_db

GRADES = {  # movement: (before, after, expected text)
    "hip_flexion": ("3", "4", "▲ better"),
    "hip_abduction": ("4", "2", "▼ worse"),
    "ankle_dorsiflexion": ("3", "3", "= same"),
    "knee_extension": ("2 to 4", "3 to 5", "? not comparable"),
}


@pytest.fixture
def case(client):
    strength = [
        {"visit": visit, "movement": movement, "side": "left", "grade": grade}
        for movement, grades in GRADES.items()
        for visit, grade in zip(("on-admission", "later"), grades[:2], strict=True)
    ]
    case = make_case(document=make_document(strength=strength))
    client.force_login(case.author)
    return case


@pytest.mark.parametrize("page", ["show-case", "show-report", "compare-strength"])
def test_change_has_the_same_symbol_and_label_on_every_page(client, case, page):
    html = client.get(reverse(f"caserecords:{page}", args=[case.pk])).content.decode()
    text = " ".join(strip_tags(html).split())
    for _before, _after, words in GRADES.values():
        assert words in text


def test_drawing_legend_uses_the_same_labels(client, case):
    html = client.get(reverse("caserecords:compare-strength", args=[case.pk])).content.decode()
    for words in ("better", "worse", "same", "not comparable"):
        assert words in strip_tags(html)
    assert html.count(">?</text>") >= 1


def test_home_counts_use_the_same_labels(client, case):
    html = client.get(reverse("caserecords:home")).content.decode()
    assert "▲ 1 better" in html and "▼ 1 worse" in html and "= 1 same" in html

"""A text that is too long for its field is refused with a message, or kept; it is never cut."""

import re
from html import unescape

import pytest
from django.urls import reverse

from patients.entry.page import SectionPage
from patients.entry.sections import BY_SLUG
from patients.models import Case, Visit
from patients.versions.reading import served_text
from tests.factories import make_case
from tests.pages import rich_case

pytestmark = pytest.mark.django_db
LONG = "pins and needles " * 200 + "but not on the left"


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_long_text_in_any_cell_is_refused_or_kept(client, slug):
    case = rich_case()
    client.force_login(case.author)
    page = SectionPage(case, BY_SLUG[slug])
    shown = client.get(reverse("patients:edit-section", args=[case.pk, slug])).content.decode()
    names = re.findall(
        r'<(?:input(?! type="(?:hidden|checkbox))|textarea)[^>]* name="([^"]+)"', shown
    )
    form = shown[shown.index('id="entry"') :]
    assert "maxlength" not in form  # a browser would cut what is pasted
    names = [name for name in names if f'name="{name}"' in form and name != "visit_label"]
    texts = page.texts() | page.row_lists | {"base_version": str(case.version)}
    answer = client.post(
        reverse("patients:edit-section", args=[case.pk, slug]), texts | dict.fromkeys(names, LONG)
    )
    assert answer.status_code in (302, 422)
    case = Case.objects.get(pk=case.pk)
    stored = served_text(case.versions.get(number=case.version)).decode()
    html = unescape(answer.content.decode())
    for name in names:
        kept = html if answer.status_code == 422 else stored
        assert LONG in kept, name
    for cut in re.findall(r'"([^"]*pins and needles[^"]*)"', stored):
        assert cut.endswith("but not on the left")


def test_a_long_name_of_a_new_visit_is_refused(client):
    case = make_case()
    client.force_login(case.author)
    texts = {"add": "visit", "visit_label": LONG, "base_version": str(case.version)}
    answer = client.post(reverse("patients:edit-section", args=[case.pk, "scales"]), texts)
    assert answer.status_code in (200, 422) and LONG in unescape(answer.content.decode())
    assert not Visit.objects.filter(label__startswith="pins").exists()

"""A form that arrives without a valid session is answered with a page that holds its input."""

import re
from html import escape, unescape

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import Case, CaseVersion, Draft, Status
from tests import PASSWORD
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db

TEXT = 'Pain "like a knife" <b>\r\nat night'
PAGE = {"accept": "text/html,*/*", "origin": "http://testserver"}


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def browser(case):
    """A client whose requests are checked for CSRF tokens, as those of a browser are."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(case.author)
    return browser


def open_form(browser, case):
    """Open an entry page; return its URL and the fields that a browser would send."""
    address = reverse("patients:edit-section", args=[case.pk, "signs"])
    html = browser.get(address).content.decode()
    fields = fields_of(html[html.index('id="entry"') :])
    return address, fields | {"signs-new1-domain": "gait", "signs-new1-note": TEXT}


def fields_of(html):
    form = html[: html.index("</form>")]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(text) for name, text in found}


def kept(answer):
    """Return the fields that the page would send again."""
    assert answer.status_code == 403
    html = answer.content.decode()
    return fields_of(html[html.index("<main") :])


def stored(case):
    return CaseVersion.objects.filter(case=case).count() - 1, Draft.objects.count()


def test_input_sent_while_signed_out_is_kept_until_the_user_signs_in(browser, case):
    address, sent = open_form(browser, case)
    browser.logout()
    answer = browser.post(address, sent, headers=PAGE)
    again = kept(answer)
    assert again["signs-new1-note"] == TEXT and "You are signed out" in answer.content.decode()
    assert "<dt><code>signs-new1-domain</code></dt><dd>gait</dd>" in answer.content.decode()
    assert stored(case) == (0, 0)
    browser.get("/accounts/login/")
    token = browser.cookies["csrf"].value
    login = {"username": case.author.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post("/accounts/login/", login, headers=PAGE).status_code == 302
    outdated = browser.post(address, again, headers=PAGE)
    again = kept(outdated)
    assert "You are signed in as" in outdated.content.decode()
    sent_again = browser.post(address, again | {"signs-new1-finding": "normal"}, headers=PAGE)
    assert sent_again.status_code == 302
    assert stored(case) == (1, 0)


def test_the_input_of_another_user_is_neither_shown_nor_saved(browser, case):
    address, sent = open_form(browser, case)
    browser.logout()
    browser.force_login(make_user("colleague", team=case.team))
    for _outdated_token in range(2):
        answer = browser.post(address, sent, headers=PAGE)
        sent = kept(answer)
        page = answer.content.decode()
        assert "Another user opened this page" in page
        assert "at night" not in re.sub(r'<input type="hidden"[^>]*>', "", page)
    late = browser.post(f"{address}draft/", sent, headers={"accept": "*/*"})
    assert late.status_code == 403 and late.json()["error"]
    assert stored(case) == (0, 0)


@pytest.mark.parametrize("loss", ["submitted", "no longer a co-author"])
def test_input_of_a_user_who_may_no_longer_change_the_case_is_kept(case, browser, loss):
    other = make_user(team=case.team)
    case.co_authors.add(other)
    browser.force_login(other)
    address, sent = open_form(browser, case)
    if loss == "submitted":
        Case.objects.filter(pk=case.pk).update(status=Status.SUBMITTED)
    else:
        case.co_authors.clear()
    answer = browser.post(address, sent, headers=PAGE)
    assert kept(answer).items() >= (sent | {"signs-new1-note": TEXT}).items() - {
        ("csrfmiddlewaretoken", sent["csrfmiddlewaretoken"])
    }
    assert escape(TEXT.splitlines()[0]) in answer.content.decode()
    for background in (f"{address}draft/", f"{address}paste/"):
        late = browser.post(background, sent, headers={"accept": "application/json"})
        assert late.status_code == 403 and late.json()["denied"] in answer.content.decode()
    assert stored(case) == (0, 0)
    if loss == "submitted":
        assert "under review" in answer.content.decode()
        Case.objects.filter(pk=case.pk).update(status=Status.DRAFT)
        again = kept(answer) | {"signs-new1-finding": "normal"}
        assert browser.post(address, again, headers=PAGE).status_code == 302
        assert stored(case) == (1, 0)
    step = {"step": "approve", "version": "1", "csrfmiddlewaretoken": sent["csrfmiddlewaretoken"]}
    plain = browser.post(
        reverse("caserecords:change-status", args=[case.pk]), step, headers=PAGE
    ).content.decode()
    assert "Not saved yet" not in plain  # nothing was typed


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://testserver.elsewhere.example"},
        {"referer": "https://elsewhere.example/http://testserver/"},
        {"referer": "http://["},
        {},
    ],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_input_from_another_site_is_not_kept(browser, case, headers, is_signed_in):
    address, sent = open_form(browser, case)
    if not is_signed_in:
        browser.logout()
    sent |= {"csrfmiddlewaretoken": "outdated"}
    answer = browser.post(address, sent, headers={"accept": "text/html"} | headers)
    assert answer.status_code == 403
    assert "The form was not submitted" in answer.content.decode()
    assert "at night" not in answer.content.decode()


def test_passwords_are_never_kept(browser, case):
    sent = {"username": "author", "password": "secret words", "csrfmiddlewaretoken": "outdated"}
    answer = browser.post("/accounts/login/", sent, headers=PAGE)
    assert answer.status_code == 403 and b"secret" not in answer.content


def test_the_page_sends_only_to_the_same_address_of_this_site(browser, case):
    browser.logout()
    for path in ("//elsewhere.example/", "/cases/import/?next=//elsewhere.example/"):
        answer = browser.post(path, {"title": "two words"}, headers=PAGE)
        for action in re.findall(r'action="([^"]*)"', answer.content.decode()):
            assert action.startswith("/") and not action.startswith("//")


def test_pages_learn_who_is_signed_in(client, case):
    address = reverse("session")
    assert client.get(address).json() == {"user": None}
    client.force_login(case.author)
    answer = client.get(address)
    assert answer.json() == {"user": case.author.pk} and "no-store" in answer["Cache-Control"]

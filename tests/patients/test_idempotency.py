"""A request to create something takes effect once if it is sent again with its key."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from imaging.models import Annotation, Figure, ImportJob
from patients.actions import importing
from patients.models import Case, SentRequest
from tests.api import LIST, Caller, address_of, assert_problem
from tests.factories import DOCUMENT, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def caller(case):
    return Caller(case.author, raise_request_exception=False)


def calls(case):
    """Return {URL: (body, model of what is created)} of the calls that create something."""
    where = {"case": str(case.pk)}
    mark = {"sop_instance_uid": "1.2.3", "kind": "arrow", "x": 1, "y": 1}
    return {
        LIST: (DOCUMENT, Case),
        f"{address_of(case)}copies/": ({"code": "P-2"}, Case),
        "/api/v1/figures/": (where | {"label": "Figure 7"}, Figure),
        "/api/v1/annotations/": (where | mark, Annotation),
    }


def test_a_repeated_request_gets_the_first_response(case, caller):
    for url, (body, model) in calls(case).items():
        key, before = str(uuid4()), model.objects.count()
        first, again = (caller.send("POST", url, body, idempotency_key=key) for _ in range(2))
        if first.status_code == 400:  # no such image in the case; errors are not kept
            assert again.status_code == 400 and model is Annotation
            continue
        assert (first.status_code, again.status_code) == (201, 201), first.content
        assert again.content == first.content
        for name in ("Location", "ETag"):
            assert again.get(name) == first.get(name)
        assert model.objects.count() == before + 1
        other = caller.send("POST", url, body | {"unknown": 1}, idempotency_key=key)
        assert "another request" in assert_problem(other, 422)["detail"]
        assert caller.send("POST", url, body).status_code == 201  # without a key
        assert model.objects.count() == before + 2


def test_a_key_belongs_to_a_user_and_is_kept_for_a_day(case, caller):
    key = str(uuid4())
    colleague = Caller(make_case().author)
    for who in (caller, colleague):
        assert who.send("POST", LIST, DOCUMENT, idempotency_key=key).status_code == 201
    assert Case.objects.count() == 4
    SentRequest.objects.update(received=timezone.now() - timedelta(hours=23))
    caller.send("POST", LIST, DOCUMENT, idempotency_key=key)
    assert Case.objects.count() == 4
    SentRequest.objects.update(received=timezone.now() - timedelta(hours=25))
    caller.send("POST", LIST, DOCUMENT, idempotency_key=key)
    assert Case.objects.count() == 5 and SentRequest.objects.count() == 1


def test_a_request_in_progress_is_a_conflict_until_it_was_abandoned(case, caller):
    key, before = str(uuid4()), Case.objects.count()
    caller.send("POST", LIST, DOCUMENT, idempotency_key=key)
    SentRequest.objects.update(status=None)
    answer = caller.send("POST", LIST, DOCUMENT, idempotency_key=key)
    assert "still being processed" in assert_problem(answer, 409)["detail"]
    SentRequest.objects.update(received=timezone.now() - timedelta(minutes=11))
    assert caller.send("POST", LIST, DOCUMENT, idempotency_key=key).status_code == 201
    assert Case.objects.count() == before + 2


def test_after_an_error_the_key_can_be_used_again(case, caller, monkeypatch):
    key, before = str(uuid4()), Case.objects.count()
    wrong = DOCUMENT | {"strength": [{"grade": "9"}]}
    assert caller.send("POST", LIST, wrong, idempotency_key=key).status_code == 400
    with monkeypatch.context() as broken:
        broken.setattr(importing, "store_rows", lambda record, case: 1 / 0)
        assert caller.send("POST", LIST, DOCUMENT, idempotency_key=key).status_code == 500
    assert Case.objects.count() == before and not SentRequest.objects.exists()
    assert caller.send("POST", LIST, DOCUMENT, idempotency_key=key).status_code == 201


@pytest.mark.parametrize("key", ["", "x", "1" * 33, "²" * 32])
def test_a_key_that_is_not_a_uuid_is_rejected(case, caller, key):
    problem = assert_problem(caller.send("POST", LIST, DOCUMENT, idempotency_key=key), 400)
    assert problem["errors"][0]["path"] == "Idempotency-Key"


def test_an_upload_sent_again_creates_one_import(case, caller, monkeypatch):
    monkeypatch.setattr("imaging.api.images.start", lambda job: None)
    url, key = f"{address_of(case)}imports/", str(uuid4())

    def upload(content):
        files = {"files": SimpleUploadedFile("one.dcm", content)}
        return caller.post(url, files, headers={"idempotency-key": key})

    first, again = upload(b"one"), upload(b"one")
    assert (first.status_code, again.status_code) == (202, 202), first.content
    assert first.content == again.content and ImportJob.objects.count() == 1
    assert upload(b"another").status_code == 422

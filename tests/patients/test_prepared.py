"""Prepared questions: the same answers as the QuerySet they are made of, asked anew each time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.access.tokens import find_token
from patients.models import AccessLog, ApiToken, Case
from patients.prepared import Prepared, blank, insert, update_each
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db


def test_instances_come_with_their_relations_and_without_what_is_deferred():
    case = Case.objects.select_related("author", "team").get(pk=make_case(title="One").pk)
    rows = Case.objects.filter(pk=blank(Case, "pk", "id")).select_related("author", "team")
    question = Prepared(rows.defer("summary"))
    with CaptureQueriesContext(connection) as queries:
        (found,) = question.ask(pk=case.pk)
        assert found == case
        for name in ("title", "author", "team", "created", "age_at_presentation"):
            assert getattr(found, name) == getattr(case, name)
    assert len(queries) == 1
    assert found.get_deferred_fields() == {"summary"}
    assert question.ask(pk=make_case(title="Two").pk)[0].title == "Two"


def test_values_are_named_and_a_list_can_be_left_blank():
    one, two, _other = make_case(title="One"), make_case(title="Two"), make_case()
    wanted = [blank(Case, name, "id") for name in ("first", "second")]
    question = Prepared(
        Case.objects.filter(pk__in=wanted).order_by("title").values_list("id", "title")
    )
    found = question.ask(first=two.pk, second=one.pk)
    assert [(row.id, row.title) for row in found] == [(one.pk, "One"), (two.pk, "Two")]


def test_a_token_that_is_taken_back_is_not_found_again():
    user = make_user()
    text = ApiToken.objects.issue(user)
    assert find_token(text).user == user
    user.is_active = False
    user.save()
    assert find_token(text) is None
    user.is_active = True
    user.save()
    ApiToken.objects.all().delete()
    assert find_token(text) is None


def test_an_inserted_row_is_as_a_saved_one():
    case = make_case()
    saved = AccessLog.objects.create(case=case, user=case.author, what="a", address="::1")
    insert(AccessLog(case=case, user=case.author, what="a", address="::1"))
    inserted = AccessLog.objects.exclude(pk=saved.pk).get()
    names = ("case", "user", "what", "address")
    assert [getattr(inserted, name) for name in names] == [getattr(saved, name) for name in names]
    assert inserted.at >= saved.at


def test_one_field_of_several_rows_is_written_and_no_other():
    one, two = make_case(title="One"), make_case(title="Two")
    one.title, two.title, two.summary = "1", "2", "not written"
    update_each([one, two], "title")
    written = Case.objects.order_by("title").values_list("title", "summary")
    assert list(written) == [("1", ""), ("2", "")]

"""A team's reference sets: clinicians edit them, and other members only read them."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients.models import ReferenceLimit, ReferenceSet, Role
from patients.team_limits.csv_table import TEMPLATE, read
from patients.team_limits.sets import as_limit_set, limit_sets, store_version
from tests.factories import REFERENCE_TABLE, make_reference_set, make_team, make_user

pytestmark = pytest.mark.django_db
FACTS = {"name": "Our laboratory", "laboratory": "Ours", "source": "own volunteers"}


@pytest.fixture
def team():
    return make_team("Neurology")


@pytest.fixture
def clinician(client, team):
    user = make_user("anna", team)
    client.force_login(user)
    return user


def address(team):
    return reverse("caserecords:edit-references", args=[team.pk])


def post(client, team, do="store", **data):
    return client.post(address(team), FACTS | {"text": REFERENCE_TABLE} | data | {do: "1"})


def page(client, team):
    return client.get(address(team)).content.decode()


def test_a_clinician_can_save_a_set(client, team, clinician):
    assert post(client, team, technique="surface").status_code == 302
    stored = ReferenceSet.objects.get()
    assert (stored.version, stored.uploaded_by, stored.limits.count()) == (1, clinician, 3)
    assert stored.limits.last().recording_site == "AH"
    shown = page(client, team)
    assert "Our laboratory, version 1 saved." in shown
    assert "in use" in shown and stored.sha256[:12] in shown
    assert "not approved by a clinician" in shown


def test_a_file_is_parsed_like_a_pasted_table(client, team, clinician):
    for number, text in enumerate((REFERENCE_TABLE, REFERENCE_TABLE.replace(",", ";"))):
        file = SimpleUploadedFile("limits.csv", ("\ufeff" + text).encode())
        assert post(client, team, text="", file=file, name=f"set {number}").status_code == 302
    one, other = ReferenceSet.objects.all()
    assert one.sha256 == other.sha256


def test_an_invalid_table_is_rejected_with_line_and_column(client, team, clinician):
    wrong = REFERENCE_TABLE.replace(">=,3,µV", ">=,3,mA").replace("3.5", "3,5", 1)
    answer = post(client, team, text=wrong)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "line 3, column unit: “mA” is not one of" in shown
    assert "line 4: 12 cells, but the header has 11" in shown
    assert not ReferenceSet.objects.exists() and not ReferenceLimit.objects.exists()


def test_checking_saves_nothing_and_keeps_the_table_in_the_form(client, team, clinician):
    file = SimpleUploadedFile("limits.csv", REFERENCE_TABLE.encode())
    answer = post(client, team, do="check", text="", file=file)
    shown = answer.content.decode()
    assert answer.status_code == 200 and "3 limits were read" in shown
    assert not ReferenceSet.objects.exists()
    text = answer.context["form"]["text"].value()
    assert read(text).lines == read(REFERENCE_TABLE).lines
    assert post(client, team, text=text).status_code == 302


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"text": ""}, "Choose a file, or paste the table."),
        ({"text": "", "file": b"\xff\xfe"}, "The file is not UTF-8 text"),
        ({"text": "", "file": b"x" * (256 * 1024 + 1)}, "The file is larger than 256 kB."),
        ({"source": ""}, "Enter the source of the limits."),
        ({"name": ""}, "Enter the name of the set."),
        ({"laboratory": ""}, "Enter the laboratory."),
    ],
)
def test_a_missing_or_unreadable_table_is_rejected(client, team, clinician, data, why):
    if "file" in data:
        data = data | {"file": SimpleUploadedFile("limits.csv", data["file"])}
    answer = post(client, team, **data)
    assert answer.status_code == 422 and why in answer.content.decode()
    assert not ReferenceSet.objects.exists()


def test_user_outside_the_team_gets_404(client, team):
    stored = make_reference_set(team)
    client.force_login(make_user(team=make_team()))
    assert client.get(address(team)).status_code == 404
    assert post(client, team).status_code == 404
    for name in ("show-reference", "retire-reference"):
        one = reverse(f"caserecords:{name}", args=[team.pk, stored.pk])
        assert {client.get(one).status_code, client.post(one).status_code} == {404, 405}


def test_a_set_of_another_team_gets_404(client, team, clinician):
    other = make_reference_set(make_team())
    for name, call in (("show-reference", client.get), ("retire-reference", client.post)):
        assert call(reverse(f"caserecords:{name}", args=[team.pk, other.pk])).status_code == 404


def test_a_reader_can_see_but_not_change_the_sets(client, team):
    stored = make_reference_set(team)
    client.force_login(make_user(team=team, role=Role.READER))
    shown = page(client, team)
    assert "Our laboratory" in shown and "Store as a new version" not in shown
    retire = reverse("caserecords:retire-reference", args=[team.pk, stored.pk])
    assert (post(client, team).status_code, client.post(retire).status_code) == (403, 403)
    assert ReferenceSet.objects.get().retired_at is None


def test_the_same_name_creates_the_next_version(client, team, clinician):
    post(client, team)
    post(client, team, text=REFERENCE_TABLE.replace(">=,3,", ">=,2.5,"))
    new, old = ReferenceSet.objects.all()
    assert (new.version, old.version) == (2, 1)
    assert [row.limit for row in old.limits.all()] == ["5", "3", "3.5"]
    assert [row.limit for row in new.limits.all()] == ["5", "2.5", "3.5"]
    assert list(team.reference_sets.current()) == [new]
    assert "replaced by a later version" in page(client, team)


def test_only_a_change_creates_a_version(client, team, clinician):
    post(client, team)
    assert (
        "already has the same limits"
        in client.get(post(client, team, text=REFERENCE_TABLE + "\n\n").url).content.decode()
    )
    assert ReferenceSet.objects.count() == 1
    post(client, team, temperature="≥ 32 °C")
    assert ReferenceSet.objects.count() == 2


def test_download_matches_the_sha256_and_can_be_uploaded(client, team, clinician):
    stored = make_reference_set(team, clinician)
    answer = client.get(reverse("caserecords:show-reference", args=[team.pk, stored.pk]))
    assert hashlib.sha256(answer.content).hexdigest() == stored.sha256
    again, is_new = store_version(
        team,
        clinician,
        FACTS | {"technique": "", "temperature": ""},
        read(answer.content.decode()).lines,
    )
    assert (again, is_new) == (stored, False)


def test_template_has_every_column_and_only_limits_missing(client, team, clinician):
    answer = client.get(reverse("caserecords:show-reference-template", args=[team.pk]))
    errors = read(answer.content.decode()).errors
    assert {(error.column, error.message) for error in errors} == {("limit", "enter a value")}
    assert len(errors) == len(TEMPLATE)


def test_a_retired_set_is_out_of_use_until_saved_again(client, team, clinician):
    stored = make_reference_set(team, clinician)
    retire = reverse("caserecords:retire-reference", args=[team.pk, stored.pk])
    assert client.post(retire).status_code == 302
    shown = page(client, team)
    assert "retired. To undo this" in shown and stored.sha256[:12] in shown
    assert client.post(retire).status_code == 404
    assert not team.reference_sets.current().exists()
    post(client, team)
    assert [one.version for one in team.reference_sets.current()] == [2]


def test_retiring_the_newest_version_does_not_restore_an_older_one(client, team, clinician):
    make_reference_set(team, clinician)
    newest = make_reference_set(team, clinician, source="more volunteers")
    client.post(reverse("caserecords:retire-reference", args=[team.pk, newest.pk]))
    assert not team.reference_sets.current().exists()


def test_teams_can_use_the_same_set_name(team):
    make_reference_set(team)
    make_reference_set(team, source="more volunteers")
    other = make_team()
    make_reference_set(other)
    assert [one.version for one in other.reference_sets.current()] == [1]


def test_own_sets_come_before_the_built_in_set(team):
    stored = make_reference_set(team, technique="surface", temperature="≥ 32 °C")
    own, built_in = limit_sets(team)
    assert (own.name, own.version, own.temperature) == ("Our laboratory", 1, "≥ 32 °C")
    assert built_in.built_in and not own.built_in
    first, *_more, last = own.limits
    assert (first.number, first.printed, first.source) == (2, "≥ 5 µV", stored.source)
    assert (first.technique, last.technique) == ("antidromic 14 cm", "surface")


@pytest.mark.parametrize(
    "wrong",
    [{"operator": "<"}, {"kind": "other"}, {"sex": "other"}, {"age_min": 60, "age_max": 50}],
)
def test_database_rejects_invalid_limits(team, wrong):
    row = make_reference_set(team).limits.first()
    row.pk, row.number = None, 99
    for name, value in wrong.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_duplicate_version_number_is_rejected(team):
    stored = make_reference_set(team)
    stored.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        stored.save(force_insert=True)


def test_the_number_of_queries_does_not_grow_with_the_sets(
    client, team, clinician, django_assert_max_num_queries
):
    for number in range(6):
        make_reference_set(team, clinician, name=f"set {number}")
    with django_assert_max_num_queries(12):
        page(client, team)
    with django_assert_max_num_queries(2):
        assert len(limit_sets(team)) == 7


def test_a_saved_set_matches_its_table(team):
    found = as_limit_set(make_reference_set(team))
    assert [(one.nerves, one.parameter, one.limit, one.age_max) for one in found.limits] == [
        (("sural",), "snap_amplitude_onset_to_peak", "5", 59),
        (("sural",), "snap_amplitude_onset_to_peak", "3", None),
        (("tibial",), "cmap_amplitude", "3.5", None),
    ]

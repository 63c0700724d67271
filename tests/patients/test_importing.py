"""Import of case documents; a document with an error is not imported."""

import pytest

from patients.actions.importing import import_case, replace_case
from patients.models import ROW_MODELS, Case, Patient, StrengthScore
from patients.record.document import DocumentError, to_bytes, to_document
from patients.record.document import read as read_case
from tests.factories import make_case, make_document, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make_user(team=make_team())


@pytest.fixture
def team(author):
    return author.teams.get()


def test_import_creates_a_draft(author, team):
    case = import_case(make_document(), team, author)
    assert (case.author, case.team, case.status, case.version) == (author, team, "draft", 1)
    assert StrengthScore.objects.filter(case=case).count() == 6


def test_failed_import_saves_nothing(author, team):
    document = make_document()
    document["strength"][5]["grade"] = "9"
    with pytest.raises(DocumentError):
        import_case(document, team, author)
    assert not Case.objects.exists() and not Patient.objects.exists()


def test_two_cases_share_one_patient(author, team):
    document = make_document()
    one, other = (import_case(document, team, author) for _ in range(2))
    assert one.patient == other.patient
    elsewhere = make_case(document=document)
    assert elsewhere.patient != one.patient and elsewhere.patient.image_key != one.patient.image_key


def test_different_details_for_a_known_code_are_rejected(author, team):
    document = make_document()
    import_case(document, team, author)
    document["patient"]["sex"] = "female"
    with pytest.raises(DocumentError) as caught:
        import_case(document, team, author)
    assert [path for path, _message in caught.value.errors] == ["patient.sex"]
    assert Case.objects.count() == 1


def test_replacing_deletes_the_old_rows(author, team):
    case = import_case(make_document(), team, author)
    bare = {name: make_document()[name] for name in ("schema", "case")}
    version = replace_case(case, bare | {"patient": {"code": case.patient.code}}, author)
    assert version.number == 2
    assert not any(model.objects.filter(case=case).exists() for model in ROW_MODELS)


def test_failed_replacing_changes_nothing(author, team):
    case = import_case(make_document(), team, author)
    before = to_bytes(to_document(read_case(case)))
    document = make_document()
    document["diagnoses"][0]["status"] = "guessed"
    with pytest.raises(DocumentError):
        replace_case(case, document, author)
    assert to_bytes(to_document(read_case(Case.objects.get()))) == before
    assert case.versions.count() == 1


def test_renamed_patient_keeps_the_image_key(author, team):
    case = import_case(make_document(), team, author)
    key, document = case.patient.image_key, make_document()
    replace_case(case, document, author)
    case.refresh_from_db()
    assert (case.patient.code, case.patient.image_key) == (document["patient"]["code"], key)


def test_code_of_another_patient_switches_to_that_patient(author, team):
    case, other = (import_case(make_document(), team, author) for _ in range(2))
    document = make_document()
    document["patient"] = {"code": other.patient.code, "sex": other.patient.sex}
    replace_case(case, document, author)
    case.refresh_from_db()
    assert case.patient == other.patient

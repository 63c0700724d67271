"""Management commands: tokens, export, import, verification and rebuilding."""

import csv
import io
import json
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from imaging.file_store import store
from patients.models import ROW_MODELS, ApiToken, Case, CaseSummary, CaseVersion, Role
from patients.record.computed import RULES
from patients.record.document import document_fields
from patients.versions.reading import served_text
from patients.versions.saving import broken_links, save_version
from tests.api import LIST
from tests.factories import make_case, make_document, make_team, make_user

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "caserecords" / "demo"


def run(*args, **kwargs):
    """Run a command; return what it wrote to standard output."""
    out = io.StringIO()
    call_command(*args, stdout=out, **kwargs)
    return out.getvalue()


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path / 'files'}"


def test_token_works_until_it_expires(client):
    make_user("anna", make_team())
    token = run("create_token", "anna", "--days", "3").strip()
    assert client.get(LIST, headers={"authorization": f"Bearer {token}"}).status_code == 200
    left = ApiToken.objects.get().expiry - timezone.now()
    assert timedelta(days=2, hours=23) < left <= timedelta(days=3)
    assert not ApiToken.objects.get().read_only


def test_read_only_token():
    make_user("anna")
    run("create_token", "anna", "--read-only")
    assert ApiToken.objects.get().read_only


@pytest.mark.parametrize("args", [["nobody"], ["anna", "--days", "0"], ["anna", "--days", "9999"]])
def test_invalid_token_request_is_rejected_with_a_reason(args):
    make_user("anna")
    with pytest.raises(CommandError):
        run("create_token", *args)
    assert not ApiToken.objects.exists()


def test_export_writes_the_stored_bytes(tmp_path, capfdbinary):
    case = make_case()
    document = served_text(case.versions.get())
    call_command("export_case", str(case.pk), "--format", "json")
    assert capfdbinary.readouterr().out == document
    target = tmp_path / "case.json"
    call_command("export_case", str(case.pk), "--format", "json", "--output", str(target))
    assert target.read_bytes() == document


def test_export_of_the_strength_table(tmp_path):
    document = make_document()
    document["visits"][0]["label"] = "=cmd()"
    document["strength"][0] |= {"printed_label": "+hip"}
    target = tmp_path / "strength.csv"
    case = str(make_case(document=document).pk)
    run("export_case", case, "--format", "csv", "--output", str(target))
    lines = list(csv.reader(target.open(encoding="utf-8", newline="")))
    assert lines[0] == ["Movement or muscle", "Side", "'=cmd()", "3 months later"]
    assert lines[1] == ["'+hip", "left", "5", ""]
    assert lines[-1][1:] == ["left", "3-", "4"]


def exported(tmp_path, case, table):
    target = tmp_path / f"{table}.csv"
    run("export_case", str(case.pk), "--format", "csv", "--table", table, "--output", str(target))
    return list(csv.DictReader(target.open(encoding="utf-8", newline="")))


def test_export_of_any_table(tmp_path):
    document = make_document()
    document["sensory_conduction"][0]["note"] = "=cmd()"
    rows = exported(tmp_path, make_case(document=document), "sensory_conduction")
    assert len(rows) == 2
    assert rows[0]["Visit"] == "On admission" and rows[0]["Nerve"] == "sural"
    assert (rows[0]["Side"], rows[0]["Amplitude, µV"]) == ("left", "6 µV")
    assert rows[0]["Note"] == "'=cmd()" and rows[0]["Onset latency, ms"] == ""


def test_exported_phases_include_their_treatment(tmp_path):
    (row,) = exported(tmp_path, make_case(), "phases")
    assert (row["Treatment, row number"], row["Treatment"]) == ("1", "methylprednisolone")
    assert (row["Kind"], row["Dose"], row["Per"]) == ("fixed dose", "1000 mg", "day")


@pytest.mark.parametrize("model", ROW_MODELS, ids=lambda model: model.DOCUMENT_KEY)
def test_every_table_has_a_column_for_each_field(tmp_path, model):
    document = json.loads((DEMO / "invented_case.json").read_text())
    case = make_case(document=document)
    rows = exported(tmp_path, case, model.DOCUMENT_KEY)
    assert len(rows) == model.objects.filter(case=case).count()
    for row in rows:
        assert len(row) == len(document_fields(model)) + 2 * bool(model.PARENT)


@pytest.mark.parametrize(("form", "table"), [("csv", "spleen"), ("json", "strength")])
def test_export_of_an_unknown_table(form, table):
    with pytest.raises(CommandError) as error:
        run("export_case", str(make_case().pk), "--format", form, "--table", table)
    assert "needle_emg" in str(error.value) or form == "json"


@pytest.mark.parametrize("case", ["x", str(uuid.UUID(int=7))])
def test_export_of_an_unknown_case(case):
    with pytest.raises(CommandError):
        run("export_case", case, "--format", "json")


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return str(path)


def test_exported_file_can_be_imported(tmp_path):
    make_user("anna", make_team("Here"))
    elsewhere = make_case()
    exported = served_text(elsewhere.versions.get())
    out = run("import_case", written(tmp_path, "case.json", exported), "--user", "anna")
    case = Case.objects.get(pk=out.split()[-1])
    assert served_text(case.versions.get()) == exported
    assert (case.author.username, case.team.name) == ("anna", "Here")


def test_file_with_an_error_is_not_imported(tmp_path, capsys):
    make_user("anna", make_team())
    wrong = make_document()
    wrong["strength"][3]["grade"] = "9"
    files = [
        written(tmp_path, "wrong.json", wrong),
        written(tmp_path, "right.json", make_document()),
        written(tmp_path, "broken.json", b'{"schema":\n ]'),
        str(tmp_path / "missing.json"),
    ]
    with pytest.raises(CommandError, match="rejected: 3 of 4"):
        run("import_case", *files)
    output = capsys.readouterr().err
    assert f"{files[0]}: strength[3].grade: 9 is not an MRC grade" in output
    assert "line 2, column 2" in output and f"{files[3]}: No such file" in output
    assert Case.objects.count() == 1


def test_import_prints_author_and_team(tmp_path, capsys):
    file = written(tmp_path, "case.json", make_document())
    with pytest.raises(CommandError, match="No clinician matches --user and --team"):
        run("import_case", file)
    team = make_team("Here")
    make_user("anna", team)
    make_user("bert", team)
    make_user("carl", team, Role.READER)
    with pytest.raises(CommandError):
        run("import_case", file, "--user", "carl")
    run("import_case", file)
    assert "Author: anna, team: Here" in capsys.readouterr().err
    run("import_case", file, "--user", "bert", "--team", "Here")
    authors = Case.objects.order_by("created").values_list("author__username", flat=True)
    assert list(authors) == ["anna", "bert"]


def keep(data):
    """Store a file; return its hash."""
    path = store().temporary()
    path.write_bytes(data)
    return store().put_many([path])[0]


def test_verify_reports_success():
    make_case()
    assert "No damage found. Cases: 1. Image files: 0." in run("verify")


def test_verify_reports_an_edited_version(capsys):
    case = make_case()
    CaseVersion.objects.update(pieces={})
    with pytest.raises(CommandError):
        run("verify")
    assert f"case {case.pk}: the document of version 1 was changed" in capsys.readouterr().err


def test_verify_lists_and_removes_unused_files(capsys):
    sha256 = keep(b"left over")
    with pytest.raises(CommandError):
        run("verify")
    assert sha256 in capsys.readouterr().err
    run("verify", "--sweep")
    assert list(store().hashes()) == []


def test_verify_reports_damaged_and_missing_files(capsys):
    case = make_case()
    study = case.studies.create(study_instance_uid="1.2.3")
    series = case.series.create(study=study, series_instance_uid="1.2.4")
    hashes = [keep(b"one"), keep(b"other")]
    for number, sha256 in enumerate(hashes):
        series.instances.create(case=case, sop_instance_uid=f"1.{number}", sha256=sha256, held=True)
    assert "Image files: 2" in run("verify")
    store().path(hashes[0]).write_bytes(b"changed")
    store().remove(hashes[1])
    with pytest.raises(CommandError, match="Problems found: 2"):
        run("verify")
    output = capsys.readouterr().err
    for sha256, words in zip(hashes, ("damaged", "missing"), strict=True):
        assert f"case {case.pk}: the image file {sha256} is {words}" in output


def test_rebuild_reports_unreadable_versions_and_continues():
    damaged, sound = make_case(), make_case()
    for case in (damaged, sound):
        served_text(case.versions.get())
    CaseVersion.objects.update(rules="0")
    damaged.pieces.all().delete()
    err = io.StringIO()
    assert "Versions rebuilt: 1. Summaries: 1." in run("rebuild_computed", stderr=err)
    assert f"{damaged.pk} cannot be read. Run “manage.py verify”." in err.getvalue()
    assert sound.versions.get().rules == RULES


def test_rebuild_updates_outdated_results_except_signed_ones():
    case = make_case()
    signed = save_version(case, case.author, "Approved", is_signed=True)
    served_text(case.versions.get(number=1))
    CaseVersion.objects.update(rules="0")
    CaseSummary.objects.update(better=99, diagnosis="")
    assert "Versions rebuilt: 1. Summaries: 1." in run("rebuild_computed")
    assert CaseVersion.objects.get(number=1).rules == RULES
    assert CaseVersion.objects.get(pk=signed.pk).rules == "0"
    assert CaseSummary.objects.get().better == 2
    assert CaseSummary.objects.get().diagnosis == "L5 radiculopathy, left"
    case.refresh_from_db()
    assert not list(broken_links(case))

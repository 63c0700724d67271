"""The demo command and the data it loads."""

import json
import socket
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from caserecords.demo.load import CASES, HERE, load_demonstration
from imaging.models import Annotation, Instance
from patients.models import Case, Role
from tests.caserecords.conftest import manage

ROOT = Path(__file__).resolve().parents[2]
SIX_MB = 6 * 1024 * 1024


@pytest.mark.own_data
def test_running_it_again_changes_nothing(copied_demonstration):
    folder, made = copied_demonstration
    again = manage(folder, "demo", "--no-serve", "--json")
    assert json.loads(again.stdout) == made
    words = manage(folder, "demo", "--no-serve").stdout
    assert f"curl -H 'Authorization: Bearer {made['token']}'" in words
    assert all(user["password"] in words for user in made["users"])
    assert manage(folder, "verify").returncode == 0
    assert (folder / "demonstration.json").stat().st_mode & 0o077 == 0


@pytest.mark.own_data
def test_an_interrupted_run_starts_again(copied_demonstration):
    folder, _made = copied_demonstration
    (folder / "demonstration.json").rename(folder / "demonstration.unfinished")
    again = manage(folder, "demo", "--no-serve", "--json")
    assert again.returncode == 0, again.stderr
    assert len(json.loads(again.stdout)["cases"]) == len(CASES)


@pytest.mark.own_data
def test_a_database_with_other_data_is_rejected(copied_demonstration):
    folder, _made = copied_demonstration
    (folder / "demonstration.json").unlink()
    failed = manage(folder, "demo", "--no-serve")
    assert failed.returncode == 1 and "The database is not empty" in failed.stderr


@pytest.mark.own_data
def test_a_port_in_use_is_reported_immediately(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        failed = manage(tmp_path, "demo", "--port", port)
    assert failed.returncode == 1 and f"Port {port} is not available" in failed.stderr


@pytest.fixture
def demonstration(transactional_db):
    return load_demonstration()


def test_there_is_a_user_for_each_role(demonstration):
    roles = {user["role"] for user in demonstration["users"]}
    assert roles == {*Role.values, "stranger"}


def test_the_cases_have_their_authors_and_status_and_are_listed_in_order(demonstration):
    reviewer = get_user_model().objects.get(username="reviewer")
    cases = Case.objects.select_related("author")
    assert [str(case.pk) for case in cases] == demonstration["cases"]
    assert [(case.author.username, case.status) for case in cases] == [
        (author, status) for _name, author, status in CASES
    ]
    assert Case.objects.reviewable_by(reviewer).count() == 1


def test_the_study_is_small_lossless_and_marked_synthetic(demonstration):
    assert (HERE / "lumbar_mr.zip").stat().st_size <= SIX_MB
    slices = Instance.objects.filter(case=demonstration["cases"][0])
    assert len(slices) == 72
    for one in slices:
        assert one.header["transfer_syntax_uid"] == "1.2.840.10008.1.2.4.80"  # JPEG-LS lossless
        assert "SYNTHETIC" in one.series.series_description


def test_the_report_shows_the_figure_with_its_generated_legend(demonstration, client):
    case = Case.objects.get(pk=demonstration["cases"][0])
    client.force_login(case.author)
    page = client.get(f"/cases/{case.pk}/report/").content.decode()
    for words in ("left L5 root", "left S1 root", "red", "blue", "L3–4", "L4–5", "L5–S1"):
        assert words in page
    assert "ynthetic" in page
    figure = case.figures.get()
    assert {(panel.row, panel.column) for panel in figure.panels.all()} == {
        (row, column) for row in range(3) for column in range(2)
    }
    colours = Annotation.objects.filter(case=case).values_list("structure", "colour")
    assert set(colours) == {("root_l5", "red"), ("root_s1", "blue")}
    picture = client.get(f"/cases/{case.pk}/imaging/figures/{figure.pk}/figure.png")
    assert picture.status_code == 200 and picture.content.startswith(b"\x89PNG")


def test_the_interval_between_the_studies_is_kept(demonstration):
    dates = sorted(
        study.study_date for study in Case.objects.get(pk=demonstration["cases"][0]).studies.all()
    )
    assert (dates[1] - dates[0]).days == 99  # study dates in the files: 2024-06-18 and 2024-09-25

"""Load the demonstration: two cases, two synthetic MR studies, users and an API token."""

import json
import secrets
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction

from caserecords.demo.marks import place_marks
from imaging.intake.importing import import_paths
from patients.actions.importing import import_case
from patients.models import ApiToken, Membership, Role, Status, Team, Visit
from patients.versions.saving import save_version

HERE = Path(__file__).parent
TEAM = "Neuromuscular clinic (demonstration)"
USERS = {
    "clinician": Role.CLINICIAN,  # author of both cases
    "colleague": Role.CLINICIAN,  # co-author of the published case
    "reviewer": Role.REVIEWER,
    "reader": Role.READER,
    "stranger": None,  # not a member of any team
}


def load_demonstration():
    """Fill an empty database; return {users, token, cases} for `manage.py demo` to print.

    `cases` contains the primary keys as text, the published case first.
    """
    with transaction.atomic():
        team = Team.objects.create(name=TEAM)
        passwords = {name: secrets.token_urlsafe(9) for name in USERS}
        users = {name: make_user(name, passwords[name], team) for name in USERS}
        author = users["clinician"]
        invented = import_case(read_case("invented_case"), team, author, "fictitious case")
        approve(invented, users["reviewer"])
        published = import_case(read_case("published_case"), team, author, "published case")
        published.co_authors.add(users["colleague"])
    load_images(published, author)
    token = ApiToken.objects.issue(author, days=90)
    return {
        "users": [
            {"username": name, "password": passwords[name], "role": USERS[name] or "stranger"}
            for name in USERS
        ],
        "token": token,
        "cases": [str(published.pk), str(invented.pk)],
    }


def read_case(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def make_user(name, password, team):
    user = get_user_model().objects.create_user(name, password=password)
    if USERS[name]:
        Membership.objects.create(team=team, user=user, role=USERS[name])
    return user


def approve(case, reviewer):
    case.status = Status.APPROVED
    case.save(update_fields=["status"])
    save_version(case, reviewer, "approved", is_signed=True)


def load_images(case, author):
    """Import the synthetic images, link each study to a visit, and add the marks and figure."""
    import_paths(case, author, [HERE / "lumbar_mr.zip"])
    with transaction.atomic():
        for visit, study in zip(
            Visit.objects.filter(case=case), case.studies.order_by("study_date"), strict=True
        ):
            study.visit = visit
            study.save(update_fields=["visit"])
        place_marks(case, json.loads((HERE / "marks.json").read_text()))
        save_version(case, author)

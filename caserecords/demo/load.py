"""Load the demonstration: eight cases, two synthetic MR studies, users and an API token."""

import json
import secrets
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from caserecords.demo.marks import place_marks
from caserecords.demo.users import USERS
from imaging.intake.importing import import_paths
from patients.actions.importing import import_case
from patients.actions.review import STEPS, take_step
from patients.models import ApiToken, FollowUp, Membership, Status, Team, Visit
from patients.versions.saving import save_version

HERE = Path(__file__).parent
TEAM = "Neuromuscular clinic (demonstration)"
# (document, author, status), newest case first, as in the lists of cases.
CASES = (
    ("published_case", "clinician", Status.DRAFT),  # co-author: colleague
    ("invented_case", "clinician", Status.APPROVED),
    ("guillain_barre", "clinician", Status.APPROVED),
    ("myasthenia_gravis", "colleague", Status.APPROVED),
    ("als", "colleague", Status.SUBMITTED),
    ("carpal_tunnel", "clinician", Status.DRAFT),
    ("brachial_plexus", "clinician", Status.DRAFT),
    ("necrotising_myopathy", "colleague", Status.APPROVED),
)

# {document: (days from today until the follow-up is due, what to do)}
FOLLOW_UPS = {
    "published_case": (-3, "Repeat the needle EMG of the left leg."),
    "brachial_plexus": (12, "Strength and sensation of the arm."),
    "guillain_barre": (90, "Nerve conduction studies."),
}


def load_demonstration():
    """Fill an empty database; return {users, token, cases} for `manage.py demo` to print.

    `cases` contains the primary keys as text, in the order of CASES.
    """
    with transaction.atomic():
        team = Team.objects.create(name=TEAM)
        passwords = {name: secrets.token_urlsafe(9) for name in USERS}
        users = {name: make_user(name, passwords[name], team) for name in USERS}
        cases = {
            name: load_case(read_case(name), team, users[author], users["reviewer"], status)
            for name, author, status in reversed(CASES)
        }
        for name, (days, note) in FOLLOW_UPS.items():
            due = timezone.localdate() + timedelta(days=days)
            FollowUp.objects.create(case=cases[name], due=due, note=note)
        published = cases["published_case"]
        published.co_authors.add(users["colleague"])
    load_images(published, published.author)
    token = ApiToken.objects.issue(users["clinician"], days=90)
    return {
        "users": [
            {"username": name, "password": passwords[name], "role": USERS[name].role or "stranger"}
            for name in USERS
        ],
        "token": token,
        "cases": [str(cases[name].pk) for name, _author, _status in CASES],
    }


def read_case(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def make_user(name, password, team):
    invented = USERS[name]
    names = {"first_name": invented.given_name, "last_name": invented.family_name}
    user = get_user_model().objects.create_user(name, password=password, **names)
    if invented.role:
        Membership.objects.create(team=team, user=user, role=invented.role)
    return user


def load_case(document, team, author, reviewer, status):
    """Import a case and take it through the review up to a status."""
    case = import_case(document, team, author, "imported for the demonstration")
    if status != Status.DRAFT:
        take_step(case, STEPS["submit"], author)
    if status == Status.APPROVED:
        take_step(case, STEPS["approve"], reviewer)
    return case


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

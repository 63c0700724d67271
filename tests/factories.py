"""Factories for teams, users, reference sets and small cases with rows in several tables."""

import copy
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from patients.actions.importing import import_case
from patients.catalogue.case_templates import TEMPLATES
from patients.entry.case_templates import content_of
from patients.models import Membership, Role, Team, TeamTemplate
from patients.team_limits.csv_table import read
from patients.team_limits.sets import store_version
from tests import PASSWORD

_numbers = count(1)

DOCUMENT = {
    "schema": "caserecord/1",
    "case": {"title": "Leg weakness after pain", "origin": "invented"},
    "patient": {
        "code": "P-1",
        "sex": "male",
        "age_at_presentation": {"number": "74", "unit": "years"},
    },
    "events": [
        {"key": "admission", "label": "Admission", "placement": {"how": "index"}},
        {
            "key": "weakness",
            "label": "Weakness",
            "placement": {
                "how": "offset",
                "anchor": "admission",
                "offset": "-25",
                "unit": "days",
                "precision": "day",
            },
        },
        {"key": "follow-up", "label": "Follow-up", "placement": {"how": "unknown"}},
    ],
    "visits": [
        {"key": "on-admission", "label": "On admission", "event": "admission"},
        {"key": "later", "label": "3 months later", "event": "follow-up"},
    ],
    "symptoms": [{"name": "weakness", "side": "left", "onset": "weakness"}],
    "strength": [
        {
            "visit": visit,
            "movement": movement,
            "side": "left",
            "grade": grade,
        }
        for movement, before, after in [
            ("hip_flexion", "5", "5"),
            ("hip_abduction", "2", "2+"),
            ("ankle_dorsiflexion", "3-", "4"),
        ]
        for visit, grade in [("on-admission", before), ("later", after)]
    ],
    "motor_conduction": [
        {
            "visit": "on-admission",
            "nerve": "text:fibular, deep",
            "side": "left",
            "amplitude_mv": {"percent": "4.1", "of": "right"},
        },
    ],
    "sensory_conduction": [
        {
            "visit": "on-admission",
            "nerve": "text:sural",
            "side": side,
            "amplitude_uv": {"number": "6", "unit": "µV"},
        }
        for side in ("left", "right")
    ],
    "diagnoses": [{"text": "L5 radiculopathy", "status": "working", "side": "left"}],
    "treatments": [
        {
            "kind": "text:steroid",
            "agent": "methylprednisolone",
            "phases": [{"kind": "fixed", "dose": {"number": "1000", "unit": "mg"}, "per": "day"}],
        }
    ],
    "narrative": [{"chapter": "presentation", "text": "Weakness of the left leg for 25 days."}],
}


REFERENCE_TABLE = """\
nerve,kind,recording_site,parameter,operator,limit,unit,age_min,age_max,sex,technique
sural,sensory,lateral malleolus,snap_amplitude_onset_to_peak,>=,5,µV,18,59,,antidromic 14 cm
sural,sensory,lateral malleolus,snap_amplitude_onset_to_peak,>=,3,µV,60,,,antidromic 14 cm
tibial,motor,AH,cmap_amplitude,>=,3.5,mV,60,,male,
"""


def make_reference_set(team, user=None, table=REFERENCE_TABLE, name="Our laboratory", **facts):
    """Store the next version of a team's reference set and return it."""
    facts = {"laboratory": "Ours", "source": "own volunteers"} | facts
    facts = {"technique": "", "temperature": ""} | facts
    stored, _new = store_version(
        team, user or make_user(), facts | {"name": name}, read(table).lines
    )
    return stored


def make_template(team, user=None, source="als", **changes):
    """Store a team's own copy of a built-in case template and return it."""
    content = content_of(TEMPLATES[source]) | changes
    label = TEMPLATES[source].label
    user = user or make_user(team=team)
    return TeamTemplate.objects.create(team=team, label=label, content=content, changed_by=user)


def make_team(name=None):
    return Team.objects.create(name=name or f"Team {next(_numbers)}")


@cache
def hash_password():
    """Return the hash of PASSWORD, cached because hashing is slow by design."""
    return make_password(PASSWORD)


def make_user(name=None, team=None, role=None):
    """Return a new user; if a team is given, the user joins it, by default as a clinician."""
    name = name or f"user{next(_numbers)}"
    user = User.objects.create(username=name, password=hash_password())
    if team is not None:
        Membership.objects.create(team=team, user=user, role=role or Role.CLINICIAN)
    return user


def make_document(**overrides):
    """Return a case document with a new patient; `overrides` replace top-level keys.

    `title` replaces only the title of the case.
    """
    document = copy.deepcopy(DOCUMENT)
    document["patient"]["code"] = f"P-{next(_numbers)}"
    if "title" in overrides:
        document["case"]["title"] = overrides.pop("title")
    return document | overrides


def make_case(author=None, team=None, *, document=None, status=None, **overrides):
    """Return a stored case with one version; create the author and the team if not given."""
    team = team or make_team()
    author = author or make_user(team=team)
    case = import_case(document or make_document(**overrides), team, author)
    if status:
        type(case).objects.filter(pk=case.pk).update(status=status)
        case.refresh_from_db()
    return case

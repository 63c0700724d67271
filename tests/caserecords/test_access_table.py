"""Access to every URL by role and method; every new URL must be added to the table."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, path, reverse

from imaging.dicom.synthetic import slice_bytes
from imaging.intake.importing import import_paths
from patients.actions.deleting import delete_draft
from patients.models import Case, FollowUp, Role
from tests.factories import make_case, make_reference_set, make_team, make_template, make_user

ROLES = ("nobody", "stranger", "reader", "reviewer", "author", "co_author")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
BACKEND = "django.contrib.auth.backends.ModelBackend"
# One status per role, in the order of ROLES.
OPEN = "200 200 200 200 200 200"
USERS = "302 200 200 200 200 200"
STAFF = "302 403 403 403 403 403"  # staff only; no role in a team is enough
READ = "302 404 200 200 200 200"
TEAM = "302 404 200 200 200 404"  # team members only; this co-author is not in the team
EDIT = "302 404 403 403 200 200"
DONE = "302 404 403 403 302 302"  # a change, then a redirect to a page
API_USERS = "401 200 200 200 200 200"
API_READ = "401 404 200 200 200 200"
API_ASKED = "401 404 403 403 400 400"  # allowed, but the empty body is invalid
API_ANY = "401 400 400 400 400 400"  # the empty body names no case to check access to
API_GONE = "401 404 404 404 404 404"

# {name: (arguments, {method: statuses})}. HEAD has the statuses of GET. Signed-in
# users get 405 for other methods.
CASE = ("case",)
SERIES_UIDS = ("study_uid", "series_uid")
IMAGE_UIDS = (*SERIES_UIDS, "image_uid")
TABLE = {
    "login": ((), {"GET": OPEN, "POST": OPEN, "PUT": OPEN}),
    "logout": ((), {"POST": "302 302 302 302 302 302"}),
    "session": ((), {"GET": OPEN}),
    "password_change": ((), {"GET": USERS, "POST": USERS, "PUT": USERS}),
    "caserecords:home": ((), {"GET": USERS}),
    "caserecords:review": ((), {"GET": USERS}),
    "caserecords:show-keys": ((), {"GET": USERS}),
    "caserecords:start-tour": ((), {"POST": "302 404 404 404 404 404"}),  # no demonstration
    "caserecords:end-tour": ((), {"POST": "302 302 302 302 302 302"}),
    "caserecords:healthz": ((), {"GET": OPEN}),
    "caserecords:show-case": (CASE, {"GET": READ}),
    "caserecords:list-teams": ((), {"GET": USERS}),
    "caserecords:add-team": ((), {"POST": STAFF}),
    "caserecords:add-member": ((1,), {"POST": STAFF}),
    "caserecords:edit-member": ((1, 1), {"POST": STAFF}),
    "caserecords:edit-references": (
        ("team",),
        {"GET": TEAM, "POST": "302 404 403 422 422 404"},
    ),
    "caserecords:show-reference-template": (("team",), {"GET": TEAM}),
    "caserecords:show-reference": (("team", "reference"), {"GET": TEAM}),
    "caserecords:retire-reference": (
        ("team", "reference"),
        {"POST": "302 404 403 302 302 404"},
    ),
    "caserecords:list-team-templates": (("team",), {"GET": TEAM}),
    "caserecords:copy-template": (("team",), {"POST": "302 404 403 403 404 404"}),  # no source
    "caserecords:edit-template": (
        ("team", "template"),
        {"GET": TEAM, "POST": "302 404 403 403 422 404"},
    ),
    "caserecords:delete-template": (
        ("team", "template"),
        {"POST": "302 404 403 403 302 404"},
    ),
    "caserecords:restore-template": (
        ("team", "template"),
        {"POST": "302 404 403 403 302 404"},
    ),
    "caserecords:change-status": (
        CASE,
        {"GET": "302 404 404 404 404 404", "POST": "302 404 404 404 404 404"},
    ),
    "caserecords:duplicate-case": (
        CASE,
        {"GET": "302 404 403 403 200 403", "POST": "302 404 403 403 200 403"},
    ),
    "caserecords:archive-case": (CASE, {"POST": "302 404 403 302 302 302"}),
    "caserecords:unarchive-case": (CASE, {"POST": "302 404 403 302 302 302"}),
    "caserecords:delete-case": (CASE, {"POST": "302 404 403 403 302 403"}),
    "caserecords:list-deleted": ((), {"GET": USERS}),
    "caserecords:restore-draft": (("deleted",), {"POST": "302 404 404 404 302 404"}),
    "caserecords:erase-draft": (
        ("deleted",),
        {"GET": "302 404 404 404 200 404", "POST": "302 404 404 404 302 404"},
    ),
    "caserecords:list-versions": (CASE, {"GET": READ}),
    "caserecords:show-version": (("case", 1), {"GET": READ}),
    "caserecords:restore-version": (("case", 1), {"GET": EDIT, "POST": EDIT}),
    "caserecords:list-accesses": (CASE, {"GET": "302 404 403 200 200 200"}),
    "caserecords:edit-identity": (CASE, {"GET": EDIT, "POST": DONE}),
    "caserecords:edit-people": (CASE, {"GET": READ, "POST": "302 404 403 403 302 403"}),
    "caserecords:show-report": (CASE, {"GET": READ}),
    "caserecords:compare-strength": (CASE, {"GET": READ}),
    "caserecords:show-localisation": (CASE, {"GET": READ}),
    "caserecords:show-concordance": (CASE, {"GET": READ}),
    "caserecords:show-checks": (CASE, {"GET": READ}),
    "caserecords:accept-check": (CASE, {"POST": DONE}),
    "caserecords:reopen-check": (CASE, {"POST": DONE}),
    "caserecords:show-care": (CASE, {"GET": READ}),
    "caserecords:show-patient": (("patient",), {"GET": READ}),
    "patients:list-follow-ups": ((), {"GET": USERS}),
    "patients:edit-follow-up": (CASE, {"GET": EDIT, "POST": EDIT}),
    "patients:finish-follow-up": (CASE, {"POST": DONE}),
    "patients:clear-follow-up": (CASE, {"POST": DONE}),
    "patients:undo-follow-up": (CASE, {"POST": DONE}),
    "patients:create-case": (
        (),
        {"GET": "302 200 403 403 200 403", "POST": "302 200 403 403 200 403"},
    ),
    "patients:save-unsaved-case": ((), {"POST": "302 200 200 200 200 200"}),
    "patients:list-templates": ((), {"GET": "302 200 403 403 200 403"}),
    "caserecords:import-cases": (
        (),
        {"GET": "302 200 403 403 200 403", "POST": "302 422 403 403 422 403"},
    ),
    "patients:copy-visit": (CASE, {"GET": EDIT, "POST": "302 404 403 403 422 422"}),
    "patients:draw-new-case": ((), {"POST": "302 200 403 403 200 403"}),
    "patients:edit-section": (("case", "strength"), {"GET": EDIT, "POST": DONE}),
    "patients:undo-save": ((*CASE, "signs"), {"POST": DONE}),
    "patients:save-draft": (("case", "strength"), {"POST": EDIT}),
    "patients:paste-table": (("case", "strength"), {"POST": "302 404 403 403 404 404"}),
    "imaging:list-series": (CASE, {"GET": READ}),
    "imaging:add-import": (CASE, {"POST": DONE}),
    "imaging:show-import": (("case", "import"), {"GET": READ}),
    "imaging:add-file": (
        ("case", "import"),
        {"GET": "302 404 403 403 200 404", "POST": "302 404 403 403 409 404"},
    ),
    "imaging:start-import": (("case", "import"), {"POST": DONE}),
    "imaging:stop-import": (("case", "import"), {"POST": DONE}),
    "imaging:take-back-import": (("case", "import"), {"POST": DONE}),
    "imaging:list-files": (("case", "import"), {"GET": READ}),
    "imaging:show-progress": (("case", "import"), {"GET": READ}),
    "imaging:edit-study": (("case", "study"), {"POST": DONE}),
    "imaging:edit-policy": ((1,), {"GET": STAFF, "POST": STAFF}),
    "imaging:move-received": (("case", "study"), {"POST": "302 404 403 403 404 404"}),
    "imaging:show-object": (
        ("case", "study", "presentation-state"),
        {"GET": "302 404 200 200 200 200"},
    ),
    "imaging:add-presentation-state": (CASE, {"POST": DONE}),
    "imaging:show-series": (("case", "series"), {"GET": READ}),
    "imaging:add-annotation": (("case", "series"), {"POST": DONE}),
    "imaging:edit-annotation": (("case", "annotation"), {"GET": EDIT, "POST": EDIT}),
    "imaging:delete-annotation": (("case", "annotation"), {"POST": DONE}),
    "imaging:show-image": (("case", "instance", "png"), {"GET": READ}),
    "imaging:show-frame": (("case", "instance"), {"GET": READ}),
    "imaging:show-metadata": (("case", "instance"), {"GET": READ}),
    "imaging:name-level": (("case", "series"), {"POST": DONE}),
    "imaging:add-finding": (("case", "series"), {"POST": DONE}),
    "imaging:release-image": (("case", "instance"), {"POST": "302 404 403 403 404 404"}),
    "imaging:delete-image": (("case", "instance"), {"POST": "302 404 403 403 404 404"}),
    "imaging:add-figure": (CASE, {"POST": DONE}),
    "imaging:edit-figure": (("case", "figure"), {"GET": READ, "POST": EDIT}),
    "imaging:show-figure": (("case", "figure", "png"), {"GET": READ}),
    "imaging:delete-figure": (("case", "figure"), {"POST": DONE}),
    "dicomweb:studies": ((), {"GET": API_USERS, "POST": "401 400 400 400 400 400"}),
    "dicomweb:search-series": ((), {"GET": API_USERS}),
    "dicomweb:search-instances": ((), {"GET": API_USERS}),
    "dicomweb:search-series-of-study": (("study_uid",), {"GET": API_USERS}),
    "dicomweb:search-instances-of-study": (("study_uid",), {"GET": API_USERS}),
    "dicomweb:search-instances-of-series": (("study_uid", "series_uid"), {"GET": API_USERS}),
    "dicomweb:store-in-case": (CASE, {"POST": API_ASKED}),
    "dicomweb:store-in-case-study": (("case", "1.2.3"), {"POST": API_ASKED}),
    "dicomweb:unknown": ((), dict.fromkeys(METHODS, API_GONE)),
    "dicomweb:study": (
        ("study_uid",),
        {"GET": API_READ, "POST": "401 400 400 400 400 400"},
    ),
    "dicomweb:files-series": (SERIES_UIDS, {"GET": API_READ}),
    "dicomweb:files-instance": (IMAGE_UIDS, {"GET": API_READ}),
    "dicomweb:metadata-study": (("study_uid",), {"GET": API_READ}),
    "dicomweb:metadata-series": (SERIES_UIDS, {"GET": API_READ}),
    "dicomweb:metadata-instance": (IMAGE_UIDS, {"GET": API_READ}),
    "dicomweb:rendered-study": (("study_uid",), {"GET": API_READ}),
    "dicomweb:rendered-series": (SERIES_UIDS, {"GET": API_READ}),
    "dicomweb:rendered-instance": (IMAGE_UIDS, {"GET": API_READ}),
    "dicomweb:frames": ((*IMAGE_UIDS, "1"), {"GET": API_READ}),
    "dicomweb:rendered-frame": ((*IMAGE_UIDS, "1"), {"GET": API_READ}),
    "dicomweb:bulk-data": ((*IMAGE_UIDS, "7FE00010"), {"GET": API_READ}),
    "api:list-cases": ((), {"GET": API_USERS, "POST": "401 400 403 403 400 403"}),
    "api:export-cases": ((), {"GET": API_USERS}),
    "api:show-case": (
        CASE,
        {
            "GET": API_READ,
            "PUT": "401 404 403 403 428 428",
            "DELETE": "401 404 403 403 204 403",
        },
    ),
    "api:archive-case": (
        CASE,
        {"PUT": "401 404 403 200 200 200", "DELETE": "401 404 403 200 200 200"},
    ),
    "api:duplicate-case": (CASE, {"POST": "401 404 403 403 201 403"}),
    "api:list-versions": (CASE, {"GET": API_READ}),
    "api:show-version": (("case", 1), {"GET": API_READ}),
    "api:compare-version": (("case", 1), {"GET": API_READ}),
    "api:export-case": (("case", "json"), {"GET": API_READ}),
    "api:show-concordance": (CASE, {"GET": API_READ}),
    "api:localise-case": (CASE, {"GET": API_READ}),
    "api:localise-findings": ((), {"POST": "401 400 400 400 400 400"}),
    "api:list-checks": (CASE, {"GET": API_READ}),
    "api:show-follow-up": (
        CASE,
        {"GET": API_READ, "PUT": API_ASKED, "DELETE": "401 404 403 403 204 204"},
    ),
    "api:list-catalogues": ((), {"GET": API_USERS}),
    "api:show-catalogue": (("muscles",), {"GET": API_USERS}),
    "api:show-case-schema": ((), {"GET": API_USERS}),
    "api:add-import": (CASE, {"POST": API_ASKED}),
    "api:show-import": (("import",), {"GET": API_READ}),
    "api:list-studies": ((), {"GET": API_USERS}),
    "api:show-study": (("study",), {"GET": API_READ}),
    "api:show-study-object": (("study", "presentation-state"), {"GET": API_READ}),
    "api:add-presentation-state": (CASE, {"POST": API_ASKED}),
    "api:list-series": ((), {"GET": API_USERS}),
    "api:show-series": (("series",), {"GET": API_READ}),
    "api:list-instances": ((), {"GET": API_USERS}),
    "api:show-instance": (("instance",), {"GET": API_READ}),
    "api:show-image": (("instance", "png"), {"GET": API_READ}),
    "api:show-file": (("instance",), {"GET": API_READ}),
    "api:list-annotations": ((), {"GET": API_USERS, "POST": API_ANY}),
    "api:show-annotation": (
        ("annotation",),
        {
            "GET": API_READ,
            "PATCH": "401 404 403 403 200 200",
            "DELETE": "401 404 403 403 204 204",
        },
    ),
    "api:list-figures": ((), {"GET": API_USERS, "POST": API_ANY}),
    "api:get-figure": (
        ("figure",),
        {"GET": API_READ, "DELETE": "401 404 403 403 204 204"},
    ),
    "api:show-figure": (("figure", "png"), {"GET": API_READ}),
    "api:show-schema": ((), {"GET": API_USERS}),
    "api:show-docs": ((), {"GET": USERS}),
    "api:unknown": ((), dict.fromkeys(METHODS, API_GONE)),
}
WITHOUT_SIGN_IN = {"login", "session", "caserecords:healthz"}


def patterns(found=None, spaces=()):
    """Yield the full name of every URL pattern."""
    for one in found or get_resolver().url_patterns:
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from patterns(one.url_patterns, inner)
        else:
            yield ":".join((*spaces, one.name or str(one.pattern)))


class World:
    """An object for each key in TABLE, such as a case and its image, and a user for each role."""

    def __init__(self, folder):
        team = make_team()
        self.users = {
            "nobody": None,
            "stranger": make_user(team=make_team()),
            "reader": make_user(team=team, role=Role.READER),
            "reviewer": make_user(team=team, role=Role.REVIEWER),
            "author": make_user(team=team),
            "co_author": make_user(),
        }
        case = make_case(self.users["author"], team)
        self.case = Case.objects.select_related("patient").get(pk=case.pk)
        self.case.co_authors.add(self.users["co_author"])
        file = folder / "slice.dcm"
        file.write_bytes(slice_bytes(0, 32))
        self.job = import_paths(self.case, self.users["author"], [file])
        self.image = self.case.instances.get()
        place = {"sop_instance_uid": self.image.sop_instance_uid}
        self.mark = self.case.annotations.create(**place, x=3, y=4, structure="text:root")
        self.figure = self.case.figures.create(label="Figure 1")
        self.figure.panels.create(**place, row=0, column=0)
        FollowUp.objects.create(case=self.case, due="2027-03-14")
        self.deleted = make_case(self.users["author"], team)
        self.deleted.co_authors.add(self.users["co_author"])
        delete_draft(self.deleted, self.users["author"])
        self.keys = {
            "case": self.case.pk,
            "deleted": self.deleted.pk,
            "patient": self.case.patient_id,
            "team": team.pk,
            "reference": make_reference_set(team).pk,
            "template": make_template(team).pk,
            "import": self.job.pk,
            "study": self.case.studies.get().pk,
            "series": self.case.series.get().pk,
            "instance": self.image.pk,
            "annotation": self.mark.pk,
            "figure": self.figure.pk,
            "study_uid": self.case.studies.get().study_instance_uid,
            "series_uid": self.case.series.get().series_instance_uid,
            "image_uid": self.image.sop_instance_uid,
        }
        self.clients = {role: self.sign_in(role) for role in ROLES}

    def sign_in(self, role):
        client = Client()
        if self.users[role]:
            client.force_login(self.users[role], BACKEND)
        return client

    def call(self, role, method, name, args):
        """Make a request, roll back its changes and return its status."""
        address = reverse(name, args=[self.keys.get(arg, arg) for arg in args])
        client, cookies = self.clients[role], self.clients[role].cookies.copy()
        with transaction.atomic():
            response = client.generic(method, address)
            if response.streaming:
                b"".join(response.streaming_content)
            transaction.set_rollback(True)
        client.cookies = cookies
        return response.status_code


@pytest.fixture
def world(tmp_path, settings):
    settings.STORAGE_URL, settings.DATA = f"file://{tmp_path / 'files'}", tmp_path
    return World(tmp_path)


def expected(name, method):
    """Return {role: status} for one method of one URL."""
    _args, listed = TABLE[name]
    found = listed.get("GET" if method == "HEAD" else method)
    if found is None:
        first = (
            405
            if name in WITHOUT_SIGN_IN
            else 401
            if name.startswith(("api:", "dicomweb:"))
            else 302
        )
        first = 302 if name == "api:show-docs" else first
        return dict(zip(ROLES, [first, 405, 405, 405, 405, 405], strict=True))
    return dict(zip(ROLES, map(int, found.split()), strict=True))


def test_every_url_is_in_the_table():
    names = list(patterns())
    assert sorted(set(names) - set(TABLE)) == [], "URLs without an entry in the table"
    assert sorted(set(TABLE) - set(names)) == [], "entries without a URL"
    assert len(names) == len(set(names)), "two URLs with the same name"


def test_a_new_url_is_detected():
    planted = path("cases/<uuid:pk>/secrets/", lambda request, pk: None, name="show-secrets")
    assert set(patterns([planted])) - set(TABLE) == {"show-secrets"}


@pytest.mark.any_database
@pytest.mark.django_db
def test_every_role_gets_the_expected_status(world):
    wrong = []
    for name, (args, listed) in TABLE.items():
        for method in METHODS:
            known = method in listed or (method == "HEAD" and "GET" in listed)
            for role in ROLES if known else ("nobody", "author"):
                status = world.call(role, method, name, args)
                if status != expected(name, method)[role]:
                    wrong.append(f"{method} {name} as {role}: {status}")
    assert wrong == []


@pytest.mark.django_db
def test_nested_ids_of_another_case_are_404(world):
    """Objects of another case cannot be reached through the user's own case."""
    other = make_case(world.users["stranger"], world.users["stranger"].teams.get())
    wrong = []
    for name, (args, listed) in TABLE.items():
        if args[:1] == CASE and len(args) > 1 and args[1] in world.keys:
            for method in listed:
                status = world.call("stranger", method, name, [other.pk, *args[1:]])
                if status != 404:
                    wrong.append(f"{method} {name}: {status}")
    assert wrong == []


@pytest.mark.django_db
def test_a_deleted_draft_is_404_at_every_url(world):
    """Only its author can restore or erase it, and these two actions have separate URLs."""
    delete_draft(world.case, world.users["author"])
    wrong = []
    for name, (args, listed) in TABLE.items():
        if {"team", "deleted"} & set(args):
            continue
        for method in listed:
            hidden = expected(name, method)["stranger"] == 404
            for role in ("reader", "reviewer", "author", "co_author") if hidden else ():
                status = world.call(role, method, name, args)
                if status != 404:
                    wrong.append(f"{method} {name} as {role}: {status}")
    assert wrong == []


@pytest.mark.django_db
def test_keys_out_of_range_are_404(world):
    for name, (args, listed) in TABLE.items():
        if "GET" in listed and any(world.keys.get(arg, arg) != arg for arg in args):
            plain = [10**30 if isinstance(world.keys.get(arg), int) else arg for arg in args]
            plain = [10**30 if arg == 1 else world.keys.get(arg, arg) for arg in plain]
            if 10**30 in plain:
                address = reverse(name, args=plain)
                assert world.clients["author"].get(address).status_code == 404, address


@pytest.mark.django_db
def test_conditional_and_range_requests_for_other_cases_are_404(world):
    file = reverse("api:show-file", args=[world.image.pk])
    case = reverse("api:show-case", args=[world.case.pk])
    stranger = world.clients["stranger"]
    tag = world.clients["author"].get(case)["ETag"]
    assert stranger.get(case, headers={"if-none-match": tag}).status_code == 404
    assert stranger.get(file, headers={"range": "bytes=0-3"}).status_code == 404
    assert stranger.get(file, headers={"if-none-match": "*"}).status_code == 404

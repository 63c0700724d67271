"""Every page of the site, and a case with content for each, for tests that apply to all pages."""

import tempfile
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from caserecords.demo.load import read_case
from imaging.dicom.synthetic import slice_bytes
from imaging.intake.importing import import_paths
from imaging.models import Annotation, Figure, Instance, Panel
from patients.actions.deleting import delete_draft
from patients.actions.duplicating import duplicate_case
from patients.actions.importing import import_case
from patients.entry.sections import BY_SLUG
from patients.models import Draft, FollowUp
from patients.versions.saving import save_version
from tests.factories import make_reference_set, make_team, make_template, make_user

SECTION_PAGES = [f"section {slug}" for slug in BY_SLUG]
PAGES = [
    "home",
    "review",
    "new case",
    "case templates",
    "case from a template",
    "import cases",
    "desk",
    "patient",
    "copy visit",
    "follow-up",
    "follow-ups",
    "report",
    "compare",
    "localisation",
    "concordance",
    "checks",
    "care",
    "history",
    "version",
    "change status",
    "unsaved",
    "duplicate",
    "deleted drafts",
    "erase",
    "images",
    "import",
    "viewer",
    "two series",
    "four series",
    "metadata",
    "annotation",
    "figure",
    "people",
    "restore",
    "accesses",
    "password",
    "teams",
    "reference sets",
    "team templates",
    "team template",
    "identity",
    "keys",
    "API",
    *SECTION_PAGES,
]


def rich_case(name="invented_case"):
    """Return a demonstration case with three slices, an arrowhead, a figure and a follow-up.

    Its team has a reference set and a second member; its author has two copies (see add_drafts).
    """
    team = make_team()
    author = make_user(team=team)
    author.is_staff = True  # so that the teams page shows its forms
    author.save()
    make_user(team=team)  # a possible co-author
    make_reference_set(team, author)
    make_template(team, author)
    case = import_case(read_case(name), team, author)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(3):
            (Path(folder) / f"{number}.dcm").write_bytes(slice_bytes(number, 64))
        (Path(folder) / "text.dcm").write_text("not an image")
        import_paths(case, author, [Path(folder)])
    uid = Instance.objects.filter(case=case).first().sop_instance_uid
    Annotation.objects.create(case=case, sop_instance_uid=uid, x=30, y=30, structure="root_l5")
    figure = Figure.objects.create(case=case, label="Figure 1")
    Panel.objects.create(figure=figure, row=0, column=0, level="l5_s1", sop_instance_uid=uid)
    FollowUp.objects.create(case=case, due=timezone.localdate(), note="Repeat EMG")
    save_version(case, author)
    case.refresh_from_db()
    add_drafts(case)
    return case


def add_drafts(case):
    """Add two copies of a case: a deleted draft, and a draft with an unsaved section."""
    texts = {"code": case.patient.code, "title": case.title}
    deleted, unsaved = (duplicate_case(case, case.team, case.author, **texts) for _ in range(2))
    delete_draft(deleted, case.author)
    Draft.objects.create(case=unsaved, user=case.author, section="signs", data="", base_version=1)


def address(name, case):
    """Return the URL of a page for a case from `rich_case`."""
    if name.startswith("section "):
        return reverse("patients:edit-section", args=[case.pk, name.removeprefix("section ")])
    deleted = case.author.cases.get(deleted__isnull=False)
    unsaved = case.author.cases.get(drafts__isnull=False)
    series = case.series.first()
    viewer = reverse("imaging:show-series", args=[case.pk, series.pk])
    return {
        "home": reverse("caserecords:home"),
        "review": reverse("caserecords:review"),
        "new case": reverse("patients:create-case"),
        "case templates": reverse("patients:list-templates"),
        "case from a template": reverse("patients:create-case") + "?template=als",
        "import cases": reverse("caserecords:import-cases"),
        "desk": reverse("caserecords:show-case", args=[case.pk]),
        "patient": reverse("caserecords:show-patient", args=[case.patient_id]),
        "copy visit": reverse("patients:copy-visit", args=[case.pk]),
        "follow-up": reverse("patients:edit-follow-up", args=[case.pk]),
        "follow-ups": reverse("patients:list-follow-ups"),
        "report": reverse("caserecords:show-report", args=[case.pk]),
        "compare": reverse("caserecords:compare-strength", args=[case.pk]),
        "localisation": reverse("caserecords:show-localisation", args=[case.pk]),
        "concordance": reverse("caserecords:show-concordance", args=[case.pk]),
        "checks": reverse("caserecords:show-checks", args=[case.pk]),
        "care": reverse("caserecords:show-care", args=[case.pk]),
        "history": reverse("caserecords:list-versions", args=[case.pk]),
        "version": reverse("caserecords:show-version", args=[case.pk, case.version]),
        "change status": reverse("caserecords:change-status", args=[case.pk]) + "?step=submit",
        "unsaved": reverse("caserecords:change-status", args=[unsaved.pk]) + "?step=submit",
        "duplicate": reverse("caserecords:duplicate-case", args=[case.pk]),
        "deleted drafts": reverse("caserecords:list-deleted"),
        "erase": reverse("caserecords:erase-draft", args=[deleted.pk]),
        "images": reverse("imaging:list-series", args=[case.pk]),
        "import": reverse("imaging:show-import", args=[case.pk, case.imports.first().pk]),
        "metadata": reverse("imaging:show-metadata", args=[case.pk, case.instances.first().pk]),
        "four series": f"{viewer}?" + "&".join([f"beside={series.pk}"] * 3),
        "viewer": viewer,
        "two series": f"{viewer}?beside={series.pk}",
        "annotation": reverse(
            "imaging:edit-annotation", args=[case.pk, case.annotations.first().pk]
        ),
        "keys": reverse("caserecords:show-keys"),
        "API": reverse("api:show-docs"),
        "restore": reverse("caserecords:restore-version", args=[case.pk, 1]),
        "accesses": reverse("caserecords:list-accesses", args=[case.pk]),
        "identity": reverse("caserecords:edit-identity", args=[case.pk]),
        "teams": reverse("caserecords:list-teams"),
        "reference sets": reverse("caserecords:edit-references", args=[case.team.pk]),
        "team templates": reverse("caserecords:list-team-templates", args=[case.team.pk]),
        "team template": reverse(
            "caserecords:edit-template", args=[case.team.pk, case.team.case_templates.first().pk]
        ),
        "password": reverse("password_change"),
        "people": reverse("caserecords:edit-people", args=[case.pk]),
        "figure": reverse("imaging:edit-figure", args=[case.pk, case.figures.first().pk]),
    }[name]


def listed(page, name="cases"):
    """Return the cases listed on a page; `name` is the list's context variable."""
    return [line.case for line in page.context[name]]

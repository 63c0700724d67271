"""URLs of the pages that combine records, images and reasoning."""

from django.urls import path

from caserecords.demo.views import end_tour, start_tour
from caserecords.help.views import show_keys
from caserecords.pages import cases
from caserecords.pages.case_page import show_case
from caserecords.pages.importing import import_cases
from caserecords.pages.patient_page import show_patient
from caserecords.pages.work_list import show_work_list
from caserecords.reasoning.pages import checks
from caserecords.reasoning.pages.concordance import show_concordance
from caserecords.reasoning.pages.localisation import show_localisation
from caserecords.report.urls import urlpatterns as report_urls
from patients.views import case_templates, lifecycle, references, teams
from patients.views.accesses import list_accesses
from patients.views.identity import edit_identity
from patients.views.people import edit_people
from patients.views.restoring import restore_version

app_name = "caserecords"
urlpatterns = [
    path("", show_work_list, name="home"),
    path("review/", cases.list_submitted, name="review"),
    path("keys/", show_keys, name="show-keys"),
    path("tour/", start_tour, name="start-tour"),
    path("tour/end/", end_tour, name="end-tour"),
    path("healthz", cases.report_health, name="healthz"),
    path("cases/import/", import_cases, name="import-cases"),
    path("cases/<uuid:case_pk>/", show_case, name="show-case"),
    path("patients/<int:patient_pk>/", show_patient, name="show-patient"),
    path("teams/", teams.list_teams, name="list-teams"),
    path("teams/new/", teams.add_team, name="add-team"),
    path("teams/<int:team_pk>/members/", teams.add_member, name="add-member"),
    path(
        "teams/<int:team_pk>/members/<int:member_pk>/",
        teams.edit_member,
        name="edit-member",
    ),
    path("teams/<int:team_pk>/references/", references.edit_references, name="edit-references"),
    path(
        "teams/<int:team_pk>/references/template.csv",
        references.show_template,
        name="show-reference-template",
    ),
    path(
        "teams/<int:team_pk>/references/<int:set_pk>.csv",
        references.show_reference,
        name="show-reference",
    ),
    path(
        "teams/<int:team_pk>/references/<int:set_pk>/retire/",
        references.retire_reference,
        name="retire-reference",
    ),
    path(
        "teams/<int:team_pk>/templates/",
        case_templates.list_team_templates,
        name="list-team-templates",
    ),
    path("teams/<int:team_pk>/templates/copy/", case_templates.copy_template, name="copy-template"),
    path(
        "teams/<int:team_pk>/templates/<int:template_pk>/",
        case_templates.edit_template,
        name="edit-template",
    ),
    path(
        "teams/<int:team_pk>/templates/<int:template_pk>/delete/",
        case_templates.delete_template,
        name="delete-template",
    ),
    path(
        "teams/<int:team_pk>/templates/<int:template_pk>/restore/",
        case_templates.restore_template,
        name="restore-template",
    ),
    path("cases/<uuid:case_pk>/duplicate/", lifecycle.duplicate_case, name="duplicate-case"),
    path("cases/<uuid:case_pk>/archive/", lifecycle.archive_case, name="archive-case"),
    path("cases/<uuid:case_pk>/unarchive/", lifecycle.unarchive_case, name="unarchive-case"),
    path("cases/<uuid:case_pk>/delete/", lifecycle.delete_case, name="delete-case"),
    path("deleted/", lifecycle.list_deleted, name="list-deleted"),
    path("deleted/<uuid:case_pk>/restore/", lifecycle.restore_draft, name="restore-draft"),
    path("deleted/<uuid:case_pk>/erase/", lifecycle.erase_draft, name="erase-draft"),
    path("cases/<uuid:case_pk>/status/", cases.change_status, name="change-status"),
    path("cases/<uuid:case_pk>/history/", cases.list_versions, name="list-versions"),
    path("cases/<uuid:case_pk>/history/<int:number>/", cases.show_version, name="show-version"),
    path(
        "cases/<uuid:case_pk>/history/<int:number>/restore/",
        restore_version,
        name="restore-version",
    ),
    path("cases/<uuid:case_pk>/accesses/", list_accesses, name="list-accesses"),
    path("cases/<uuid:case_pk>/identity/", edit_identity, name="edit-identity"),
    path("cases/<uuid:case_pk>/people/", edit_people, name="edit-people"),
    path("cases/<uuid:case_pk>/localisation/", show_localisation, name="show-localisation"),
    path("cases/<uuid:case_pk>/concordance/", show_concordance, name="show-concordance"),
    path("cases/<uuid:case_pk>/checks/", checks.show_checks, name="show-checks"),
    path("cases/<uuid:case_pk>/checks/accept/", checks.accept_check, name="accept-check"),
    path("cases/<uuid:case_pk>/checks/reopen/", checks.reopen_check, name="reopen-check"),
    path("cases/<uuid:case_pk>/care/", checks.show_care, name="show-care"),
    *report_urls,
]

"""URLs for entering cases."""

from django.urls import path, register_converter

from patients.entry.sections import BY_SLUG
from patients.views import follow_up
from patients.views.cases import create_case, draw_new_case, list_templates
from patients.views.copying import show_copy_visit
from patients.views.pasting import paste_table
from patients.views.sections import edit_section, save_draft
from patients.views.undoing import undo_save
from patients.views.unsaved_cases import save_unsaved_case


class SectionConverter:
    """URL converter for the slugs of the entry sections."""

    regex = "|".join(sorted(BY_SLUG, key=len, reverse=True))

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(SectionConverter, "section")

app_name = "patients"
urlpatterns = [
    path("cases/new/", create_case, name="create-case"),
    path("cases/new/draft/", save_unsaved_case, name="save-unsaved-case"),
    path("cases/new/timeline/", draw_new_case, name="draw-new-case"),
    path("cases/templates/", list_templates, name="list-templates"),
    path("follow-up/", follow_up.list_follow_ups, name="list-follow-ups"),
    path("cases/<uuid:case_pk>/follow-up/", follow_up.edit_follow_up, name="edit-follow-up"),
    path(
        "cases/<uuid:case_pk>/follow-up/done/",
        follow_up.finish_follow_up,
        name="finish-follow-up",
    ),
    path(
        "cases/<uuid:case_pk>/follow-up/clear/", follow_up.clear_follow_up, name="clear-follow-up"
    ),
    path("cases/<uuid:case_pk>/follow-up/undo/", follow_up.undo_follow_up, name="undo-follow-up"),
    path("cases/<uuid:case_pk>/visits/copy/", show_copy_visit, name="copy-visit"),
    path("cases/<uuid:case_pk>/<section:slug>/", edit_section, name="edit-section"),
    path("cases/<uuid:case_pk>/<section:slug>/draft/", save_draft, name="save-draft"),
    path("cases/<uuid:case_pk>/<section:slug>/undo/", undo_save, name="undo-save"),
    path("cases/<uuid:case_pk>/<section:slug>/paste/", paste_table, name="paste-table"),
]

"""URLs for entering cases."""

from django.urls import path, register_converter

from patients.entry.sections import BY_SLUG
from patients.views.cases import create_case, list_templates
from patients.views.sections import edit_section, save_draft


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
    path("cases/templates/", list_templates, name="list-templates"),
    path("cases/<uuid:case_pk>/<section:slug>/", edit_section, name="edit-section"),
    path("cases/<uuid:case_pk>/<section:slug>/draft/", save_draft, name="save-draft"),
]

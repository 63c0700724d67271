"""URLs of the imaging pages."""

from django.urls import include, path

from imaging.views import (
    annotations,
    figures,
    findings,
    images,
    imports,
    inbox,
    levels,
    objects,
    policy,
    series,
    viewer,
)

app_name = "imaging"

of_case = [
    path("", series.list_series, name="list-series"),
    path("imports/", imports.add_import, name="add-import"),
    path("imports/<uuid:pk>/", imports.show_import, name="show-import"),
    path("imports/<uuid:pk>/files/", imports.add_file, name="add-file"),
    path("imports/<uuid:pk>/start/", imports.start_import, name="start-import"),
    path("imports/<uuid:pk>/stop/", imports.stop_import, name="stop-import"),
    path("imports/<uuid:pk>/take-back/", imports.take_back_import, name="take-back-import"),
    path("imports/<uuid:pk>/files.csv", imports.list_files, name="list-files"),
    path("imports/<uuid:pk>/progress/", imports.show_progress, name="show-progress"),
    path("studies/<int:pk>/", series.edit_study, name="edit-study"),
    path("studies/<int:pk>/move/", inbox.move_received, name="move-received"),
    path("studies/<int:pk>/<slug:kind>.dcm", objects.show_object, name="show-object"),
    path("presentation-states/", objects.add_presentation_state, name="add-presentation-state"),
    path("series/<int:pk>/", viewer.show_series, name="show-series"),
    path("series/<int:pk>/annotations/", annotations.add_annotation, name="add-annotation"),
    path("series/<int:pk>/levels/", levels.name_level, name="name-level"),
    path("series/<int:pk>/findings/", findings.add_finding, name="add-finding"),
    path("annotations/<int:pk>/", annotations.edit_annotation, name="edit-annotation"),
    path("annotations/<int:pk>/delete/", annotations.delete_annotation, name="delete-annotation"),
    path("instances/<int:pk>/image.<slug:suffix>", images.show_image, name="show-image"),
    path("instances/<int:pk>/frame.bin", images.show_frame, name="show-frame"),
    path("instances/<int:pk>/metadata/", images.show_metadata, name="show-metadata"),
    path("instances/<int:pk>/release/", series.release_image, name="release-image"),
    path("instances/<int:pk>/delete/", series.delete_image, name="delete-image"),
    path("figures/", figures.add_figure, name="add-figure"),
    path("figures/<int:pk>/", figures.edit_figure, name="edit-figure"),
    path("figures/<int:pk>/figure.<slug:suffix>", images.show_figure, name="show-figure"),
    path("figures/<int:pk>/delete/", figures.delete_figure, name="delete-figure"),
]
urlpatterns = [
    path("teams/<int:team_pk>/images/", policy.edit_policy, name="edit-policy"),
    path("cases/<uuid:case_pk>/imaging/", include(of_case)),
]

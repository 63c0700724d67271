"""Addresses of the images under api/v1/."""

from django.urls import path

from imaging import api, drawing_api, objects_api

urlpatterns = [
    path("cases/<uuid:pk>/imports/", api.ImportList.as_view(), name="add-import"),
    path("imports/<uuid:pk>/", api.ImportDetail.as_view(), name="show-import"),
    path("studies/", api.StudyList.as_view(), name="list-studies"),
    path("studies/<int:pk>/", api.StudyDetail.as_view(), name="show-study"),
    path(
        "studies/<int:pk>/objects/<slug:kind>.dcm",
        objects_api.StudyObject.as_view(),
        name="show-study-object",
    ),
    path(
        "cases/<uuid:pk>/presentation-states/",
        objects_api.PresentationStateList.as_view(),
        name="add-presentation-state",
    ),
    path("series/", api.SeriesList.as_view(), name="list-series"),
    path("series/<int:pk>/", api.SeriesDetail.as_view(), name="show-series"),
    path("instances/", api.InstanceList.as_view(), name="list-instances"),
    path("instances/<int:pk>/", api.InstanceDetail.as_view(), name="show-instance"),
    path("instances/<int:pk>/image.<slug:suffix>", api.InstanceImage.as_view(), name="show-image"),
    path("instances/<int:pk>/file", api.InstanceFile.as_view(), name="show-file"),
    path("annotations/", drawing_api.AnnotationList.as_view(), name="list-annotations"),
    path("annotations/<int:pk>/", drawing_api.AnnotationDetail.as_view(), name="show-annotation"),
    path("figures/", drawing_api.FigureList.as_view(), name="list-figures"),
    path("figures/<int:pk>/", drawing_api.FigureDetail.as_view(), name="get-figure"),
    path(
        "figures/<int:pk>/image.<slug:suffix>",
        drawing_api.FigureImage.as_view(),
        name="show-figure",
    ),
]

"""URLs of the imaging API under /api/v1/."""

from django.urls import path

from imaging.api import drawings, images, objects

urlpatterns = [
    path("cases/<uuid:pk>/imports/", images.ImportList.as_view(), name="add-import"),
    path("imports/<uuid:pk>/", images.ImportDetail.as_view(), name="show-import"),
    path("studies/", images.StudyList.as_view(), name="list-studies"),
    path("studies/<int:pk>/", images.StudyDetail.as_view(), name="show-study"),
    path(
        "studies/<int:pk>/objects/<slug:kind>.dcm",
        objects.StudyObject.as_view(),
        name="show-study-object",
    ),
    path(
        "cases/<uuid:pk>/presentation-states/",
        objects.PresentationStateList.as_view(),
        name="add-presentation-state",
    ),
    path("series/", images.SeriesList.as_view(), name="list-series"),
    path("series/<int:pk>/", images.SeriesDetail.as_view(), name="show-series"),
    path("instances/", images.InstanceList.as_view(), name="list-instances"),
    path("instances/<int:pk>/", images.InstanceDetail.as_view(), name="show-instance"),
    path(
        "instances/<int:pk>/image.<slug:suffix>", images.InstanceImage.as_view(), name="show-image"
    ),
    path("instances/<int:pk>/file", images.InstanceFile.as_view(), name="show-file"),
    path("annotations/", drawings.AnnotationList.as_view(), name="list-annotations"),
    path("annotations/<int:pk>/", drawings.AnnotationDetail.as_view(), name="show-annotation"),
    path("figures/", drawings.FigureList.as_view(), name="list-figures"),
    path("figures/<int:pk>/", drawings.FigureDetail.as_view(), name="get-figure"),
    path(
        "figures/<int:pk>/image.<slug:suffix>",
        drawings.FigureImage.as_view(),
        name="show-figure",
    ),
]

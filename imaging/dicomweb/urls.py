"""URLs under /dicomweb/ (PS3.18 table 10.1.1-1 and following)."""

from django.urls import path, re_path, register_converter

from imaging.dicomweb import qido, stow, wado
from patients.api.cases import Unknown


class Uid:
    """A path converter for DICOM UIDs."""

    regex = r"[0-9]+(?:\.[0-9]+)*"

    def to_python(self, value):
        if len(value) > 64:
            raise ValueError("a UID has at most 64 characters")
        return value

    def to_url(self, value):
        return value


register_converter(Uid, "uid")
app_name = "dicomweb"
STUDY = "studies/<uid:study>"
SERIES = f"{STUDY}/series/<uid:series>"
INSTANCE = f"{SERIES}/instances/<uid:instance>"


def each(name, view, levels, tail=""):
    """Return a view's URL pattern for each level, with the name `<name>-<level>`."""
    return [
        path(f"{prefix}{tail}", view.as_view(), name=f"{name}-{level}")
        for level, prefix in levels.items()
    ]


ALL = {"study": STUDY, "series": SERIES, "instance": INSTANCE}
urlpatterns = [
    path("studies", stow.Studies.as_view(), name="studies"),
    path("series", qido.SeriesSearch.as_view(), name="search-series"),
    path("instances", qido.InstanceSearch.as_view(), name="search-instances"),
    path(f"{STUDY}/series", qido.SeriesSearch.as_view(), name="search-series-of-study"),
    path(f"{STUDY}/instances", qido.InstanceSearch.as_view(), name="search-instances-of-study"),
    path(
        f"{SERIES}/instances",
        qido.InstanceSearch.as_view(),
        name="search-instances-of-series",
    ),
    path("cases/<uuid:case>/studies", stow.CaseStudies.as_view(), name="store-in-case"),
    path(
        "cases/<uuid:case>/studies/<uid:study>",
        stow.CaseStudies.as_view(),
        name="store-in-case-study",
    ),
    path(STUDY, stow.StudyFiles.as_view(), name="study"),
    *each("files", wado.Files, {"series": SERIES, "instance": INSTANCE}),
    *each("metadata", wado.Metadata, ALL, "/metadata"),
    *each("rendered", wado.Rendered, ALL, "/rendered"),
    path(f"{INSTANCE}/frames/<str:frames>", wado.Frames.as_view(), name="frames"),
    path(
        f"{INSTANCE}/frames/<str:frames>/rendered",
        wado.Rendered.as_view(),
        name="rendered-frame",
    ),
    path(f"{INSTANCE}/bulkdata/<slug:tag>", wado.BulkData.as_view(), name="bulk-data"),
    re_path(r"^", Unknown.as_view(), name="unknown"),
]

"""The viewer: one to four series side by side. It also works without JavaScript."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from imaging.forms import AnnotationForm, FindingForm, level_choices, structure_choices
from imaging.marks.viewer_marks import drawn_data, presets_of, svg_of
from imaging.models import Kind, Series
from imaging.pixels.responses import PREFIXES, BadParameter, read_number, read_whole
from imaging.slices.levels import levels_of_series, named_slices
from imaging.slices.navigation import matching_slices, slices_of
from imaging.views.findings import findings_of
from imaging.views.series import study_lines
from patients.access.permissions import get_case, is_editable

WINDOWS = (
    (_("As recorded"), 1.0, 1.0),
    (_("Less contrast"), 1.0, 1.6),
    (_("More contrast"), 1.0, 0.6),
    (_("Brighter"), 0.75, 1.0),
    (_("Darker"), 1.25, 1.0),
)
HIGHEST_KEY = 999_999
THUMBNAIL = 160  # pixels, twice the size on the page, for high-resolution screens
MAX_BESIDE = 3
# (kind of mark, label, keyboard key); arrowheads use the digit keys.
KINDS = tuple(
    (kind.value, kind.label, key)
    for kind, key in (
        (Kind.ARROW, "w"),
        (Kind.LINE, "d"),
        (Kind.ELLIPSE, "e"),
        (Kind.POINT, "p"),
        (Kind.TEXT, "t"),
    )
)
SPEEDS = (2, 4, 8, 12, 16, 24)  # slices per second, as in static/js/viewer/cine.js


@dataclass(frozen=True)
class Pane:
    """One series in the viewer, at one slice (`at` counts from 0) and with one window."""

    series: Series
    slices: list
    at: int
    center: float | None
    width: float | None
    prefix: str = ""

    @property
    def current(self):
        return self.slices[self.at] if self.slices else None

    def query(self):
        """Return the query parameters for this pane's state, as pairs."""
        found = [(f"{self.prefix}slice", self.at + 1)]
        if (self.center, self.width) != (self.series.window_center, self.series.window_width):
            found += [(f"{self.prefix}center", self.center), (f"{self.prefix}width", self.width)]
        return found + ([("beside", self.series.pk)] if self.prefix else [])


@require_safe
def show_series(request, case_pk, pk):
    """Show a series, and up to three others (?beside=) next to it."""
    case = get_case(request, case_pk)
    problem = ""
    try:
        panes = make_panes(request.GET, case, pk)
    except BadParameter as error:
        problem, panes = str(error), make_panes(QueryDict(), case, pk)
    panes = with_levels(case, panes)
    editable = is_editable(case, request.user)
    marks = list(case.annotations.all())
    lines = [line for _study, found in study_lines(case) for line in found]
    context = {
        "case": case,
        "panes": [shown(case, panes, pane, marks) for pane in panes],
        "main": panes[0],
        "second": panes[1] if len(panes) > 1 else None,
        "choices": beside_choices(panes),
        "strip": [(line, small_picture(case, line)) for line in lines],
        "others": [line for line in lines if line.series.pk != panes[0].series.pk],
        "marks": listed(case, panes, marks),
        "presets": presets_of(marks),
        "form": AnnotationForm() if editable else None,
        "kinds": KINDS,
        "finding_form": finding_form(panes[0]) if editable else None,
        "findings": findings_listed(case, panes),
        "levels": level_choices(),
        "structures": structure_choices(),
        "editable": editable,
        "data": script_data(case, panes, marks, editable),
        "problem": problem,
        "view": request.META["QUERY_STRING"],
        "speeds": SPEEDS,
    }
    return render(request, "imaging/viewer.html", context, status=400 if problem else 200)


def make_panes(query, case, pk):
    """Return one to four Panes from the query parameters. Raises BadParameter or Http404."""
    first = make_pane(query, find_series(case, pk), None, "")
    panes = [first]
    for prefix, key in zip(PREFIXES[1:], beside_keys(query), strict=False):
        series = find_series(case, key)
        slices = slices_of(series)
        near = matching_slices(first.slices, slices, same_space(first.series, series))
        usual = near[first.at] if near else None
        panes.append(make_pane(query, series, usual, prefix, slices))
    return panes


def with_levels(case, panes):
    """Return the panes, with the levels of their slices filled in where known."""
    own, named = named_slices(case)
    if not own:
        return panes
    found = []
    for pane in panes:
        levels = levels_of_series(pane.series, pane.slices, own, named)
        slices = [replace(one, level=level) for one, level in zip(pane.slices, levels, strict=True)]
        found.append(replace(pane, slices=slices))
    return found


def beside_keys(query):
    """Return the keys of the other series in ?beside=. Raises BadParameter."""
    texts = [text for text in query.getlist("beside") if text][:MAX_BESIDE]
    return [read_whole({"beside": text}, "beside", 1, HIGHEST_KEY) for text in texts]


def find_series(case, pk):
    series = get_object_or_404(case.series.select_related("study"), pk=pk)
    series.case = case
    return series


def same_space(one, other):
    uid = one.frame_of_reference_uid
    return bool(uid) and uid == other.frame_of_reference_uid


def make_pane(query, series, usual, prefix, slices=None):
    slices = slices_of(series) if slices is None else slices
    if usual is None:
        usual = named_slice(query, slices)
    chosen = read_whole(query, f"{prefix}slice", 1, max(1, len(slices)))
    center, width = (read_number(query, f"{prefix}{name}") for name in ("center", "width"))
    if width is None or center is None or width < 1:
        center, width = series.window_center, series.window_width
    return Pane(series, slices, usual if chosen is None else chosen - 1, center, width, prefix)


def named_slice(query, slices):
    """Return the index of the slice named by ?image=UID&frame=N, otherwise of the middle slice."""
    wanted = query.get("image", ""), query.get("frame", "1")
    named = (
        at for at, one in enumerate(slices) if (one.sop_instance_uid, str(one.frame)) == wanted
    )
    return next(named, len(slices) // 2)


def shown(case, panes, pane, marks):
    """Return the template context of a pane: URLs, and the marks of its slice."""
    current = pane.current
    place = current and (current.sop_instance_uid, current.frame)
    longest = max(current.rows, current.columns) if current else 1
    mine = [mark for mark in marks if (mark.sop_instance_uid, mark.frame) == place]
    return {
        "pane": pane,
        "number": pane.at + 1,
        "count": len(pane.slices),
        "src": source(case, pane) if current and current.held else "",
        "marks": [svg_of(mark, longest) for mark in mine],
        "previous": address(case, panes, pane, at=pane.at - 1) if pane.at > 0 else "",
        "next": address(case, panes, pane, at=pane.at + 1)
        if pane.at + 1 < len(pane.slices)
        else "",
        "windows": windows(case, panes, pane),
    }


def small_picture(case, line):
    """Return the URL of a series' thumbnail, or "" if none of its images is stored."""
    if not line.thumbnail:
        return ""
    path = reverse("imaging:show-image", args=[case.pk, line.thumbnail, "jpg"])
    series = line.series
    query = {"size": THUMBNAIL}
    if series.window_width:
        query |= {"center": series.window_center, "width": series.window_width}
    return f"{path}?{urlencode(query)}"


def source(case, pane):
    """Return the URL of a pane's picture."""
    current = pane.current
    path = reverse("imaging:show-image", args=[case.pk, current.instance, "png"])
    query = {"frame": current.frame}
    if pane.width is not None:
        query |= {"center": pane.center, "width": pane.width}
    return f"{path}?{urlencode(query)}"


def address(case, panes, changed, **changes):
    """Return the URL of the viewer with one pane changed."""
    query = []
    for pane in panes:
        values = pane.__dict__ | (changes if pane is changed else {})
        query += Pane(**values).query()
    path = reverse("imaging:show-series", args=[case.pk, panes[0].series.pk])
    return f"{path}?{urlencode(query)}"


def windows(case, panes, pane):
    """Return [(name, URL, whether selected)] of window presets; [] if the series has no window."""
    center, width = pane.series.window_center, pane.series.window_width
    if width is None:
        return []
    made = [
        (name, round(center * up, 2), max(1.0, round(width * wider, 2)))
        for name, up, wider in WINDOWS
    ]
    return [
        (name, address(case, panes, pane, center=c, width=w), (c, w) == (pane.center, pane.width))
        for name, c, w in made
    ]


def listed(case, panes, marks):
    """Return [(mark, URL of its slice, slice number)], pane by pane and in slice order."""
    found = []
    for pane in panes:
        at = {(one.sop_instance_uid, one.frame): index for index, one in enumerate(pane.slices)}
        mine = [mark for mark in marks if (mark.sop_instance_uid, mark.frame) in at]
        mine.sort(key=lambda mark: at[(mark.sop_instance_uid, mark.frame)])
        for mark in mine:
            index = at[(mark.sop_instance_uid, mark.frame)]
            found.append((mark, address(case, panes, pane, at=index), index + 1))
    return found


def beside_choices(panes):
    """Return the keys of the series next to the first, then None if another can be added."""
    chosen = [pane.series.pk for pane in panes[1:]]
    return [*chosen, None][:MAX_BESIDE]


def finding_form(pane):
    """Return the form for a new finding, with the level of the current slice."""
    current = pane.current
    return FindingForm(initial={"level": current.level.id if current and current.level else ""})


def findings_listed(case, panes):
    """Return [(finding, URL of its slice or "", slice index or None)] of the first pane's study."""
    first = panes[0]
    at = {(one.sop_instance_uid, one.frame): index for index, one in enumerate(first.slices)}
    found = []
    for finding in findings_of(first.series.study, case):
        index = at.get((finding.sop_instance_uid, finding.frame or 1))
        where = "" if index is None else address(case, panes, first, at=index)
        found.append((finding, where, index))
    return found


def script_data(case, panes, marks, editable):
    """Return the data for the viewer's script."""
    return {
        "case": str(case.pk),
        "editable": editable,
        "images": reverse("imaging:list-series", args=[case.pk]) + "instances/",
        "marksPage": reverse("imaging:list-series", args=[case.pk]) + "annotations/",
        "api": "/api/v1/annotations/",
        "panes": [pane_data(pane) for pane in panes],
        "prefixes": PREFIXES,
        "marks": drawn_data(marks),
        "kinds": {kind: str(name) for kind, name, _key in KINDS},
        "presets": [vars(preset) | {"words": preset.words} for preset in presets_of(marks)],
        "windows": [[str(name), up, wider] for name, up, wider in WINDOWS],
    }


def pane_data(pane):
    return {
        "series": pane.series.pk,
        "at": pane.at,
        "prefix": pane.prefix,
        "center": pane.center,
        "width": pane.width,
        "space": pane.series.frame_of_reference_uid,
        "usual": [pane.series.window_center, pane.series.window_width],
        "slices": [one.as_data() for one in pane.slices],
    }

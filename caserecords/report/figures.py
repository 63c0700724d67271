"""The figures of a report, with captions and legends generated from the imaging data."""

from dataclasses import dataclass

from django.urls import reverse

from imaging.figures.output import shown_size
from imaging.figures.sheet import by_place, make_sheet
from imaging.models import Instance, Panel
from imaging.pixels.responses import slice_address
from patients.tables.columns import group


@dataclass(frozen=True)
class Marked:
    """A marked structure, such as "left L5 root", with the colour and shape of its arrowhead."""

    target: str
    colour: str
    shape: str


@dataclass(frozen=True)
class ReportFigure:
    """A numbered figure; `address` is the URL of its image, or "" if none of its slices is stored.

    `size` is (width, height) of the image in pixels, so that the page does not shift as it loads.
    """

    number: int
    title: str
    caption: str
    address: str
    synthetic: bool
    marks: tuple[Marked, ...]
    alternative_text: str = ""
    size: tuple[int, int] = (0, 0)
    jumps: tuple = ()  # pairs of (target, viewer URL of its first mark)

    @property
    def anchor(self):
        return f"figure-{self.number}"


def figures(case):
    """Return the figures of a case in order, with three queries, or one if there are no figures."""
    panels = list(Panel.objects.filter(figure__case=case).select_related("figure"))
    if not panels:
        return ()
    uids = {panel.sop_instance_uid for panel in panels}
    stored = Instance.objects.released().filter(case=case, sop_instance_uid__in=uids)
    images = {image.sop_instance_uid: image for image in stored.select_related("series")}
    marks = by_place(case.annotations.filter(sop_instance_uid__in=uids))
    found = group(panels, lambda panel: panel.figure_id)
    ordered = sorted(found.values(), key=lambda same: (same[0].figure.position, same[0].figure_id))
    return tuple(
        make_figure(number, case, make_sheet(same[0].figure, same, images, marks))
        for number, same in enumerate(ordered, start=1)
    )


def make_figure(number, case, sheet):
    cells = [cell for _level, row in sheet.rows for cell in row]
    names = {"case_pk": case.pk, "pk": sheet.figure.pk, "suffix": "png"}
    shown = any(cell.is_shown for cell in cells)
    return ReportFigure(
        number=number,
        title=sheet.figure.title,
        caption=sheet.caption,
        alternative_text=sheet.alternative_text,
        size=shown_size(sheet),
        jumps=jumps(case, cells),
        address=reverse("imaging:show-figure", kwargs=names) if shown else "",
        synthetic=sheet.synthetic,
        marks=tuple(
            dict.fromkeys(
                Marked(mark.target(), mark.colour, mark.shape)
                for cell in cells
                for mark in cell.marks
            )
        ),
    )


def places_of(case, findings):
    """Return {(SOP Instance UID, frame): viewer URL} for the slices that findings refer to.

    Slices that are not in the case are omitted. No query is made if no finding refers to a slice.
    """
    named = {(one.sop_instance_uid, one.frame or 1) for one in findings if one.sop_instance_uid}
    if not named:
        return {}
    uids = {uid for uid, _frame in named}
    images = Instance.objects.released().filter(case=case, sop_instance_uid__in=uids)
    series = dict(images.values_list("sop_instance_uid", "series"))
    return {
        (uid, frame): slice_address(case.pk, series[uid], uid, frame)
        for uid, frame in named
        if uid in series
    }


def jumps(case, cells):
    """Return ((target, viewer URL of its first mark), …) for structures marked on stored slices."""
    found = {}
    for cell in cells:
        for mark in cell.marks if cell.image else ():
            path = reverse("imaging:show-series", args=[case.pk, cell.image.series_id])
            found.setdefault(mark.target(), f"{path}?mark={mark.key}")
    return tuple(found.items())

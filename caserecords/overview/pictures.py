"""The pictures of the case page: the panels of the first figure, or one slice per series."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from imaging.models import Instance

MOST = 6
SIZE = 240  # pixels, about twice the size on the page, for high-resolution screens


@dataclass(frozen=True)
class Picture:
    """A small picture with its caption and the address of its slice in the viewer."""

    image: str
    address: str
    caption: str


def pictures_of(case, imaging):
    """Return up to six Pictures of released images stored on this server, in one query."""
    chosen = figure_panels(imaging) or middle_images(imaging)
    shown = Instance.objects.filter(case=case, held=True, sop_instance_uid__in=chosen).released()
    found = {
        image.sop_instance_uid: image for image in shown.select_related("series").defer("header")
    }
    return [
        make_picture(case, found[uid], caption)
        for uid, caption in list(chosen.items())[:MOST]
        if uid in found
    ]


def figure_panels(imaging):
    """Return {image UID: caption} of the first figure's panels, row by row."""
    figure = next(iter(imaging.get("figures", ())), {})
    panels = [one for one in figure.get("panels", ()) if one.get("sop_instance_uid")]
    return {one["sop_instance_uid"]: one.get("column_label", "") for one in panels}


def middle_images(imaging):
    """Return {image UID: caption} of the middle image of each series."""
    series = [one for study in imaging.get("studies", ()) for one in study["series"]]
    return {
        one["instances"][len(one["instances"]) // 2]["sop_instance_uid"]: one.get(
            "series_description", ""
        )
        for one in series
        if one["instances"]
    }


def make_picture(case, image, caption):
    shown = reverse("imaging:show-image", args=[case.pk, image.pk, "jpg"])
    viewer = reverse("imaging:show-series", args=[case.pk, image.series_id])
    query = {"size": SIZE, "annotations": 1}
    if image.series.window_width:
        query |= {"center": image.series.window_center, "width": image.series.window_width}
    place = image.instance_number or image.position + 1
    return Picture(f"{shown}?{urlencode(query)}", f"{viewer}?slice={place}", caption)

"""The pictures of the case page: the panels of the first figure, or one slice per series."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from imaging.models import Instance
from imaging.pixels.responses import slice_address

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
    captions = figure_panels(imaging) or middle_slices(imaging)
    uids = {uid for uid, _frame in captions}
    shown = Instance.objects.filter(case=case, held=True, sop_instance_uid__in=uids).released()
    found = {
        image.sop_instance_uid: image for image in shown.select_related("series").defer("header")
    }
    places = [place for place in captions if place[0] in found]
    return [
        make_picture(case, found[uid], frame, captions[uid, frame]) for uid, frame in places[:MOST]
    ]


def figure_panels(imaging):
    """Return {(image UID, frame): caption} of the first figure's panels, row by row."""
    figure = next(iter(imaging.get("figures", ())), {})
    panels = [one for one in figure.get("panels", ()) if one.get("sop_instance_uid")]
    return {
        (one["sop_instance_uid"], one.get("frame", 1)): one.get("column_label", "")
        for one in panels
    }


def middle_slices(imaging):
    """Return {(image UID, frame): caption} of the middle frame of the middle image of each series.

    The images of a series are in the order of the document, which can differ from the viewer's.
    """
    found = {}
    series = [one for study in imaging.get("studies", ()) for one in study["series"]]
    for one in series:
        if images := one["instances"]:
            image = images[len(images) // 2]
            place = image["sop_instance_uid"], image.get("number_of_frames", 1) // 2 + 1
            found[place] = one.get("series_description", "")
    return found


def make_picture(case, image, frame, caption):
    shown = reverse("imaging:show-image", args=[case.pk, image.pk, "jpg"])
    query = {"frame": frame, "size": SIZE, "annotations": 1}
    if image.series.window_width:
        query |= {"center": image.series.window_center, "width": image.series.window_width}
    slice_in_viewer = slice_address(case.pk, image.series_id, image.sop_instance_uid, frame)
    return Picture(f"{shown}?{urlencode(query)}", slice_in_viewer, caption)

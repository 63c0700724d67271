"""The images' part of the document in pieces, so that a mark or one more image costs little.

`levels`, `annotations` and `figures` are a piece each; `studies` holds the studies and series
without their images, and `instances/<Series Instance UID>/<n>` the images of a series, BLOCK at a
time: an image that comes last in a long series rewrites one short piece.
"""

from imaging.document.reading import (
    figures_to_document,
    rows_to_document,
    studies_to_document,
    to_document,
)
from imaging.document.shapes import ANNOTATION, INSTANCE, KEY, LEVEL, LISTS
from imaging.models import Instance

BLOCK = 250  # images in a piece
INSTANCES, STUDIES = "instances", "studies"
# What a change can have touched, for patients.versions.saving.save_version.
OF_ANNOTATIONS, OF_LEVELS = [f"{KEY}/annotations"], [f"{KEY}/levels"]
OF_FIGURES, OF_STUDIES = [f"{KEY}/figures"], [f"{KEY}/{STUDIES}"]


def of_series(uids):
    """Return the names of the pieces that images coming into some series touch."""
    return [*OF_STUDIES, *(f"{KEY}/{INSTANCES}/{uid}" for uid in uids)]


def split(data):
    """Return {name: data} of the whole part."""
    pieces = {key: found for key, found in data.items() if key != STUDIES}
    pieces[STUDIES] = [
        study | {"series": [series | {INSTANCES: []} for series in study["series"]]}
        for study in data[STUDIES]
    ]
    for study in data[STUDIES]:
        for series in study["series"]:
            pieces |= in_blocks(series["series_instance_uid"], series[INSTANCES])
    return pieces


def in_blocks(uid, images):
    return {
        f"{INSTANCES}/{uid}/{first // BLOCK}": images[first : first + BLOCK]
        for first in range(0, len(images), BLOCK)
    }


def join(pieces):
    """Return the whole part; series whose images are not among the pieces have none."""
    images = {}
    for name in sorted((name for name in pieces if is_block(name)), key=block_place):
        images.setdefault(name.split("/")[1], []).extend(pieces[name])
    studies = [
        study
        | {
            "series": [
                series | {INSTANCES: images.get(series["series_instance_uid"], [])}
                for series in study["series"]
            ]
        }
        for study in pieces[STUDIES]
    ]
    return {STUDIES: studies} | {key: pieces[key] for key in LISTS if key != STUDIES}


def is_block(name):
    return name.startswith(f"{INSTANCES}/")


def block_place(name):
    """Return the key that orders the blocks of a series."""
    _instances, uid, number = name.split("/")
    return uid, int(number)


def read_piece(case, name):
    """Return {name: data} of the pieces that a name stands for, from the rows as they stand."""
    if name.startswith(f"{INSTANCES}/"):
        uid = name.split("/")[1]
        rows = Instance.objects.filter(case=case, series__series_instance_uid=uid).released()
        rows = rows.order_by("position", "pk").values_list(*INSTANCE.fields, named=True)
        return in_blocks(uid, rows_to_document(INSTANCE, rows))
    return {name: READERS[name](case)}


READERS = {
    STUDIES: studies_to_document,
    "levels": lambda case: rows_to_document(LEVEL, case.slice_levels.all()),
    "annotations": lambda case: rows_to_document(ANNOTATION, case.annotations.all()),
    "figures": figures_to_document,
}


# For the summary and the checks


def is_summarised(name):
    return not is_block(name)


def summarise(case, data):
    """Return how many studies, series and images the document of a case has."""
    return {
        "studies": len(data[STUDIES]),
        "series": sum(len(study["series"]) for study in data[STUDIES]),
        "images": case.instances.released().count(),
    }


def with_named_images(case, data):
    """Return the part with those images that its marks and figures name, and no others."""
    named = {mark["sop_instance_uid"] for mark in data["annotations"]}
    named |= {panel["sop_instance_uid"] for one in data["figures"] for panel in one["panels"]}
    found = case.instances.released().filter(sop_instance_uid__in=named)
    images = {}
    for image in found.select_related("series").defer("header"):
        shown = to_document(INSTANCE, image)
        images.setdefault(image.series.series_instance_uid, []).append(shown)
    return join({**split(data), **{f"{INSTANCES}/{uid}/0": rows for uid, rows in images.items()}})

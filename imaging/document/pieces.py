"""Split the imaging part of the document into pieces, so that a small change rewrites little.

`levels`, `annotations` and `figures` are one piece each. `studies` contains studies and series
without images. `instances/<Series Instance UID>/<n>` contains up to BLOCK images of a series, so
that adding an image at the end of a long series rewrites only the last block.
"""

from imaging.document.reading import (
    figures_to_document,
    rows_to_document,
    studies_to_document,
    to_document,
)
from imaging.document.shapes import ANNOTATION, INSTANCE, KEY, LEVEL, LISTS
from imaging.models import Instance

BLOCK = 250  # images per piece
INSTANCES, STUDIES = "instances", "studies"
# The pieces that a change affects, for patients.versions.saving.save_version.
OF_ANNOTATIONS, OF_LEVELS = [f"{KEY}/annotations"], [f"{KEY}/levels"]
OF_FIGURES, OF_STUDIES = [f"{KEY}/figures"], [f"{KEY}/{STUDIES}"]


def of_series(uids):
    """Return the names of the pieces that change when images are added to these series."""
    return [*OF_STUDIES, *(f"{KEY}/{INSTANCES}/{uid}" for uid in uids)]


def split(data):
    """Split the whole part into {piece name: data}."""
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
    """Join the pieces into the whole part; a series without image pieces has no images."""
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
    """Return the sort key of a block: (series UID, number)."""
    _instances, uid, number = name.split("/")
    return uid, int(number)


def read_piece(case, name):
    """Return {piece name: data} for a name, built from the current rows.

    `instances/<uid>` stands for all blocks of a series; any other name is a single piece.
    """
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
    """Return the numbers of studies, series and released images."""
    return {
        "studies": len(data[STUDIES]),
        "series": sum(len(study["series"]) for study in data[STUDIES]),
        "images": case.instances.released().count(),
    }


def with_named_images(case, data):
    """Return the part with only those images that marks and figures refer to."""
    named = {mark["sop_instance_uid"] for mark in data["annotations"]}
    named |= {panel["sop_instance_uid"] for one in data["figures"] for panel in one["panels"]}
    found = case.instances.released().filter(sop_instance_uid__in=named)
    images = {}
    for image in found.select_related("series").defer("header"):
        shown = to_document(INSTANCE, image)
        images.setdefault(image.series.series_instance_uid, []).append(shown)
    return join({**split(data), **{f"{INSTANCES}/{uid}/0": rows for uid, rows in images.items()}})

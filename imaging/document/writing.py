"""Write a validated imaging part of a document to a case's rows."""

from django.db import transaction
from django.utils.translation import gettext as _

from imaging.document.parsing import ImagingReader
from imaging.document.shapes import ANNOTATION, FIGURE, INSTANCE, KEY, LEVEL, SERIES, STUDY
from imaging.models import REMOVED, Instance, Panel, Series, Study
from patients.record.document import DocumentError


@transaction.atomic
def write(case, data):
    """Replace a case's images, levels, annotations and figures with those of a validated part.

    `data` is the part; None stands for an empty one. Images with the same UID and SHA-256 hash keep
    their file and header. No file is deleted: a stored image that the document lacks is marked as
    REMOVED, and a later document can restore it. Raises DocumentError for an unknown visit, a
    quarantined image, or an image for which a different file is stored.
    """
    found = ImagingReader().read(data or {}).found
    visits = {visit.key: visit for visit in case.visit_rows.all()}
    errors = []
    held = {row.sop_instance_uid: row for row in Instance.objects.filter(case=case)}
    studies, series, instances = [], [], []
    for study, item, path, below in found["studies"]:
        study.visit = find_visit(visits, item, path, errors)
        studies.append(study)
        for one, _item, _path, images in below:
            one.study = study
            series.append(one)
            for image, _item, place, _none in images:
                image.series = one
                refuse_conflict(image, held, place, errors)
                instances.append(image)
    if errors:
        raise DocumentError(errors)
    case.instances.filter(quarantine=REMOVED).update(quarantine="")
    settle(case, STUDY, studies, ("visit", "position"))
    settle(case, SERIES, series, ("study", "position"))
    settle(case, INSTANCE, instances, ("series", "position"))
    remove_missing(case, studies, series, instances)
    settle(case, LEVEL, [one[0] for one in found["levels"]], ("position",))
    settle(case, ANNOTATION, [one[0] for one in found["annotations"]], ("position",))
    write_figures(case, found["figures"])


def find_visit(visits, item, path, errors):
    key = item.get("visit")
    if key is not None and key not in visits:
        message = _("No visit has the key “%s”. Enter the key of a visit in this document.") % key
        errors.append((f"{KEY}{path}.visit", message))
    return visits.get(key)


def refuse_conflict(image, held, path, errors):
    """Add an error if the image is quarantined, or if a different file is stored for it."""
    known = held.get(image.sop_instance_uid)
    if known and known.held and known.sha256 != image.sha256:
        message = _(
            "A different file is stored under this SOP Instance UID. Give the image a new UID."
        )
        errors.append((f"{KEY}{path}.sha256", message))
    if known and known.quarantine not in ("", REMOVED):
        errors.append(
            (
                f"{KEY}{path}",
                _("This image needs checking. Release it on the images page, then try again."),
            )
        )


def settle(case, shape, wanted, links):
    """Create or update rows, matched by identity; unchanged rows are not written.

    Levels, annotations and figures that are not in `wanted` are deleted.
    """
    model, names = shape.model, [*shape.fields, *links]
    identity = shape.identity[0]
    known = {getattr(row, identity): row for row in model.objects.filter(case=case)}
    new, changed = [], []
    for row in wanted:
        row.case = case
        for link in links:
            setattr(row, link, getattr(row, link))  # sets the foreign key: its target is saved now
        before = known.get(getattr(row, identity))
        if before is None:
            new.append(row)
        else:
            row.pk, row._state.adding = before.pk, False
            if any(differ(row, before, name) for name in names):
                changed.append(row)
    model.objects.bulk_create(new, batch_size=500)
    if changed:
        model.objects.bulk_update(changed, names, batch_size=200)
    if shape in (LEVEL, ANNOTATION, FIGURE):
        model.objects.filter(case=case).exclude(pk__in=[row.pk for row in wanted]).delete()


def differ(row, before, name):
    attribute = row._meta.get_field(name).attname
    return getattr(row, attribute) != getattr(before, attribute)


def remove_missing(case, studies, series, instances):
    """Delete the images, series and studies that the document lacks.

    Stored images are marked as REMOVED instead. Quarantined images, and the series and studies of
    all these images, are kept.
    """
    mine = Instance.objects.filter(case=case)
    gone = mine.filter(quarantine="").exclude(pk__in=[row.pk for row in instances])
    gone.filter(held=True).update(quarantine=REMOVED)
    gone.filter(held=False).delete()
    apart = mine.exclude(quarantine="").values_list("series", "series__study")
    kept_series = {row.pk for row in series} | {one for one, _study in apart}
    Series.objects.filter(case=case).exclude(pk__in=kept_series).delete()
    kept_studies = {row.pk for row in studies} | {study for _one, study in apart}
    Study.objects.filter(case=case).exclude(pk__in=kept_studies).delete()


def write_figures(case, found):
    settle(case, FIGURE, [one[0] for one in found], ("position",))
    Panel.objects.filter(figure__case=case).delete()
    for figure, _item, _path, panels in found:
        for panel, *_rest in panels:
            panel.figure = figure
        Panel.objects.bulk_create(panel for panel, *_rest in panels)

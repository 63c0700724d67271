"""Write database rows from image headers, and order studies, series and slices."""

import datetime

from django.db.models import CharField, DateField, FloatField, IntegerField, TimeField

from imaging.dicom.refusal import Refused
from imaging.models import Instance, Series, Study
from imaging.pixels.pictures import read_frame
from imaging.pixels.rendering import default_window
from imaging.slices.geometry import order, plane, stack_attributes

STUDY_HEADER = ("study_date", "study_time", "study_description")
SERIES_HEADER = (
    "series_number",
    "modality",
    "series_description",
    "protocol_name",
    "body_part_examined",
    "scanning_sequence",
    "sequence_variant",
    "scan_options",
    "mr_acquisition_type",
    "sequence_name",
    "repetition_time",
    "echo_time",
    "inversion_time",
    "flip_angle",
    "magnetic_field_strength",
    "contrast_bolus_agent",
    "slice_thickness",
    "spacing_between_slices",
    "frame_of_reference_uid",
)
INSTANCE_HEADER = (
    "sop_class_uid",
    "instance_number",
    "number_of_frames",
    "rows",
    "columns",
    "echo_time",
    "image_position_patient",
    "image_orientation_patient",
    "pixel_spacing",
    "pixel_offset",
)
LARGEST_INTEGER = 2**31 - 1
AT_A_TIME = 200  # rows per UPDATE, whose cost grows faster than the number of rows


def place_images(case, found):
    """Write the rows of stored images, and create missing studies and series.

    `found` is a list of (header, quarantine reason or ""). Existing rows, such as those that a
    document created without a file, are updated. Returns the UIDs of the series from which such
    rows moved to another series.
    """
    series = {}
    for header, _quarantine in found:
        uid = header["series_instance_uid"]
        series[uid] = series.get(uid) or place_series(case, header)
    uids = [header["sop_instance_uid"] for header, _quarantine in found]
    known = Instance.objects.filter(case=case, sop_instance_uid__in=uids).order_by()
    rows = {row.sop_instance_uid: row for row in known.select_related("series").defer("header")}
    new, left = [], set()
    for header, quarantine in found:
        uid = header["sop_instance_uid"]
        values = columns_of_image(header, quarantine)
        values["series"] = series[header["series_instance_uid"]]
        if uid in rows:
            Instance.objects.filter(pk=rows[uid].pk).update(**values)
            if rows[uid].series != values["series"]:
                left.add(rows[uid].series.series_instance_uid)
        else:
            new.append(Instance(case=case, sop_instance_uid=uid, **values))
    Instance.objects.bulk_create(new)
    return left


def columns_of_image(header, quarantine):
    return columns(Instance, header, INSTANCE_HEADER) | {
        "acquisition": stack_attributes(header),
        "header": header,
        "sha256": header["sha256"],
        "original_sha256": header["original_sha256"],
        "subject_digest": header["subject_digest"] or "",
        "file_bytes": header.get("file_bytes"),
        "held": True,
        "quarantine": quarantine[:300],
    }


def place_series(case, header):
    """Return the Series of an image, created from the image's header if it is new."""
    uid = header["series_instance_uid"]
    known = Series.objects.filter(case=case, series_instance_uid=uid).first()
    if known:
        return known
    study, _made = Study.objects.get_or_create(
        case=case,
        study_instance_uid=header["study_instance_uid"],
        defaults=columns(Study, header, STUDY_HEADER),
    )
    values = columns(Series, header, SERIES_HEADER)
    values["plane"] = plane(header["image_orientation_patient"]) or ""
    return Series.objects.create(case=case, study=study, series_instance_uid=uid, **values)


def columns(model, header, names):
    """Return {column: value} of header fields, converted to fit their columns."""
    return {name: fitted(model._meta.get_field(name), header.get(name)) for name in names}


def fitted(field, value):
    """Return a header value converted to a field's type.

    Text is truncated, and missing text becomes "". Any other missing value becomes the field's
    default, or None if it has none. An integer that is out of range becomes None.
    """
    if isinstance(field, CharField):
        return str(value or "")[: field.max_length]
    if value is None:
        return field.get_default() if field.has_default() else None
    if isinstance(field, IntegerField):
        return value if abs(value) <= LARGEST_INTEGER else None
    if isinstance(field, FloatField):
        return float(value)
    if isinstance(field, DateField):
        return datetime.date.fromisoformat(value)
    if isinstance(field, TimeField):
        return datetime.time.fromisoformat(value)
    return value


# Order


def number_series(case, changed=None):
    """Number studies and series, and the images of changed series.

    `changed` are the series that received images; None means all series. Also set the window of
    each of these series that has none.
    """
    number_all(Study, case.studies, study_place, *STUDY_HEADER[:2], "study_instance_uid")
    number_all(Series, case.series, series_place, "series_number", "series_instance_uid")
    for one in case.series.all() if changed is None else changed:
        shown = one.instances.filter(quarantine="").defer("header").order_by("pk")
        images = number(order(shown))
        if one.window_width is None and images:
            set_window(one, images[len(images) // 2])


def number_all(model, rows, place, *names):
    """Store the positions of a case's studies or series, computed from a few columns."""
    found = rows.values_list("pk", "position", *names, named=True)
    ordered = sorted(found, key=place)
    moved = [
        model(pk=row.pk, position=position)
        for position, row in enumerate(ordered)
        if row.position != position
    ]
    model.objects.bulk_update(moved, ["position"], batch_size=AT_A_TIME)


def number(rows):
    """Save each image's position in its series; return the images."""
    moved = []
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            moved.append(row)
    Instance.objects.bulk_update(moved, ["position"], batch_size=AT_A_TIME)
    return rows


def study_place(study):
    """Return the sort key of a study: by date, undated studies last."""
    date = study.study_date
    return date is None, str(date), str(study.study_time), study.study_instance_uid


def series_place(series):
    shown = series.series_number
    return shown is None, shown or 0, series.series_instance_uid


def set_window(series, image):
    """Set a series' window to that of `image`, if it is readable, greyscale and has no VOI LUT."""
    try:
        frame = read_frame(image)
    except (Refused, OSError, ValueError):
        return  # without a series window, each image is shown with its own
    if frame.pixels.ndim == 2 and frame.table is None:
        series.window_center, series.window_width = default_window(frame)
        series.save(update_fields=["window_center", "window_width"])

"""Read the DICOM attributes that the application uses into one dict."""

import datetime
import math
import re
import struct
from functools import cache, lru_cache

from pydicom.errors import BytesLengthException
from pydicom.tag import Tag

from imaging.dicom.shared_elements import (
    CACHED_ELEMENTS,
    UNREAD,
    Shared,
    cache_key,
    converted,
    is_cacheable,
)

KEYWORDS = {
    "SOPClassUID": "sop_class_uid",
    "SOPInstanceUID": "sop_instance_uid",
    "StudyInstanceUID": "study_instance_uid",
    "SeriesInstanceUID": "series_instance_uid",
    "TransferSyntaxUID": "transfer_syntax_uid",
    "Modality": "modality",
    "StudyDate": "study_date",
    "StudyTime": "study_time",
    "StudyDescription": "study_description",
    "SeriesNumber": "series_number",
    "SeriesDescription": "series_description",
    "ProtocolName": "protocol_name",
    "BodyPartExamined": "body_part_examined",
    "PatientPosition": "patient_position",
    "ScanningSequence": "scanning_sequence",
    "SequenceVariant": "sequence_variant",
    "ScanOptions": "scan_options",
    "MRAcquisitionType": "mr_acquisition_type",
    "SequenceName": "sequence_name",
    "RepetitionTime": "repetition_time",
    "EchoTime": "echo_time",
    "EchoNumbers": "echo_numbers",
    "InversionTime": "inversion_time",
    "FlipAngle": "flip_angle",
    "MagneticFieldStrength": "magnetic_field_strength",
    "ContrastBolusAgent": "contrast_bolus_agent",
    "SliceThickness": "slice_thickness",
    "SpacingBetweenSlices": "spacing_between_slices",
    "InstanceNumber": "instance_number",
    "AcquisitionNumber": "acquisition_number",
    "DiffusionBValue": "diffusion_b_value",
    "DiffusionGradientOrientation": "diffusion_gradient_orientation",
    "TemporalPositionIdentifier": "temporal_position",
    "TriggerTime": "trigger_time",
    "ImageType": "image_type",
    "ImagePositionPatient": "image_position_patient",
    "ImageOrientationPatient": "image_orientation_patient",
    "PixelSpacing": "pixel_spacing",
    "FrameOfReferenceUID": "frame_of_reference_uid",
    "Laterality": "laterality",
    "Rows": "rows",
    "Columns": "columns",
    "NumberOfFrames": "number_of_frames",
    "SamplesPerPixel": "samples_per_pixel",
    "PhotometricInterpretation": "photometric_interpretation",
    "PlanarConfiguration": "planar_configuration",
    "BitsAllocated": "bits_allocated",
    "BitsStored": "bits_stored",
    "HighBit": "high_bit",
    "PixelRepresentation": "pixel_representation",
    "WindowCenter": "window_center",
    "WindowWidth": "window_width",
    "WindowCenterWidthExplanation": "window_explanation",
    "VOILUTFunction": "voi_lut_function",
    "RescaleSlope": "rescale_slope",
    "RescaleIntercept": "rescale_intercept",
    "Manufacturer": "manufacturer",
    "BurnedInAnnotation": "burned_in_annotation",
}

# Functional groups (PS3.3 C.7.6.16) that contain, for each frame, attributes that a single-frame
# image has at the top level.
FUNCTIONAL_GROUPS = {
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness", "SpacingBetweenSlices"),
    "FrameVOILUTSequence": ("WindowCenter", "WindowWidth", "VOILUTFunction"),
    "PixelValueTransformationSequence": ("RescaleSlope", "RescaleIntercept"),
    "MRTimingAndRelatedParametersSequence": ("RepetitionTime", "FlipAngle"),
    "MREchoSequence": ("EffectiveEchoTime",),
    "MRDiffusionSequence": ("DiffusionBValue",),
    "DiffusionGradientDirectionSequence": ("DiffusionGradientOrientation",),
    "FrameContentSequence": ("TemporalPositionIndex",),
    "MRImageFrameTypeSequence": ("FrameType",),
}

INSIDE = {"DiffusionGradientDirectionSequence": "MRDiffusionSequence"}

# Exceptions that pydicom raises for a value that does not fit its VR.
UNREADABLE = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    OverflowError,
    NotImplementedError,
    struct.error,
    BytesLengthException,
)

tag_of = cache(Tag)  # several times faster than pydicom's lookup of a keyword


def read_header(dataset):
    """Return the fields of KEYWORDS as plain JSON data, None if unknown or invalid.

    Dates are "YYYY-MM-DD", times "HH:MM:SS"; lengths are in mm, sequence times in ms, field
    strength in tesla. `frames` lists the values of the functional groups for each frame.
    `pixel_offset`, `pixel_length` and `codestreams` are None; `examine` sets them when it writes
    the file.
    """
    header = {field: read_value(dataset, keyword) for keyword, field in KEYWORDS.items()}
    header["transfer_syntax_uid"] = transfer_syntax(dataset)
    header["frames"] = read_frames(dataset)
    fill_from_first_frame(header)
    header.update(usable_windows(header))
    header["pixel_offset"] = header["pixel_length"] = header["codestreams"] = None
    return header


def read_value(dataset, keyword):
    """Return one value as plain data, or None if it is missing or invalid."""
    try:
        element = dataset.get_item(tag_of(keyword))
        if element is None:
            return None
        if type(element) is Shared:
            return plain_of_shared(element, keyword)
        if is_cacheable(element):  # read without converting it in place: deidentify needs its bytes
            key = cache_key(element, dataset)
            is_integer = keyword in WHOLE_NUMBERS
            return cached_plain(keyword, key) if is_integer else plain(converted(*key), keyword)
        return plain(dataset[element.tag], keyword)
    except UNREADABLE:
        return None


def plain(element, keyword):
    value = element.value
    return None if value is None or value == "" else KINDS.get(keyword, text)(value)


def plain_of_shared(element, keyword):
    """Return the value from `plain`, or None if it is unreadable, and cache it on the element."""
    if element.plain is UNREAD:
        try:
            element.plain = plain(element, keyword)
        except UNREADABLE:
            element.plain = None
    return element.plain


@lru_cache(CACHED_ELEMENTS)
def cached_plain(keyword, key):
    try:
        return plain(converted(*key), keyword)
    except UNREADABLE:
        return None


def transfer_syntax(dataset):
    meta = getattr(dataset, "file_meta", None)
    return None if meta is None else read_value(meta, "TransferSyntaxUID")


def read_frames(dataset):
    """Return the functional group values as one dict per frame; [] for a file without them."""
    try:
        per_frame = dataset.get("PerFrameFunctionalGroupsSequence") or []
        shared = dataset.get("SharedFunctionalGroupsSequence") or []
    except UNREADABLE:
        return []
    common = read_groups(shared[0]) if shared else {}
    return [{**common, **read_groups(groups)} for groups in per_frame]


def read_groups(groups):
    """Return {field: value} from one item of functional groups."""
    found = {}
    for sequence, keywords in FUNCTIONAL_GROUPS.items():
        within = groups.get(INSIDE.get(sequence)) if sequence in INSIDE else [groups]
        items = within[0].get(sequence) if within else None
        if not items:
            continue
        for keyword in keywords:
            value = read_value(items[0], keyword)
            if value is not None:
                found[FRAME_FIELDS[keyword]] = value
    if "window_center" in found or "window_width" in found:
        found.update(usable_windows(found))
    return found


def fill_from_first_frame(header):
    """Fill missing fields of the file from its first frame."""
    if header["frames"]:
        for field, value in header["frames"][0].items():
            if header.get(field) is None:
                header[field] = value


def usable_windows(header):
    """Return the fields of the stored windows with a positive width (PS3.3 C.11.2.1.2)."""
    pairs = zip(header.get("window_center") or [], header.get("window_width") or [], strict=False)
    usable = [(c, w) for c, w in pairs if w > 0]
    return {
        "window_center": [c for c, _ in usable] or None,
        "window_width": [w for _, w in usable] or None,
    }


def text(value):
    if isinstance(value, list | tuple) or hasattr(value, "append"):
        return "\\".join(str(part).strip() for part in value) or None
    return str(value).strip("\0 ") or None


def texts(value):
    parts = [value] if isinstance(value, str) else list(value)
    return [str(part).strip() for part in parts] or None


def number(value):
    """Return the first value as a finite float. Raises ValueError."""
    first = float(listed(value)[0])
    if not math.isfinite(first):
        raise ValueError("not a finite number")
    return first


def integer(value):
    return int(listed(value)[0])


def numbers(value):
    """Return all values as finite floats. Raises ValueError."""
    return [number(part) for part in listed(value)]


def vector(length):
    """Return a function that reads exactly `length` finite numbers, or raises ValueError."""

    def read(value):
        parts = numbers(value)
        if len(parts) != length:
            raise ValueError(f"not {length} numbers")
        return parts

    return read


def spacing(value):
    parts = vector(2)(value)
    if min(parts) <= 0:
        raise ValueError("a spacing is positive")
    return parts


def listed(value):
    if isinstance(value, str | int | float):
        return [value]
    return list(value)


def date(value):
    """Return a DA value as "YYYY-MM-DD". Raises ValueError if it is not a valid date."""
    digits = re.sub(r"^(\d{4})\.(\d{2})\.(\d{2})$", r"\1\2\3", str(value).strip(), flags=re.ASCII)
    if not re.fullmatch(r"\d{8}", digits, re.ASCII):
        raise ValueError("not a date")
    return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()


def time(value):
    """Return a TM value (PS3.5 6.2), with or without minutes and seconds, as "HH:MM:SS".

    Raises ValueError.
    """
    parts = re.fullmatch(r"(\d{2}):?(\d{2})?:?(\d{2})?(\.\d{1,6})?", str(value).strip(), re.ASCII)
    if not parts:
        raise ValueError("not a time")
    hour, minute, second = (int(part or 0) for part in parts.groups()[:3])
    return datetime.time(hour, minute, min(second, 59)).isoformat()


KINDS = {
    "StudyDate": date,
    "StudyTime": time,
    "ImagePositionPatient": vector(3),
    "ImageOrientationPatient": vector(6),
    "PixelSpacing": spacing,
    "DiffusionGradientOrientation": vector(3),
    "ImageType": texts,
    "FrameType": texts,
    "WindowCenter": numbers,
    "WindowWidth": numbers,
    "WindowCenterWidthExplanation": texts,
    **dict.fromkeys(
        (
            "RepetitionTime EchoTime EffectiveEchoTime InversionTime FlipAngle SliceThickness "
            "MagneticFieldStrength SpacingBetweenSlices RescaleSlope RescaleIntercept "
            "DiffusionBValue TriggerTime"
        ).split(),
        number,
    ),
    **dict.fromkeys(
        (
            "SeriesNumber EchoNumbers InstanceNumber AcquisitionNumber Rows Columns NumberOfFrames "
            "SamplesPerPixel PlanarConfiguration BitsAllocated BitsStored HighBit "
            "PixelRepresentation TemporalPositionIdentifier TemporalPositionIndex"
        ).split(),
        integer,
    ),
}
WHOLE_NUMBERS = {keyword for keyword, kind in KINDS.items() if kind is integer}
FRAME_FIELDS = {
    **KEYWORDS,
    "EffectiveEchoTime": "echo_time",
    "TemporalPositionIndex": "temporal_position",
    "FrameType": "image_type",
}

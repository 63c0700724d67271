"""Check an uploaded file and write its de-identified copy. Runs in the sandbox."""

import hashlib
import os
import re
from dataclasses import asdict

import numpy as np
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from imaging.dicom.allow_list import PALETTE
from imaging.dicom.codestream import frame_items, without_comments
from imaging.dicom.decoding import NATIVE, decode, frames_of
from imaging.dicom.deidentify import BASIC, deidentify, subject_digest
from imaging.dicom.header import KEYWORDS, read_header, read_value
from imaging.dicom.kinds import check_kind, check_known, quarantine_reason
from imaging.dicom.limits import LIMITS, MEGABYTE
from imaging.dicom.medium import refuse_index
from imaging.dicom.native import frame_bytes, shaped, stored_values
from imaging.dicom.reading import CUT_OFF, parse
from imaging.dicom.received_identity import identify, names_of
from imaging.dicom.refusal import Refused
from imaging.dicom.writing import PIXEL_DATA, file_parts

ENDS_BEFORE = "The file ends before its %(name)s: it is cut off, or contains no image."
GONE = "The file no longer exists."
IDENTIFIER = re.compile(r"[0-9]+(\.[0-9]+)*", re.ASCII)
IDENTIFIERS = {
    "SOPInstanceUID": "SOP Instance UID",
    "StudyInstanceUID": "Study Instance UID",
    "SeriesInstanceUID": "Series Instance UID",
}
PIXELS = {  # how the pixels are stored; other fields are read from the de-identified dataset
    keyword: KEYWORDS[keyword]
    for keyword in (
        "Rows Columns NumberOfFrames SamplesPerPixel PhotometricInterpretation "
        "PlanarConfiguration BitsAllocated BitsStored HighBit PixelRepresentation"
    ).split()
}
STATED = """
    SamplesPerPixel PhotometricInterpretation BitsStored HighBit PixelRepresentation
""".split()
PHOTOMETRIC = {
    "MONOCHROME1": 1,
    "MONOCHROME2": 1,
    "PALETTE COLOR": 1,
    "RGB": 3,
    "YBR_FULL": 3,
    "YBR_FULL_422": 3,
    "YBR_ICT": 3,
    "YBR_RCT": 3,
}


def examine_each(requests):
    """Return (header, names, None) for each file, or (None, names, args of Refused) if rejected.

    Each request is a tuple of arguments for `examine`.
    """
    return [examine_or_refuse(*request) for request in requests]


def examine_or_refuse(source, *args):
    try:
        if not os.path.isfile(source):
            raise Refused(GONE)
        return *examine(source, *args), None
    except Refused as refused:
        return None, identify(source), refused.args


def examine(source, target, key, new_subject, limits=LIMITS, profile=BASIC):
    """Check the file `source`, write its de-identified copy to `target`; return (header, names).

    The header is that of `read_header` with these additions: `file_bytes`; `pixel_offset` and
    `pixel_length` if a frame can be shown from its uncompressed pixels alone; `codestreams`
    ((offset, length) of each frame in the file) if a frame can be decoded from its codestream;
    `original_sha256`; `subject_digest` (a keyed hash of the patient's identity, or None);
    `deidentification` (the profile as a dict); and `quarantine` (why a person must review the image
    first, or None). `names` are the original identifiers, from `names_of`. The same bytes and key
    give the same output. Raises Refused.
    """
    data = read_bytes(source, limits)
    dataset, cut = parse(data, limits)
    refuse_index(dataset)
    check_kind(read_value(dataset, "SOPClassUID"))
    check_identifiers(dataset, cut)
    check_known(read_value(dataset, "SOPClassUID"))
    check_pixels_present(dataset, cut)
    header = check_image(dataset, limits)
    clean = build(dataset, header, key, new_subject, profile)
    written = file_parts(clean)
    result = describe(clean, written)
    result["original_sha256"] = hashlib.sha256(data).hexdigest()
    result["subject_digest"] = subject_digest(dataset, key)
    result["deidentification"] = asdict(profile)
    with open(target, "wb") as file:
        file.writelines(written)
    return result, names_of(dataset)


def read_bytes(source, limits):
    size = os.path.getsize(source)
    if size > limits.file_bytes:
        raise Refused(
            "The file is larger than %(limit)s MB.", values={"limit": limits.file_bytes // MEGABYTE}
        )
    with open(source, "rb") as file:
        return file.read()


def check_identifiers(dataset, cut):
    """Reject missing and malformed UIDs; pydicom accepts any text, such as paths and markup."""
    for keyword, name in IDENTIFIERS.items():
        value = read_value(dataset, keyword)
        if value is None:
            raise missing(dataset, keyword, name, cut)
        if len(value) > 64 or not IDENTIFIER.fullmatch(value):
            raise Refused("The file's %(name)s is not a valid identifier.", values={"name": name})


def missing(dataset, keyword, name, cut):
    """Return a Refused for a missing UID; the reason depends on whether the file is truncated."""
    if cut:
        return Refused(CUT_OFF, values={"name": cut})
    if max(dataset.keys(), default=0) < tag_for_keyword(keyword):
        return Refused(ENDS_BEFORE, values={"name": name})
    return Refused("The file has no %(name)s.", values={"name": name})


def check_pixels_present(dataset, cut):
    if "PixelData" in dataset and dataset.PixelData:
        return
    if "FloatPixelData" in dataset or "DoubleFloatPixelData" in dataset:
        raise Refused("The picture is stored as floating-point numbers, which cannot be shown.")
    if cut:
        raise Refused(CUT_OFF, values={"name": cut})
    raise Refused("There is no image in this file: it has no pixel data.")


def check_image(dataset, limits):
    """Return the pixel attributes; missing ones are inferred if unambiguous. Raises Refused."""
    header = {field: read_value(dataset, keyword) for keyword, field in PIXELS.items()}
    for side, bound in (("rows", limits.rows), ("columns", limits.columns)):
        check_count(header[side], side, bound)
    header["number_of_frames"] = header["number_of_frames"] or 1
    check_count(header["number_of_frames"], "frames", limits.frames)
    complete(header)
    if decoded_size(header) > limits.decoded_bytes:
        values = {"limit": limits.decoded_bytes // MEGABYTE}
        raise Refused("The pictures need more than %(limit)s MB when decoded.", values=values)
    return header


def check_count(value, name, bound):
    if value is None or value < 1:
        raise Refused(
            "The number of %(name)s is missing from the file or is 0.", values={"name": name}
        )
    if value > bound:
        raise Refused(
            "The picture has %(value)s %(name)s; at most %(bound)s are allowed.",
            values={"value": value, "name": name, "bound": bound},
        )


def complete(header):
    """Fill in pixel attributes that follow from the others; reject contradictory ones."""
    samples = header["samples_per_pixel"] or PHOTOMETRIC.get(
        header["photometric_interpretation"], 1
    )
    photometric = header["photometric_interpretation"] or ("MONOCHROME2", "RGB")[samples == 3]
    allocated = header["bits_allocated"]
    if PHOTOMETRIC.get(photometric) != samples:
        raise Refused(
            "The file's kind of colour (photometric interpretation) is unknown, "
            "or does not fit its samples per pixel."
        )
    if allocated not in (8, 16, 32) or (samples == 3 and allocated == 32):
        raise Refused("The file's samples have a size (bits allocated) that cannot be shown.")
    stored = header["bits_stored"] or allocated
    high = stored - 1 if header["high_bit"] is None else header["high_bit"]
    if not 1 <= stored <= allocated or not stored - 1 <= high < allocated:
        raise Refused("The file's bits stored and high bit do not fit its bits allocated.")
    header.update(
        samples_per_pixel=samples,
        photometric_interpretation=photometric,
        bits_stored=stored,
        high_bit=high,
        pixel_representation=1 if header["pixel_representation"] == 1 else 0,
        planar_configuration=(header["planar_configuration"] or 0) if samples == 3 else None,
    )


def decoded_size(header):
    per_frame = header["rows"] * header["columns"] * header["samples_per_pixel"]
    return per_frame * header["number_of_frames"] * header["bits_allocated"] // 8


def build(dataset, header, key, new_subject, profile):
    """Return the de-identified dataset with file meta information and cleaned pixel data."""
    native = dataset.file_meta.TransferSyntaxUID in NATIVE
    pixels = native_pixels(dataset, header) if native else compressed_pixels(dataset, header)
    swap = dataset.file_meta.TransferSyntaxUID == ExplicitVRBigEndian
    clean = deidentify(dataset, key, new_subject, profile)
    write_image_module(clean, header)
    if swap:
        swap_tables(clean)
    clean[PIXEL_DATA] = DataElement(PIXEL_DATA, "OW" if native else "OB", pixels)
    clean[PIXEL_DATA].is_undefined_length = not native
    clean.file_meta = FileMetaDataset()
    clean.file_meta.TransferSyntaxUID = (
        ExplicitVRLittleEndian if native else dataset.file_meta.TransferSyntaxUID
    )
    return clean


def native_pixels(dataset, header):
    """Return little-endian pixels, without data in unused bits or after the last pixel.

    Such data can be overlays or text (PS3.5 8.1.2, retired). Updates `high_bit` in `header`. Raises
    Refused if pixels are missing.
    """
    size = decoded_size(header)
    if header["photometric_interpretation"] == "YBR_FULL_422":
        size = size * 2 // 3
    data = dataset.PixelData
    if len(data) < size:
        missing = size - len(data)
        raise Refused(
            "The picture is cut off: %(missing)s of %(size)s bytes are missing.",
            values={"missing": missing, "size": size},
        )
    data = to_little_endian(data, dataset, header)[:size]
    if header["bits_stored"] < header["bits_allocated"]:
        data = only_stored_bits(data, header)
        header["high_bit"] = header["bits_stored"] - 1
    return data if len(data) % 2 == 0 else data + b"\0"


def to_little_endian(data, dataset, header):
    """Return pixel data in little-endian order, converting those of a big-endian file (PS3.5 8.2).

    The bytes of each sample are swapped; 8-bit samples in OW are swapped in each 16-bit word.
    """
    if dataset.file_meta.TransferSyntaxUID != ExplicitVRBigEndian:
        return data
    bits = header["bits_allocated"]
    if bits == 8:
        return swapped(data, 2) if dataset[PIXEL_DATA].VR == "OW" else data
    return swapped(data, bits // 8)


def swapped(data, size):
    whole = len(data) // size * size
    return np.frombuffer(data[:whole], f">u{size}").astype(f"<u{size}").tobytes()


def only_stored_bits(data, header):
    """Return pixels with the stored bits lowest and the others 0; `data` itself if unchanged."""
    values = np.frombuffer(data, f"<u{header['bits_allocated'] // 8}")
    if header["high_bit"] < header["bits_stored"] and values.max() >> header["bits_stored"] == 0:
        return data
    return stored_values(values, {**header, "pixel_representation": 0}).tobytes()


def compressed_pixels(dataset, header):
    frames = frames_of(dataset, header["number_of_frames"])[: header["number_of_frames"]]
    return encapsulate([without_comments(frame) for frame in frames], has_bot=True)


def write_image_module(clean, header):
    """Set the pixel attributes of the clean dataset to the checked values."""
    for keyword in STATED:
        state(clean, keyword, header[KEYWORDS[keyword]])
    if header["samples_per_pixel"] == 3:
        state(clean, "PlanarConfiguration", header["planar_configuration"])
    if header["number_of_frames"] > 1:
        state(clean, "NumberOfFrames", header["number_of_frames"])


def state(clean, keyword, value):
    """Set a value by replacing the element, as other files can share the old one."""
    tag = tag_for_keyword(keyword)
    known = clean.get_item(tag)
    clean[tag] = DataElement(tag, known.VR if known else dictionary_VR(tag), value)


def swap_tables(clean):
    for keyword in PALETTE:
        if isinstance(clean.get(keyword), bytes):
            state(clean, keyword, swapped(clean.get(keyword), 2))


def describe(clean, written):
    """Return the header of the written file. Raises Refused if frame 0 cannot be decoded."""
    header = read_header(clean)
    header["number_of_frames"] = header["number_of_frames"] or 1
    native = clean.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    bare = is_bare(clean, native)
    if native and bare:
        size = frame_bytes(header)
        shaped(clean.PixelData[:size], header)
    else:
        decode(clean, header, 0)
    header["quarantine"] = quarantine_reason(clean.SOPClassUID, header["burned_in_annotation"])
    header["file_bytes"] = sum(map(len, written))
    if native and bare:
        header["pixel_length"] = len(clean.PixelData)
        header["pixel_offset"] = header["file_bytes"] - len(clean.PixelData)
    elif bare:
        start = header["file_bytes"] - len(written[-1]) - len(clean.PixelData)
        header["codestreams"] = [[start + at, size] for at, size in frame_items(clean.PixelData)]
    return header


def is_bare(clean, native):
    """Return whether a frame can be shown from its samples and header alone.

    This excludes palettes, modality and VOI LUTs, and uncompressed YBR colour.
    """
    photometric = clean.PhotometricInterpretation
    if photometric == "PALETTE COLOR" or (native and photometric.startswith("YBR")):
        return False
    return not (clean.get("ModalityLUTSequence") or clean.get("VOILUTSequence"))

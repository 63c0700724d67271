"""Parse untrusted bytes into a dataset, with limits at every step. Runs in the sandbox."""

import io
import struct
import zlib

from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_dataset
from pydicom.tag import Tag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from imaging.dicom.decoding import COMPRESSED, NATIVE
from imaging.dicom.header import UNREADABLE, read_value
from imaging.dicom.kinds import check_kind, check_syntax
from imaging.dicom.refusal import Refused

PREAMBLE = 128
MAGIC = b"DICM"
UNDEFINED = 0xFFFFFFFF
PIXEL_DATA = 0x7FE00010

# First bytes of common formats other than DICOM, and their names in messages.
FORMATS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x00\x00\x01\x00", "an icon"),
)

NOT_DICOM = "This is not a DICOM file."
NOT_DICOM_BUT = "This is not a DICOM file; it looks like %(name)s."
NOTHING_BEHIND = "The file begins like a DICOM file, but contains no dataset."
CUT_OFF = "The file is cut off inside its header (%(name)s), before the image."
PICTURE_CUT_OFF = "The picture is cut off: the file ends inside its compressed data."
TOO_MANY = "The file has more than %(limit)s data elements."
TOO_DEEP = "The file's data are nested more than %(limit)s levels deep."


def parse(data, limits, known=check_kind):
    """Parse a file's bytes and return (dataset, cut); file meta information may be missing.

    `cut` states where the file is truncated, such as "PixelData" or "after Rows", or is None.
    Raises Refused if the file is damaged or not DICOM, its transfer syntax is unsupported, or a
    limit is exceeded. `known` is called with the Media Storage SOP Class UID, or None, and raises
    Refused for unwanted kinds of objects.
    """
    if not data:
        raise Refused("The file is empty.")
    meta, start = read_meta(data)
    syntax = read_value(meta, "TransferSyntaxUID")
    check_syntax(syntax, COMPRESSED | NATIVE)
    known(read_value(meta, "MediaStorageSOPClassUID"))
    if syntax == DeflatedExplicitVRLittleEndian:
        data, start = inflate(data[start:], limits), 0
        syntax = ExplicitVRLittleEndian
    if syntax is None:
        syntax = guess_syntax(data[start : start + 8])
    dataset, cut = read_body(data, start, syntax, limits)
    meta.TransferSyntaxUID = syntax
    dataset.file_meta = meta
    check_size(dataset, limits)
    return dataset, cut


def read_meta(data):
    """Return (file meta information, offset of the dataset that follows it). Raises Refused."""
    start = 0
    if data[PREAMBLE : PREAMBLE + 4] == MAGIC:
        start = PREAMBLE + 4
        if len(data) == start:
            raise Refused(NOTHING_BEHIND)
    elif not plausible(data):
        raise Refused(*not_dicom(data))
    stream = io.BytesIO(data)
    stream.seek(start)
    try:
        meta = read_dataset(stream, False, True, stop_when=lambda tag, vr, size: tag.group != 2)
    except UNREADABLE as error:
        raise Refused(NOTHING_BEHIND) from error
    if stream.tell() >= len(data):
        raise Refused(NOTHING_BEHIND)
    known = {tag: meta.get_item(tag) for tag in meta.keys()}
    return FileMetaDataset(known), stream.tell()


def plausible(data):
    """Return whether bytes without a preamble start like a dataset, with group 2 or 8."""
    return len(data) >= 8 and (
        struct.unpack_from("<H", data)[0] in (2, 8) or struct.unpack_from(">H", data)[0] in (2, 8)
    )


def not_dicom(data):
    """Return the arguments of a Refused exception that names the likely format of the file."""
    for start, name in FORMATS:
        if data.startswith(start):
            return NOT_DICOM_BUT, "refused", {"name": name}
    beginning = data[:512].lstrip().lower()
    if beginning.startswith((b"<!doctype html", b"<html")):
        return NOT_DICOM_BUT, "refused", {"name": "a web page (HTML)"}
    if all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in data[:512]):
        return NOT_DICOM_BUT, "refused", {"name": "plain text"}
    return (NOT_DICOM,)


def inflate(body, limits):
    """Return the inflated dataset of a deflated file (PS3.5 A.5).

    Raises Refused if the file is damaged or inflates to more than the limit.
    """
    bound = limits.inflated_bytes(len(body))
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(body, bound)
    except zlib.error as error:
        raise Refused("The file's deflated data are damaged and cannot be unpacked.") from error
    if inflater.unconsumed_tail:
        raise Refused(
            "The file unpacks to more than %(limit)s MB, far more than an image of its size.",
            values={"limit": bound // (1024 * 1024)},
        )
    return data


def guess_syntax(beginning):
    """Guess the uncompressed transfer syntax from the first element."""
    big = struct.unpack_from(">H", beginning)[0] == 8 if len(beginning) >= 8 else False
    explicit = len(beginning) >= 6 and beginning[4:6].isalpha() and beginning[4:6].isupper()
    if explicit:
        return ExplicitVRBigEndian if big else ExplicitVRLittleEndian
    return ImplicitVRLittleEndian


def read_body(data, start, syntax, limits):
    """Return (dataset, cut) as `parse` does. Raises Refused."""
    stream = io.BytesIO(data)
    stream.seek(start)
    watch = Watch(stream, len(data), limits)
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    try:
        dataset = read_dataset(stream, implicit, little, stop_when=watch)
    except UNREADABLE + (EOFError,):
        return Dataset(), watch.ended_early() or "its first element"
    # pydicom returns an empty dataset if an element of undefined length has no end
    if not dataset and watch.last == PIXEL_DATA:
        raise Refused(PICTURE_CUT_OFF)
    return dataset, watch.ended_early()


class Watch:
    """Count top-level elements while reading, and note where the file is truncated."""

    def __init__(self, stream, size, limits):
        self.stream, self.size, self.limit = stream, size, limits.elements
        self.count = 0
        self.last = self.end = self.cut = None

    def __call__(self, tag, vr, length):
        if self.last == PIXEL_DATA:
            return True  # only padding and signatures can follow the pixel data
        self.count += 1
        if self.count > self.limit:
            raise Refused(TOO_MANY, values={"limit": self.limit})
        self.last, self.end = tag, None
        if length != UNDEFINED:
            self.end = self.stream.tell() + length
            if self.end > self.size:
                self.cut = keyword_for_tag(tag) or str(Tag(tag))
        return False

    def ended_early(self):
        """Return "<element>" or "after <element>" if the file is truncated there, or None."""
        if self.cut is None and self.end is not None and self.end < self.size < self.end + 8:
            return f"after {keyword_for_tag(self.last) or Tag(self.last)}"
        return self.cut


def check_size(dataset, limits):
    """Reject datasets with too many elements or levels. Not recursive, to protect the stack."""
    count = 0
    waiting = [(dataset, 0)]
    while waiting:
        level, depth = waiting.pop()
        if depth > limits.nesting:
            raise Refused(TOO_DEEP, values={"limit": limits.nesting})
        count += len(level)
        if count > limits.elements:
            raise Refused(TOO_MANY, values={"limit": limits.elements})
        waiting += [(item, depth + 1) for tag in level.keys() for item in items(level, tag)]


def items(dataset, tag):
    """Return the items of a sequence; [] if it is unreadable or not a sequence."""
    vr = dataset.get_item(tag).VR
    if vr is None:
        try:
            vr = dictionary_VR(tag)
        except KeyError:
            return []
    if vr != "SQ":
        return []
    try:
        return list(dataset[tag].value or [])
    except UNREADABLE:
        return []

"""Read the size of compressed frames, and remove their comments and application data.

JPEG and JPEG-LS: ITU-T T.81 annex B, T.87 annex C. JPEG 2000: T.800 annex A.
"""

import struct

JPEG_START = b"\xff\xd8"
JPEG_2000_START = b"\xff\x4f\xff\x51"
SIZES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}
SCAN, COMMENT, ADOBE, JFIF = 0xDA, 0xFE, 0xEE, 0xE0
ITEM, ITEM_TAG = struct.Struct("<II"), 0xE000FFFE
ALONE = {0x01, *range(0xD0, 0xDA)}
J2K_COMMENT, J2K_TILE = 0xFF64, 0xFF90


def dimensions(data):
    """Return (rows, columns) from the codestream's header, or None if it states no size."""
    if data[:4] == JPEG_2000_START and len(data) >= 24:
        width, height, left, top = struct.unpack_from(">4I", data, 8)
        return height - top, width - left
    if data[:2] == JPEG_START:
        for marker, start, length in segments(data):
            if marker in SIZES and length >= 7:
                return struct.unpack_from(">HH", data, start + 5)
    return None


def without_comments(data):
    """Return the frame without comments, application data or bytes after its end.

    These can contain any text, including names. Standard JFIF and Adobe segments are kept, as they
    state the colour space. Formats other than JPEG, JPEG-LS and JPEG 2000 are returned unchanged.
    """
    if data[:2] == JPEG_START:
        return clean_jpeg(data)
    if data[:4] == JPEG_2000_START:
        return clean_jpeg_2000(data)
    return data


def clean_jpeg(data):
    kept = bytearray(JPEG_START)
    position = 2
    for marker, start, length in segments(data):
        end = start + 2 + length
        if marker == SCAN:
            return bytes(kept) + until_end(data, start)
        if not carries_text(marker, data[start + 4 : end]):
            kept += data[start:end]
        position = end
    return bytes(kept) + data[position:]


def until_end(data, scan):
    """Return the bytes from the first scan to the end-of-image marker, padded to an even length."""
    end = data.rfind(b"\xff\xd9", scan)
    body = data[scan:] if end < 0 else data[scan : end + 2]
    return body if len(body) % 2 == 0 else body + b"\0"


def carries_text(marker, body):
    if marker == ADOBE:
        return not (body[:5] == b"Adobe" and len(body) == 12)
    if marker == JFIF:
        return not (body[:5] == b"JFIF\0" and len(body) == 14)
    return marker == COMMENT or 0xE1 <= marker <= 0xEF


def segments(data):
    """Yield (marker, start, length) of each JPEG segment up to and including the first scan."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker in ALONE:
            position += 2
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        yield marker, position, length
        if marker == SCAN or length < 2:
            return
        position += 2 + length


def clean_jpeg_2000(data):
    """Remove comment segments from the main header, and bytes after the end of the codestream."""
    kept = bytearray(data[:2])
    position = 2
    while position + 4 <= len(data):
        marker, length = struct.unpack_from(">HH", data, position)
        if marker == J2K_TILE or marker < 0xFF30:
            break
        if marker != J2K_COMMENT:
            kept += data[position : position + 2 + length]
        position += 2 + length
    end = data.rfind(b"\xff\xd9", position)
    body = data[position:] if end < 0 else data[position : end + 2]
    kept += body
    return bytes(kept) if len(kept) % 2 == 0 else bytes(kept) + b"\0"


def frame_items(value):
    """Yield (offset, length) of each item's value after the basic offset table (PS3.5 A.4)."""
    at = ITEM.size + ITEM.unpack_from(value)[1]
    while at < len(value):
        size = ITEM.unpack_from(value, at)[1]
        yield at + ITEM.size, size
        at += ITEM.size + size


def as_pixel_data(stream):
    """Return encapsulated pixel data for one frame: an empty offset table and the codestream."""
    return ITEM.pack(ITEM_TAG, 0) + ITEM.pack(ITEM_TAG, len(stream)) + stream

"""Convert a stored file to the DICOM JSON model (PS3.18 annex F).

Stored files were written by this package in explicit VR little endian, so one pass over their bytes
is enough. pydicom's to_json_dict took about seven times as long. Pixel data are not parsed but
referenced by BulkDataURI.
"""

import base64
import struct

FIRST_READ = 65_536
META_END = 132
UNDEFINED = 0xFFFFFFFF
LONG = frozenset(
    (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
)
BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
WHOLE_TEXT = frozenset(("LT", "ST", "UT", "UR"))
NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
INLINE = 1024  # bytes; larger binary values are referenced by BulkDataURI
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA = "7FE00010"
TRANSFER_SYNTAX = "00083002"  # Available Transfer Syntax UID; (0002,0010) is not allowed in JSON
HERE = "\x00"  # in cached text, stands for the URL of the instance


def read_json_model(path, bulk=HERE):
    """Return {tag: {"vr", "Value" | "InlineBinary" | "BulkDataURI"}} of a stored file.

    `bulk` is the prefix of each BulkDataURI: `<bulk>/bulkdata/<tag>`. Raises OSError if the file is
    missing, ValueError if it is damaged.
    """
    with open(path, "rb") as file:
        data = file.read(FIRST_READ)
        try:
            return walk_file(data, bulk)
        except (struct.error, IndexError):
            data += file.read()
    try:
        return walk_file(data, bulk)
    except (struct.error, IndexError) as error:
        raise ValueError("the stored file is damaged") from error


def walk_file(data, bulk):
    if data[128:META_END] != b"DICM":
        raise ValueError("the stored file is damaged")
    length = struct.unpack_from("<I", data, META_END + 8)[0]
    start = META_END + 12 + length
    meta, _end = walk(data, META_END + 12, start, bulk)
    found, _end = walk(data, start, len(data), bulk)
    found[TRANSFER_SYNTAX] = meta["00020010"]
    return dict(sorted(found.items()))


def walk(data, at, end, bulk):
    """Return (elements from offset `at`, end offset); stops at `end` or after an item delimiter."""
    found = {}
    while at < end:
        group, element, vr, length, at = head(data, at)
        if (group << 16) | element == ITEM_END:
            return found, at
        tag = f"{group:04X}{element:04X}"
        if vr == "SQ":
            items, at = walk_sequence(data, at, length, bulk)
            found[tag] = {"vr": "SQ"} | ({"Value": items} if items else {})
        elif tag == PIXEL_DATA:  # always the last element
            found[tag] = {"vr": vr, "BulkDataURI": f"{bulk}/bulkdata/{tag}"}
            return found, end
        elif vr in BINARY and length > INLINE:
            found[tag] = {"vr": vr, "BulkDataURI": f"{bulk}/bulkdata/{tag}"}
            at += length
        else:
            if at + length > len(data):
                raise IndexError(at)
            found[tag] = {"vr": vr} | value_of(vr, data[at : at + length])
            at += length
    return found, at


def head(data, at):
    """Return (group, element, VR, length, offset of the value)."""
    group, element = struct.unpack_from("<HH", data, at)
    if group == 0xFFFE:
        return group, element, "", struct.unpack_from("<I", data, at + 4)[0], at + 8
    vr = data[at + 4 : at + 6]
    if vr in LONG:
        return group, element, vr.decode(), struct.unpack_from("<I", data, at + 8)[0], at + 12
    length = struct.unpack_from("<H", data, at + 6)[0]
    return group, element, vr.decode("latin-1"), length, at + 8


def walk_sequence(data, at, length, bulk):
    """Return (items, end offset)."""
    end = len(data) if length == UNDEFINED else at + length
    items = []
    while at < end:
        group, element, _vr, size, at = head(data, at)
        if (group << 16) | element == SEQUENCE_END:
            return items, at
        inside = len(data) if size == UNDEFINED else at + size
        found, at = walk(data, at, inside, bulk)
        items.append(found)
    return items, at


def value_of(vr, raw):
    """Return {"Value": [...]}, {"InlineBinary": text}, or {} if there is no value."""
    if not raw:
        return {}
    if vr in BINARY:
        return {"InlineBinary": base64.b64encode(raw).decode()}
    if vr in NUMBERS:
        kind = NUMBERS[vr]
        return {"Value": list(struct.unpack(f"<{len(raw) // struct.calcsize(kind)}{kind}", raw))}
    if vr == "AT":
        pairs = struct.iter_unpack("<HH", raw)
        return {"Value": [f"{group:04X}{element:04X}" for group, element in pairs]}
    text = raw.decode("utf-8", "replace").rstrip("\0 ")
    parts = [text] if vr in WHOLE_TEXT else [part.strip() for part in text.split("\\")]
    values = [one_value(vr, part) for part in parts]
    return {"Value": values} if any(value is not None for value in values) else {}


def one_value(vr, text):
    """Return one value of a text VR; None if it is empty or an invalid number (PS3.18 F.2.5)."""
    if not text:
        return None
    if vr == "PN":
        groups = zip(("Alphabetic", "Ideographic", "Phonetic"), text.split("="), strict=False)
        return {name: part for name, part in groups if part}
    try:
        return int(text) if vr == "IS" else float(text) if vr == "DS" else text
    except ValueError:
        return None

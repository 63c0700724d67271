"""Look up DICOM tags by keyword or by hexadecimal digits."""

import re

from pydicom.datadict import tag_for_keyword

TAG = re.compile(r"[0-9A-Fa-f]{8}", re.ASCII)


def find_tag(name):
    """Return the tag as eight upper-case hexadecimal digits, or None if `name` is unknown."""
    if TAG.fullmatch(name):
        return name.upper()
    number = tag_for_keyword(name) if name.isascii() and name.isalnum() else None
    return None if number is None else f"{number:08X}"

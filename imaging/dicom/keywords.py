"""The standard's dictionary: from a keyword or a tag as an address names it, to the tag."""

import re

from pydicom.datadict import tag_for_keyword

TAG = re.compile(r"[0-9A-Fa-f]{8}", re.ASCII)


def find_tag(name):
    """Return the tag, eight hexadecimal digits in capitals, of a keyword or tag; None if neither"""
    if TAG.fullmatch(name):
        return name.upper()
    number = tag_for_keyword(name) if name.isascii() and name.isalnum() else None
    return None if number is None else f"{number:08X}"

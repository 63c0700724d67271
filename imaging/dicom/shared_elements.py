"""What the files of a series have alike is converted, cleaned and written once.

Of the hundred elements of a slice a handful differs from the slice before. What is remembered holds
some original texts, dates and identifiers of the patient whose files came last, in the child that
read them; of the next patient's first file, they are forgotten. Nothing of the group that names the
patient is among them, and nothing long.
"""

from functools import cache

from pydicom.charset import default_encoding
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.tag import Tag

LONGEST = 256  # bytes of a value
REMEMBERED = 512  # elements, some kilobytes each; those that all files have alike stay longest
PATIENT = 0x0010
UNREAD = object()


class Shared(DataElement):
    """A clean element that many files hold; it cannot be changed.

    `written` are its bytes in explicit VR little endian; `plain` is what `read_value` gives of it,
    once it was asked for.
    """

    def __init__(self, element, written):
        super().__init__(element.tag, element.VR, element.value, already_converted=True)
        self.written, self.plain = written, UNREAD

    @DataElement.value.setter
    def value(self, _value):
        raise AttributeError("an element that files share cannot be changed")


def is_alike(element):
    """Return whether what becomes of an element follows from its own bytes and is remembered."""
    return (
        type(element) is RawDataElement
        and element.value is not None
        and element.length == len(element.value) <= LONGEST
        and stands_alone(int(element.tag))
    )


@cache
def stands_alone(tag):
    """Return whether no other element is needed to read a tag, nor does it name the patient."""
    try:
        vr = dictionary_VR(tag)
    except KeyError:
        return False
    return vr != "SQ" and " or " not in vr and tag >> 16 != PATIENT


def key_of(element, dataset):
    """Return by what an element that is alike is remembered; `converted` makes it of that."""
    encoding = dataset.original_character_set or default_encoding
    encodings = encoding if isinstance(encoding, str) else tuple(encoding)
    return int(element.tag), element.VR, element.value, element.is_little_endian, encodings


def converted(tag, vr, value, little, encodings):
    """Return the DataElement of a key; raises one of many exceptions where it cannot be read."""
    raw = RawDataElement(Tag(tag), vr, len(value), value, 0, vr is None, little)
    encoding = encodings if isinstance(encodings, str) else list(encodings)
    return convert_raw_data_element(raw, encoding=encoding)

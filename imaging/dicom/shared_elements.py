"""A cache of data elements that the files of a series share: converted, cleaned and encoded once.

Of about a hundred elements of a slice, few differ from those of the previous slice. The cache
exists only in the child process that read the files. It contains some original strings, dates and
identifiers of the last patient, but no long value and nothing from group 0010, which names the
patient. `deidentify` clears the cleaned elements when the next patient's first file is read.
"""

from functools import cache

from pydicom.charset import default_encoding
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.tag import Tag

LONGEST = 256  # largest cached value in bytes
CACHED_ELEMENTS = 512  # a few kilobytes each; least recently used elements are dropped first
PATIENT = 0x0010
UNREAD = object()


class Shared(DataElement):
    """A cleaned element that must not be changed, because several datasets share it.

    `written` is its encoding in explicit VR little endian; `plain` caches its value from
    `header.read_value`.
    """

    def __init__(self, element, written):
        super().__init__(element.tag, element.VR, element.value, already_converted=True)
        self.written, self.plain = written, UNREAD

    @DataElement.value.setter
    def value(self, _value):
        raise AttributeError("a shared element cannot be changed")


def is_cacheable(element):
    """Return whether an element is unconverted, short, self-contained and not in group 0010."""
    return (
        type(element) is RawDataElement
        and element.value is not None
        and element.length == len(element.value) <= LONGEST
        and is_independent(int(element.tag))
    )


@cache
def is_independent(tag):
    """Return whether a tag can be read without other elements and is not in the patient group."""
    try:
        vr = dictionary_VR(tag)
    except KeyError:
        return False
    return vr != "SQ" and " or " not in vr and tag >> 16 != PATIENT


def cache_key(element, dataset):
    """Return the cache key of an element, from which `converted` can rebuild it."""
    encoding = dataset.original_character_set or default_encoding
    encodings = encoding if isinstance(encoding, str) else tuple(encoding)
    return int(element.tag), element.VR, element.value, element.is_little_endian, encodings


def converted(tag, vr, value, little, encodings):
    """Rebuild the DataElement of a cache key. Raises one of header.UNREADABLE."""
    raw = RawDataElement(Tag(tag), vr, len(value), value, 0, vr is None, little)
    encoding = encodings if isinstance(encodings, str) else list(encodings)
    return convert_raw_data_element(raw, encoding=encoding)

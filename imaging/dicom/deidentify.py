"""Remove every data element that is not on the allow list (PS3.15 annex E).

Libraries that apply PS3.15 table E.1-1 list the elements to remove, so an element that the list
lacks stays in the file. This module keeps only the keywords in `allow_list` and Patient
Orientation, at every depth.

What remains is geometry, pixels and acquisition parameters. UIDs and dates are mapped with the
patient's key: the same key gives the same mapping, so series stay together and intervals stay
correct. Without the key the mapping cannot be reversed.
"""

import datetime
import hmac
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID_dictionary
from pydicom.valuerep import IS, DSfloat, format_number_as_ds

from imaging.dicom import header, vocabulary
from imaging.dicom.allow_list import (
    CODED,
    DATES,
    NUMBERS,
    PALETTE,
    SEQUENCES,
    TABLES,
    TEXTS,
    TIMES,
    UIDS,
)
from imaging.dicom.shared_elements import (
    CACHED_ELEMENTS,
    Shared,
    cache_key,
    converted,
    is_cacheable,
)
from imaging.dicom.writing import CHARACTER_SET, element_bytes

METHOD = "Caserecords allow list, PS3.15 annex E"
# Codes from CID 7050 for the methods that this module applies.
ALWAYS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113105", "Clean Descriptors Option"),
)
UIDS_KEPT = ("113110", "Retain UIDs Option")
DATES_KEPT = ("113106", "Retain Longitudinal Temporal Information Full Dates Option")
DATES_SHIFTED = ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")


@dataclass(frozen=True)
class Profile:
    """Options of the Basic Application Level Confidentiality Profile (PS3.15 E.3)."""

    retain_uids: bool = False
    retain_dates: bool = False

    @property
    def codes(self):
        """The (code, meaning) pairs of the De-identification Method Code Sequence (0012,0064)."""
        dates = DATES_KEPT if self.retain_dates else DATES_SHIFTED
        return (*ALWAYS, dates, *([UIDS_KEPT] if self.retain_uids else []))


BASIC = Profile()
PALETTE_TAGS = [tag_for_keyword(keyword) for keyword in PALETTE]
PHOTOMETRIC = tag_for_keyword("PhotometricInterpretation")
SUBJECTS = 64  # patient codes whose elements are cached


@dataclass(frozen=True)
class Way:
    """The patient's key and the profile with which a file is de-identified."""

    key: bytes
    profile: Profile = BASIC


def shared(element):
    """Return a Shared copy of an element, or the element itself if it cannot be encoded."""
    try:
        return Shared(element, element_bytes(element))
    except header.UNREADABLE:
        return element  # the error is raised again when the file is written


def empty(keywords):
    """Return a list with one empty element for each keyword."""
    dataset = Dataset()
    for keyword in keywords.split():
        setattr(dataset, keyword, None)
    return [shared(element) for element in dataset]


# Type 2 in every image: must be present, but may be empty if the value was removed (PS3.3 C.7).
EMPTY = empty("""
    StudyDate StudyTime AccessionNumber ReferringPhysicianName PatientBirthDate PatientSex StudyID
    SeriesNumber InstanceNumber Manufacturer
""")

# Type 2 in some images: left empty if the file had them and no value may be kept.
EMPTY_IF_PRESENT = empty("""
    PositionReferenceIndicator Laterality PatientOrientation ViewPosition ScanOptions
    MRAcquisitionType RepetitionTime EchoTime EchoTrainLength SliceThickness AcquisitionNumber KVP
""")

FLOATING = {"FL", "FD"}
WHOLE = {"US", "SS", "UL", "SL", "UV", "SV"}
NUMERIC = {"DS": DSfloat, "IS": IS, **dict.fromkeys(FLOATING, float), **dict.fromkeys(WHOLE, int)}


def deidentify(dataset, key, new_subject, profile=BASIC):
    """Return a new Dataset with the allowed elements; `dataset` is not changed.

    `key` (bytes) determines the mapping of UIDs and dates, `new_subject` replaces the patient's
    name and ID, and `profile` can retain UIDs and dates. Pixel data are not copied; the caller adds
    them.
    """
    found = allowed(dataset, Way(key, profile))
    photometric = found.get(PHOTOMETRIC)
    if photometric is None or photometric.value != "PALETTE COLOR":
        for tag in PALETTE_TAGS:
            found.pop(tag, None)
    for element in EMPTY:
        found.setdefault(element.tag, element)
    for element in EMPTY_IF_PRESENT:
        if element.tag in dataset.keys():
            found.setdefault(element.tag, element)
    added = method_elements(profile) + patient_elements(new_subject)
    found.update((element.tag, element) for element in added)
    return Dataset(found)


@lru_cache(SUBJECTS)
def patient_elements(subject):
    """Return Patient's Name and Patient ID, both set to the patient's code."""
    dataset = Dataset()
    dataset.PatientName = dataset.PatientID = subject
    return [shared(element) for element in dataset]


@cache
def method_elements(profile):
    """Return the elements that document the de-identification."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = CHARACTER_SET
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.DeidentificationMethodCodeSequence = Sequence(code(*pair) for pair in profile.codes)
    kept = profile.retain_dates
    dataset.LongitudinalTemporalInformationModified = "UNMODIFIED" if kept else "MODIFIED"
    return [shared(element) for element in dataset]


def allowed(dataset, way):
    """Return {tag: cleaned element} of the allowed elements; sequences are cleaned recursively."""
    clean_cached = cleaner(way)
    found = {}
    for tag, element in list(dataset.items()):
        if int(tag) in RULES:
            found[tag] = (
                clean_cached(cache_key(element, dataset))
                if is_cacheable(element)
                else clean_element(dataset, tag, way)
            )
    return {tag: element for tag, element in found.items() if element is not None}


@lru_cache(1)
def cleaner(way):
    """Return a cached function that maps a cache key to the cleaned, shared element or None.

    Only the last patient's function is kept, so that a new patient starts with an empty cache.
    """

    @lru_cache(CACHED_ELEMENTS)
    def clean_cached(key):
        try:
            kept = cleaned(converted(*key), way)
        except header.UNREADABLE:
            return None
        return None if kept is None else shared(kept)

    return clean_cached


def clean_element(dataset, tag, way):
    """Return the cleaned element, or None if nothing may be kept or it cannot be read."""
    try:
        return cleaned(dataset[tag], way)
    except header.UNREADABLE:
        return None


def cleaned(element, way):
    """Return the cleaned element, or None if nothing may be kept.

    Raises one of header.UNREADABLE.
    """
    if not element.value and not isinstance(element.value, int | float):
        return None
    kept = RULES[int(element.tag)](element, way)
    if kept is None:
        return None
    same = kept is element.value and are_numbers(element)
    return DataElement(element.tag, element.VR, kept, already_converted=same)


def are_numbers(element):
    """Return whether all values are numbers as their VR requires, not text that failed to parse.

    Numbers can skip pydicom's conversion, which takes as long as reading them.
    """
    kind = NUMERIC.get(element.VR, ())
    return all(isinstance(value, kind) for value in listed(element))


def map_uid(uid, key):
    """Return the replacement for `uid` under `key`; registered UIDs are kept (PS3.6 annex A)."""
    if uid in UID_dictionary:
        return uid
    digest = hmac.digest(key, uid.encode("ascii"), "sha256")
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def days_shifted(key):
    """Return the number of days, 1 to 3650, by which dates are shifted into the past."""
    digest = hmac.digest(key, b"dates", "sha256")
    return 1 + int.from_bytes(digest[:8], "big") % 3650


def subject_digest(dataset, key):
    """Return a keyed hash of the patient's ID, name and birth date, or None if all are empty.

    Its 16 hexadecimal digits show whether two files of a series name different patients, without
    storing who they are.
    """
    keywords = ("PatientID", "PatientName", "PatientBirthDate")
    parts = [header.read_value(dataset, keyword) or "" for keyword in keywords]
    if not any(parts):
        return None
    identity = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(key, b"subject\0" + identity, "sha256").hex()[:16]


def code(value, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def clean_sequence(element, way):
    return Sequence(Dataset(allowed(item, way)) for item in element.value)


def clean_text(element, way):
    """Return the values with only imaging words and short numbers, or None if there are none."""
    kept = [value for value in parts(element) if value and vocabulary.harmless(value)]
    return kept or None


def clean_code(pattern):
    def clean(element, way):
        kept = parts(element)
        return kept[0] if len(kept) == 1 and re.fullmatch(pattern, kept[0], re.ASCII) else None

    return clean


def clean_orientation(element, way):
    """Return the directions of rows and columns, or None unless both are valid."""
    directions = parts(element)
    valid = len(directions) == 2 and all(
        re.fullmatch(r"[LRAPHF]{1,3}", direction) for direction in directions
    )
    return directions if valid else None


def clean_uid(element, way):
    values = parts(element)
    if len(values) != 1 or not re.fullmatch(r"[0-9.]{1,64}", values[0], re.ASCII):
        return None
    return values[0] if way.profile.retain_uids else map_uid(values[0], way.key)


def clean_date(element, way):
    """Return a DA or DT value, shifted unless dates are retained, or None if it is malformed.

    A DT value keeps its time and zone. Raises ValueError for a date that does not exist.
    """
    written = parts(element)[0]
    shape = r"(\d{8})(\d{2,6}(\.\d{1,6})?)?([+-]\d{4})?" if element.VR == "DT" else r"(\d{8})"
    found = re.fullmatch(shape, written.replace(".", "") if len(written) == 10 else written)
    if not found or not written.isascii():
        return None
    day = datetime.date.fromisoformat(header.date(found[1]))
    days = 0 if way.profile.retain_dates else days_shifted(way.key)
    shifted = day - datetime.timedelta(days=days)
    return shifted.strftime("%Y%m%d").zfill(8) + written[8:] * (element.VR == "DT")


def clean_time(element, way):
    written = parts(element)[0]
    return written if re.fullmatch(r"\d{2,6}(\.\d{1,6})?", written, re.ASCII) else None


def clean_number(element, way):
    """Return numbers as they were written, or None if the VR is not numeric.

    Long decimal strings are shortened. Raises ValueError if one is malformed.
    """
    if element.VR in FLOATING | WHOLE | {"AT"}:
        return element.value
    if element.VR not in ("DS", "IS"):
        return None
    written = [str(getattr(value, "original_string", value)) for value in listed(element)]
    kept = [short_decimal(value.strip()) for value in written]
    return element.value if kept == written else kept


def short_decimal(written):
    """Return a decimal string in at most 16 characters (PS3.5 6.2). Raises ValueError."""
    if not re.fullmatch(r"[0-9+\-.eE]+", written, re.ASCII):
        raise ValueError("not a decimal string")
    value = float(written)
    return written if len(written) <= 16 else format_number_as_ds(value)


def clean_table(element, way):
    """Return the entries of a lookup table as bytes or numbers, or None for any other VR."""
    if element.VR == "OW" and isinstance(element.value, bytes):
        return element.value
    return element.value if element.VR in WHOLE else None


def parts(element):
    return [str(value).strip("\0 ") for value in listed(element)]


def listed(element):
    value = element.value
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return [value]
    return list(value)


def rules():
    """Return {tag: cleaning function} for all allowed tags."""
    kinds = (
        (SEQUENCES, clean_sequence),
        (TEXTS, clean_text),
        (UIDS, clean_uid),
        (DATES, clean_date),
        (TIMES, clean_time),
        (NUMBERS, clean_number),
        (TABLES, clean_table),
    )
    table = {tag_for_keyword(name): rule for names, rule in kinds for name in names}
    table |= {tag_for_keyword(name): clean_code(pattern) for name, pattern in CODED.items()}
    table[tag_for_keyword("PatientOrientation")] = clean_orientation
    if None in table:
        raise ValueError("a keyword of the allow list is not in the DICOM dictionary")
    return table


RULES = rules()

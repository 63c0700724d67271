"""Take everything out of a dataset that is not named here as needed (PS3.15 annex E).

What stays is geometry, pixels and acquisition. UIDs and dates are mapped by a key: the same key
gives the same mapping, so series stay together and intervals stay true; without it neither can be
undone.
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
from imaging.dicom.shared_elements import REMEMBERED, Shared, converted, is_alike, key_of
from imaging.dicom.writing import CHARACTER_SET, element_bytes

METHOD = "Caserecords allow list, PS3.15 annex E"
# CID 7050; only what is done here.
ALWAYS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113105", "Clean Descriptors Option"),
)
UIDS_KEPT = ("113110", "Retain UIDs Option")
DATES_KEPT = ("113106", "Retain Longitudinal Temporal Information Full Dates Option")
DATES_SHIFTED = ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")


@dataclass(frozen=True)
class Profile:
    """What may stay besides what always may; the basic profile without anything (PS3.15 E.3)."""

    retain_uids: bool = False
    retain_dates: bool = False

    @property
    def codes(self):
        """Return the pairs of (0012,0064) that say what was done."""
        dates = DATES_KEPT if self.retain_dates else DATES_SHIFTED
        return (*ALWAYS, dates, *([UIDS_KEPT] if self.retain_uids else []))


BASIC = Profile()
PALETTE_TAGS = [tag_for_keyword(keyword) for keyword in PALETTE]
PHOTOMETRIC = tag_for_keyword("PhotometricInterpretation")
SUBJECTS = 64  # codes that are remembered


@dataclass(frozen=True)
class Way:
    """How one file is cleaned: by the patient's key, under a profile."""

    key: bytes
    profile: Profile = BASIC


def shared(element):
    """Return an element as one that files can share; as it is where its VR cannot hold it."""
    try:
        return Shared(element, element_bytes(element))
    except header.UNREADABLE:
        return element  # who writes the file will fail with it


def empty(keywords):
    """Return an element without a value for each keyword."""
    nothing = Dataset()
    for keyword in keywords.split():
        setattr(nothing, keyword, None)
    return [shared(element) for element in nothing]


# Type 2 in every image: present, and empty where the value was taken away (PS3.3 C.7).
EMPTY = empty("""
    StudyDate StudyTime AccessionNumber ReferringPhysicianName PatientBirthDate PatientSex StudyID
    SeriesNumber InstanceNumber Manufacturer
""")

# Type 2 in some images: empty where they were there, empty or with what was taken away.
EMPTY_IF_THERE = empty("""
    PositionReferenceIndicator Laterality PatientOrientation ViewPosition ScanOptions
    MRAcquisitionType RepetitionTime EchoTime EchoTrainLength SliceThickness AcquisitionNumber KVP
""")

FLOATING = {"FL", "FD"}
WHOLE = {"US", "SS", "UL", "SL", "UV", "SV"}
NUMERIC = {"DS": DSfloat, "IS": IS, **dict.fromkeys(FLOATING, float), **dict.fromkeys(WHOLE, int)}


def deidentify(dataset, key, new_subject, profile=BASIC):
    """Return a new Dataset with what may stay; `dataset` is left as it was.

    `key` (bytes) decides the mapping of UIDs and dates, `new_subject` becomes name and id of the
    patient; `profile` may keep UIDs or dates. Pixel data are not copied: who writes the file adds
    them.
    """
    found = allowed(dataset, Way(key, profile))
    photometric = found.get(PHOTOMETRIC)
    if photometric is None or photometric.value != "PALETTE COLOR":
        for tag in PALETTE_TAGS:
            found.pop(tag, None)
    for made in EMPTY:
        found.setdefault(made.tag, made)
    for made in EMPTY_IF_THERE:
        if made.tag in dataset.keys():
            found.setdefault(made.tag, made)
    found.update((made.tag, made) for made in what_was_done(profile) + named(new_subject))
    return Dataset(found)


@lru_cache(SUBJECTS)
def named(subject):
    """Return the elements that name the patient by the case's own code."""
    said = Dataset()
    said.PatientName = said.PatientID = subject
    return [shared(element) for element in said]


@cache
def what_was_done(profile):
    """Return the elements that say what a profile does."""
    said = Dataset()
    said.SpecificCharacterSet = CHARACTER_SET
    said.PatientIdentityRemoved = "YES"
    said.DeidentificationMethod = METHOD
    said.DeidentificationMethodCodeSequence = Sequence(code(*pair) for pair in profile.codes)
    kept = profile.retain_dates
    said.LongitudinalTemporalInformationModified = "UNMODIFIED" if kept else "MODIFIED"
    return [shared(element) for element in said]


def allowed(dataset, way):
    """Return {tag: element} of the allowed elements, cleaned, at any depth."""
    clean_alike = cleaner(way)
    found = {}
    for tag, element in list(dataset.items()):
        if int(tag) in RULES:
            alike = is_alike(element)
            found[tag] = (
                clean_alike(key_of(element, dataset)) if alike else clean_element(dataset, tag, way)
            )
    return {tag: element for tag, element in found.items() if element is not None}


@lru_cache(1)
def cleaner(way):
    """Return what cleans elements that many files have alike, and remembers it."""

    @lru_cache(REMEMBERED)
    def clean_alike(key):
        try:
            kept = cleaned(converted(*key), way)
        except header.UNREADABLE:
            return None
        return None if kept is None else shared(kept)

    return clean_alike


def clean_element(dataset, tag, way):
    """Return what may stay of one element, or None; a value that cannot be read cannot stay."""
    try:
        return cleaned(dataset[tag], way)
    except header.UNREADABLE:
        return None


def cleaned(element, way):
    """Return what may stay of an element, or None; raises one of header.UNREADABLE."""
    if not element.value and not isinstance(element.value, int | float):
        return None
    kept = RULES[int(element.tag)](element, way)
    if kept is None:
        return None
    same = kept is element.value and are_numbers(element)
    return DataElement(element.tag, element.VR, kept, already_converted=same)


def are_numbers(element):
    """Return whether the values are what their VR asks; pydicom gives text where it can read none.

    They need not be converted again, which takes as long as to read them.
    """
    kind = NUMERIC.get(element.VR, ())
    return all(isinstance(value, kind) for value in listed(element))


def map_uid(uid, key):
    """Return the UID that stands for `uid` under `key`; registered UIDs stay (PS3.6 annex A)."""
    if uid in UID_dictionary:
        return uid
    digest = hmac.digest(key, uid.encode("ascii"), "sha256")
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def days_shifted(key):
    """Return by how many days the dates of this key move into the past, 1 to 3650."""
    digest = hmac.digest(key, b"dates", "sha256")
    return 1 + int.from_bytes(digest[:8], "big") % 3650


def subject_digest(dataset, key):
    """Return 16 hex digits that stand for the patient named in a file, or None if none is named.

    The same under one key for the same name, id and birth date, so that two patients in one series
    can be told apart without keeping who they are.
    """
    keywords = ("PatientID", "PatientName", "PatientBirthDate")
    parts = [header.read_value(dataset, keyword) or "" for keyword in keywords]
    if not any(parts):
        return None
    words = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(key, b"subject\0" + words, "sha256").hex()[:16]


def code(value, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def clean_sequence(element, way):
    return Sequence(Dataset(allowed(item, way)) for item in element.value)


def clean_text(element, way):
    """Keep the values that are made of imaging words; None when none is."""
    kept = [value for value in parts(element) if value and vocabulary.harmless(value)]
    return kept or None


def clean_code(pattern):
    def clean(element, way):
        kept = parts(element)
        return kept[0] if len(kept) == 1 and re.fullmatch(pattern, kept[0], re.ASCII) else None

    return clean


def clean_orientation(element, way):
    """Keep both directions of a picture's rows and columns, or none."""
    kept = parts(element)
    whole = len(kept) == 2 and all(re.fullmatch(r"[LRAPHF]{1,3}", one) for one in kept)
    return kept if whole else None


def clean_uid(element, way):
    values = parts(element)
    if len(values) != 1 or not re.fullmatch(r"[0-9.]{1,64}", values[0], re.ASCII):
        return None
    return values[0] if way.profile.retain_uids else map_uid(values[0], way.key)


def clean_date(element, way):
    """Shift DA or DT by the key's days unless they are kept; time and zone of a DT stay."""
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
    """Keep numbers as they were written; anything else under a numeric VR is dropped."""
    if element.VR in FLOATING | WHOLE | {"AT"}:
        return element.value
    if element.VR not in ("DS", "IS"):
        return None
    written = [str(getattr(value, "original_string", value)) for value in listed(element)]
    kept = [short_decimal(value.strip()) for value in written]
    return element.value if kept == written else kept


def short_decimal(written):
    """Return a decimal string in at most 16 characters (PS3.5 6.2); ValueError if it is none."""
    if not re.fullmatch(r"[0-9+\-.eE]+", written, re.ASCII):
        raise ValueError("not a decimal string")
    value = float(written)
    return written if len(written) <= 16 else format_number_as_ds(value)


def clean_table(element, way):
    """Keep the entries of a lookup table, as little-endian bytes or as numbers."""
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
    """Return the rule of each allowed tag."""
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
        raise ValueError("a keyword of the allow list is not in the dictionary")
    return table


RULES = rules()

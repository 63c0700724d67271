"""Decide which DICOM objects are images that can be shown, and name the others."""

from pydicom.uid import UID_dictionary

from imaging.dicom.refusal import ANNOTATIONS, REFUSED, Refused

DICOMDIR = "1.2.840.10008.1.3.10"
STORAGE = "1.2.840.10008.5.1.4.1.1."

# By prefix of the SOP Class UID after STORAGE; the longest matching prefix is used.
NOT_IMAGES = {
    "11.": "a presentation state, not an image; send the images it refers to",
    "88.": "a structured report, not an image",
    "88.59": "a key object selection, not an image",
    "66": "raw data or a registration, not an image",
    "66.4": "a segmentation, not an image; send the images it was drawn on",
    "66.5": "a surface segmentation, not an image",
    "481.": "a radiotherapy object, not an image",
    "104.": "an encapsulated document (PDF or similar), not an image",
    "9.": "a waveform, not an image",
    "67": "a real-world value mapping, not an image",
    "68.": "a surface scan, not an image",
    "78.": "an eye measurement, not an image",
    "79.": "a macular grid report, not an image",
    "80.": "an eye measurement, not an image",
    "200.": "a display or volume definition, not an image",
}
# Greyscale and colour softcopy presentation states, whose annotations can be imported.
ANNOTATED = (STORAGE + "11.1", STORAGE + "11.2")
RT_IMAGE = STORAGE + "481.1"
SECONDARY_CAPTURE = STORAGE + "7"

UNSUPPORTED = {
    "1.2.840.10008.1.2.8.1": "deflated image frames",
    "1.2.840.10008.1.2.4.110": "JPEG XL",
    "1.2.840.10008.1.2.4.111": "JPEG XL",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
    "1.2.840.10008.1.2.4.94": "JPEG pictures by reference",
    "1.2.840.10008.1.2.4.95": "JPEG pictures by reference",
}
VIDEO = tuple(f"1.2.840.10008.1.2.4.10{digit}" for digit in range(10))


def check_kind(sop_class):
    """Reject known kinds of object that are not images; None, DICOMDIR and unknown kinds pass."""
    if sop_class in (None, DICOMDIR, RT_IMAGE):
        return
    tail = sop_class.removeprefix(STORAGE) if sop_class.startswith(STORAGE) else ""
    prefixes = [prefix for prefix in NOT_IMAGES if tail.startswith(prefix)]
    if prefixes:
        name = NOT_IMAGES[max(prefixes, key=len)]
        outcome = ANNOTATIONS if sop_class in ANNOTATED else REFUSED
        raise Refused("This is %(name)s.", outcome=outcome, values={"name": name})


def check_known(sop_class):
    """Reject None, and SOP classes that are not in the standard, as their content is unknown."""
    if sop_class is None:
        raise Refused("The kind of object is not stated: the SOP Class UID is missing.")
    if sop_class not in UID_dictionary:
        raise Refused("The file is of a private or unknown kind, not a standard DICOM image.")


def check_syntax(syntax, supported):
    """Reject transfer syntaxes that cannot be decoded; None is accepted."""
    if syntax is None or syntax in supported:
        return
    name = UNSUPPORTED.get(syntax)
    if syntax.startswith(VIDEO):
        name = "video"
    if name:
        raise Refused(
            "The pictures are stored as %(name)s (transfer syntax %(syntax)s), "
            "which cannot be shown. Export them as JPEG 2000 or uncompressed.",
            values={"name": name, "syntax": syntax},
        )
    raise Refused("The file's transfer syntax is unknown. Export it as JPEG 2000 or uncompressed.")


def quarantine_reason(sop_class, burned_in):
    """Return why an image must be reviewed before it is shown to others, or None.

    Text in the pixels can name the patient.
    """
    if burned_in == "YES":
        return "The file states that text is burned into the picture; it may name the patient."
    if sop_class.startswith(SECONDARY_CAPTURE):
        return "This is a secondary capture (a screen copy); the picture may contain names."
    return None

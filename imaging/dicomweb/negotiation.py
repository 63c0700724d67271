"""Content negotiation by the Accept header and its transfer-syntax parameter (PS3.18 8.7)."""

import re
from dataclasses import dataclass

from imaging.dicomweb.multipart import parameters

EXPLICIT = "1.2.840.10008.1.2.1"
OCTETS = "application/octet-stream"
# The media type of a codestream by its transfer syntax (PS3.18 table 8.7.3-5).
CODESTREAMS = {
    "1.2.840.10008.1.2.5": "image/dicom-rle",
    **dict.fromkeys(
        (f"1.2.840.10008.1.2.4.{tail}" for tail in ("50", "51", "57", "70")), "image/jpeg"
    ),
    **dict.fromkeys((f"1.2.840.10008.1.2.4.{tail}" for tail in ("80", "81")), "image/jls"),
    **dict.fromkeys((f"1.2.840.10008.1.2.4.{tail}" for tail in ("90", "91")), "image/jp2"),
    **dict.fromkeys(
        (f"1.2.840.10008.1.2.4.{tail}" for tail in ("201", "202", "203")), "image/jphc"
    ),
}


class NotAcceptable(Exception):
    """The client accepts none of the offered types; the message lists them."""


@dataclass(frozen=True)
class AcceptedType:
    """One element of an Accept header; `kind` is the media type of a part, or of the whole body."""

    kind: str
    multipart: bool
    syntax: str
    quality: float


def choices(header):
    """Return the accepted types of an Accept header, best first; an empty header means */*."""
    found = [read_choice(part) for part in split(header or "*/*") if part.strip()]
    return sorted((one for one in found if one.quality > 0), key=lambda one: -one.quality)


def split(header):
    """Split a header at commas, except inside quoted strings."""
    return re.findall(r'(?:[^,"]|"[^"]*")+', header[:4000])


def read_choice(text):
    media, found = parameters(text.strip())
    multipart = media == "multipart/related"
    kind = found.get("type", "*/*").lower() if multipart else media
    try:
        quality = min(1.0, max(0.0, float(found.get("q", "1"))))
    except ValueError:
        quality = 0.0
    return AcceptedType(kind, multipart, found.get("transfer-syntax", ""), quality)


def takes(choice, kind):
    return choice.kind in (kind, "*/*", kind.partition("/")[0] + "/*")


def choose(header, offered):
    """Return the offer that best matches an Accept header. Raises NotAcceptable.

    Each offer is (media type, transfer syntax or "", any value). An accepted type whose transfer
    syntax is "*" or missing matches any offer of its media type; `*/*` matches the first offer.
    """
    for choice in choices(header):
        for offer in offered:
            if takes(choice, offer[0]) and choice.syntax in ("", "*", offer[1]):
                return offer
    names = sorted(
        {
            f"{kind}; transfer-syntax={syntax}" if syntax else kind
            for kind, syntax, *_rest in offered
        }
    )
    raise NotAcceptable(", ".join(names))


def frame_offers(syntax, plain):
    """Return the offers for a frame; `plain` means that its pixel data are native.

    Uncompressed samples come first, as the default.
    """
    samples = (OCTETS, EXPLICIT, "samples")
    if plain:
        return [samples]
    stored = CODESTREAMS.get(syntax, OCTETS)
    return [samples, (stored, syntax, "stored")]


def choose_frame(header, syntax, plain):
    """Return (media type, transfer syntax, "samples" or "stored") for a frame.

    A client gets samples unless it requests the media type or transfer syntax of the stored frame,
    or `transfer-syntax=*`. Raises NotAcceptable.
    """
    offers = frame_offers(syntax, plain)
    if not plain and any(
        choice.syntax == "*" and takes(choice, OCTETS) for choice in choices(header)
    ):
        return offers[1]
    return choose(header, offers)

"""Which form of an answer a client takes: Accept and its transfer-syntax (PS3.18 8.7)."""

import re
from dataclasses import dataclass

from imaging.dicomweb.multipart import parameters

EXPLICIT = "1.2.840.10008.1.2.1"
OCTETS = "application/octet-stream"
# PS3.18 table 8.7.3-5: the media type of a codestream by its transfer syntax.
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
    """Nothing that is offered is taken; its text names what is."""


@dataclass(frozen=True)
class AcceptedType:
    """One choice of an Accept header: `kind` is the media type of a part, or of the whole."""

    kind: str
    multipart: bool
    syntax: str
    quality: float


def choices(header):
    """Return the choices of an Accept header, the best first; any where it is empty."""
    found = [read_choice(part) for part in split(header or "*/*") if part.strip()]
    return sorted((one for one in found if one.quality > 0), key=lambda one: -one.quality)


def split(header):
    """Return the parts of a list whose quoted texts may hold commas."""
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
    """Return the first offer that the header's best choice takes. Raises NotAcceptable.

    Offers are (media type, transfer syntax or "", anything); a choice without transfer-syntax takes
    any of its type, "*" too; `*/*` takes the first.
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
    """Return what a frame can be sent as; `plain` says that its samples are stored plainly.

    Without a wish for a syntax a client gets samples; with `transfer-syntax=*`, what is stored.
    """
    samples = (OCTETS, EXPLICIT, "samples")
    if plain:
        return [samples]
    stored = CODESTREAMS.get(syntax, OCTETS)
    return [samples, (stored, syntax, "stored")]


def choose_frame(header, syntax, plain):
    """Return (media type, transfer syntax, "samples" or "stored") for a frame."""
    offers = frame_offers(syntax, plain)
    if not plain and any(
        choice.syntax == "*" and takes(choice, OCTETS) for choice in choices(header)
    ):
        return offers[1]
    return choose(header, offers)

"""Fetch a study from another DICOMweb server (PS3.18 10.4) and write it to disk."""

import json
import tempfile
from base64 import b64encode
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imaging.dicomweb.multipart import BadMultipart, read_related

FILES = 'multipart/related; type="application/dicom"; transfer-syntax=*'
SECONDS = 60
PORTS = {"http": 80, "https": 443}
INSTANCES = "00201208"  # Number of Study Related Instances


class Unreachable(Exception):
    """A request to the other server failed; the message gives the reason."""


class UrlOrigin(NamedTuple):
    """The origin of a URL (RFC 6454, 4)."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, address):
        """Return the origin of an http or https URL. Raises ValueError for an invalid port."""
        parts = urlsplit(address)
        return cls(parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme))

    @property
    def encrypted(self):
        """The https origin if this is http on its default port; otherwise this origin."""
        is_default = (self.scheme, self.port) == ("http", PORTS["http"])
        return UrlOrigin("https", self.host, PORTS["https"]) if is_default else self


class SameOrigin(HTTPRedirectHandler):
    """Follow redirects only within the same origin, or from http to https on the same host.

    Any other redirect could send the credentials to another server, or unencrypted.
    """

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        before, after = UrlOrigin.of(req.full_url), UrlOrigin.of(newurl)
        if after not in (before, before.encrypted):
            message = _("The server redirects to %s. If you trust that server, enter its URL.")
            raise Unreachable(message % newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(frozen=True)
class Server:
    """Another DICOMweb server: its URL and the request headers for authentication."""

    address: str
    headers: dict = field(default_factory=dict)

    def open(self, path, accept):
        """Send a GET request and return the open response. Raises Unreachable."""
        request = Request(f"{self.address.rstrip('/')}/{path}", headers=self.headers)
        request.add_header("Accept", accept)
        try:
            return build_opener(SameOrigin).open(request, timeout=SECONDS)
        except HTTPError as error:
            values = {"status": error.code, "reason": error.reason}
            raise Unreachable(
                _("The server responded with %(status)s %(reason)s. Check the URL and login.")
                % values
            ) from None
        except (URLError, OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            message = _("The server cannot be reached: %s. Check the URL.") % reason
            raise Unreachable(message) from None


def server_of(address, token="", user="", password=""):
    """Return a Server, authenticated by the token or by the username and password, if given.

    Raises Unreachable unless the URL is http or https.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Unreachable(_("“%s” is invalid. Enter a URL that begins with https://.") % address)
    if token:
        return Server(address, {"Authorization": f"Bearer {token}"})
    if user:
        credentials = b64encode(f"{user}:{password}".encode()).decode()
        return Server(address, {"Authorization": f"Basic {credentials}"})
    return Server(address)


def count_images(server, study):
    """Return a study's number of images, or None if the server does not state it.

    Raises Unreachable.
    """
    path = f"studies?StudyInstanceUID={study}&includefield={INSTANCES}"
    with server.open(path, "application/dicom+json") as answer:
        try:
            body = answer.read(10 * 1024 * 1024)
        except (OSError, HTTPException) as error:
            raise Unreachable(_("The connection was lost: %s. Try again.") % error) from None
    try:
        found = json.loads(body or b"[]")
        if not found:
            raise Unreachable(_("The server has no such study. Check the Study Instance UID."))
        return int(found[0][INSTANCES]["Value"][0])
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def fetch_study(server, study, folder, most_bytes, progress=None):
    """Write each image of a study into a folder; return the paths. Raises Unreachable.

    `progress(done)` is called after each image. A file larger than `most_bytes` is truncated; the
    import then rejects it.
    """
    found = []
    with server.open(f"studies/{study}", FILES) as answer:
        try:
            for _headers, chunks in read_related(answer, answer.headers.get("Content-Type", "")):
                path = Path(folder) / f"{len(found) + 1:05}.dcm"
                write(path, chunks, most_bytes)
                found.append(path)
                if progress:
                    progress(len(found))
        except (BadMultipart, OSError) as error:
            values = {"count": len(found), "why": error}
            message = ngettext(
                "The transfer failed after %(count)d image: %(why)s",
                "The transfer failed after %(count)d images: %(why)s",
                len(found),
            )
            raise Unreachable(message % values) from None
    return found


def write(path, chunks, most_bytes):
    """Write at most one byte more than `most_bytes`, so that the import rejects a larger file."""
    left = most_bytes + 1
    with open(path, "wb") as file:
        for chunk in chunks:
            left -= file.write(chunk[:left])


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="study-")

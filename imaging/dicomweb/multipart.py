"""Write and parse multipart/related bodies (RFC 2387) as streams."""

import re
import uuid
from email.message import Message
from email.utils import collapse_rfc2231_value
from http.client import HTTPException

from django.utils.translation import gettext as _

PIECE = 64 * 1024
LONGEST_HEAD = 8 * 1024
BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,\-./:=? ]{1,200}")  # RFC 2046 allows 70; Orthanc sends 73


class BadMultipart(Exception):
    """An invalid multipart/related body; the message gives the reason."""


def new_boundary():
    return uuid.uuid4().hex


def content_type(kind, boundary):
    """Return the Content-Type of a response whose parts have the media type `kind`."""
    return f'multipart/related; type="{kind}"; boundary={boundary}'


def related(parts, boundary):
    """Yield a multipart body in chunks; each part is ({header: value}, iterable of bytes)."""
    for headers, chunks in parts:
        lines = [f"--{boundary}", *(f"{name}: {value}" for name, value in headers.items())]
        yield ("\r\n".join(lines) + "\r\n\r\n").encode()
        yield from chunks
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def parameters(header):
    """Parse a Content-Type, or one element of Accept, into (media type, {parameter: value})."""
    message = Message()
    message["content-type"] = header
    found = message.get_params(failobj=[("", "")])
    values = {name.lower(): collapse_rfc2231_value(value) for name, value in found[1:]}
    return found[0][0].lower().strip(), values


def read_related(stream, header):
    """Yield (headers, iterable of bytes) for each part of a body. Raises BadMultipart.

    `stream.read(n)` returns the next bytes of the body; `header` is its Content-Type. Read a
    part before you request the next one: bytes that are still unread then are skipped.
    """
    yield from MultipartReader(stream, boundary_of(header)).parts()


def boundary_of(header):
    """Return the boundary from a Content-Type. Raises BadMultipart."""
    media, found = parameters(header)
    boundary = found.get("boundary", "").encode()
    if media != "multipart/related" or not BOUNDARY.fullmatch(boundary):
        raise BadMultipart(_("The body must be multipart/related and state a valid boundary."))
    return boundary


class MultipartReader:
    """Parse a multipart body one part at a time, with only a small buffer in memory."""

    def __init__(self, stream, boundary):
        self.stream = stream
        self.mark = b"\r\n--" + boundary
        self.held = b"\r\n"  # makes the first boundary look like the others
        self.over = False

    def parts(self):
        for _piece in self.until_mark():
            pass  # skip the preamble
        while not self.over:
            headers = self.read_head()
            chunks = self.until_mark()
            yield headers, chunks
            for _piece in chunks:
                pass  # skip what the caller did not read

    def more(self):
        try:
            piece = self.stream.read(PIECE)
        except (OSError, HTTPException) as error:  # the connection was lost
            raise BadMultipart(_("The body is incomplete: %s. Try again.") % error) from None
        if not piece:
            raise BadMultipart(_("The body ends before its last boundary. Try again."))
        self.held += piece

    def until_mark(self):
        """Yield the bytes before the next boundary, and move past it."""
        while (at := self.held.find(self.mark)) < 0:
            keep = len(self.mark) - 1
            if len(self.held) > keep:
                ready, self.held = self.held[:-keep], self.held[-keep:]
                yield ready
            self.more()
        if at:
            yield self.held[:at]
        self.held = self.held[at + len(self.mark) :]
        self.end_of_boundary()

    def end_of_boundary(self):
        while len(self.held) < 2:
            self.more()
        self.over = self.held[:2] == b"--"
        if not self.over:
            self.held = self.held[2:] if self.held[:2] == b"\r\n" else self.held.lstrip(b" \t")

    def read_head(self):
        """Return a part's headers as {name in lower case: value}. Raises BadMultipart."""
        while not self.held.startswith(b"\r\n") and b"\r\n\r\n" not in self.held:
            if len(self.held) > LONGEST_HEAD:
                raise BadMultipart(_("The headers of a part are longer than the limit of 8 KB."))
            self.more()
        if self.held.startswith(b"\r\n"):
            self.held = self.held[2:]
            return {}
        head, self.held = self.held.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return {name.strip().lower(): value.strip() for name, _colon, value in pairs}

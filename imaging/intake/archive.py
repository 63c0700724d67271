"""Unpack zip archives within limits. Entry names are never used as paths.

`count_entries` and `unpack` run in the sandbox.
"""

import posixpath
import stat
import zipfile
import zlib
from pathlib import Path

from imaging.dicom.refusal import Refused

CHUNK = 1 << 20
ENCRYPTED = 0x1
DAMAGED = "The archive is damaged and cannot be read."
EMPTY = "This archive contains no files."
TOO_MANY = "The archive contains %(found)s files, but the limit is %(limit)s. Split the archive."
TOO_LARGE = "The archive is larger than %(limit)s MB when unpacked. Split the archive."
TOO_DENSE = "The archive expands to over %(limit)s times its size, which is implausible for images."
LEADS_OUT = "The path of this file points outside the archive."
NESTED = "Archives inside an archive are not opened. Import this one separately."
LOCKED = "This file is protected by a password. Import it without a password."
NO_FILE = "This entry is not a regular file."
ENTRY_DAMAGED = "This file is damaged and cannot be unpacked."


def is_archive(path):
    """Return whether a file starts with the signature of a zip archive, even an empty one."""
    with open(path, "rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def count_entries(path, limits):
    """Return the number of files in an archive, after checking the limits. Raises Refused."""
    entries = open_entries(path)[1]
    if not entries:
        raise Refused(EMPTY)
    if len(entries) > limits.archive_entries:
        values = {"found": len(entries), "limit": limits.archive_entries}
        raise Refused(TOO_MANY, values=values)
    total = sum(entry.file_size for entry in entries)
    if total > limits.archive_bytes:
        raise Refused(TOO_LARGE, values={"limit": limits.archive_bytes // CHUNK})
    if total > max(CHUNK, limits.archive_ratio * Path(path).stat().st_size):
        raise Refused(TOO_DENSE, values={"limit": limits.archive_ratio})
    return len(entries)


def open_entries(path):
    """Return (open ZipFile, its entries without folders, in archive order). Raises Refused."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Refused(DAMAGED) from error
    return archive, [entry for entry in archive.infolist() if not entry.is_dir()]


def unpack(path, folder, first, count, limits):
    """Unpack `count` entries, from index `first`, into `folder` with numbers as file names.

    Returns a list of (name in the archive, written path or "", reason for rejection or "").
    """
    archive, entries = open_entries(path)
    with archive:
        return [
            unpack_entry(archive, entry, Path(folder) / f"{number:06d}", limits)
            for number, entry in enumerate(entries[first : first + count], first)
        ]


def unpack_entry(archive, entry, target, limits):
    name = entry.filename
    reason = objection(entry)
    if not reason:
        try:
            copy_entry(archive, entry, target, limits)
        except Refused as refused:
            reason = refused.reason
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            reason = ENTRY_DAMAGED
    if not reason and is_archive(target):
        reason = NESTED
    if reason:
        target.unlink(missing_ok=True)
    return name, "" if reason else str(target), reason


def objection(entry):
    """Return the reason not to unpack an entry, or "" if there is none."""
    parts = entry.filename.replace("\\", "/").split("/")
    if posixpath.isabs(entry.filename) or ".." in parts or ":" in parts[0]:
        return LEADS_OUT
    if entry.flag_bits & ENCRYPTED:
        return LOCKED
    mode = entry.external_attr >> 16
    return NO_FILE if stat.S_IFMT(mode) not in (0, stat.S_IFREG) else ""


def copy_entry(archive, entry, target, limits):
    """Unpack one entry. Raises Refused if it is larger than stated or than the limit."""
    left = min(entry.file_size, limits.archive_bytes)
    with archive.open(entry) as source, open(target, "wb") as file:
        while chunk := source.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Refused(ENTRY_DAMAGED)
            file.write(chunk)

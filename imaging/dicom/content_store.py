"""A content-addressed file store: files are named by their SHA-256 hash and synced before use."""

import hashlib
import os
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SYNCS = 4
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Store:
    """Files at root/<first two digits>/<sha256>.

    A new file is written in root/tmp, on the same file system, and then moved.
    """

    def __init__(self, root):
        self.root = Path(root)
        self.waiting = self.root / "tmp"

    def path(self, sha256):
        """Return the path of a file. Raises ValueError if `sha256` is not a hash."""
        if not HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256 hash in lower-case hexadecimal")
        return self.root / sha256[:2] / sha256

    def temporary(self):
        """Return a new temporary path; files left there are removed by `sweep`."""
        self.waiting.mkdir(parents=True, exist_ok=True)
        return self.waiting / uuid.uuid4().hex

    def put_many(self, paths):
        """Store temporary files and return their hashes in the same order."""
        hashes = [settle(path) for path in paths]
        self.name_many(zip(paths, hashes, strict=True))
        return hashes

    def name_many(self, settled):
        """Move temporary files, given as (path, hash) and already synced, to their final names.

        Folders are synced once for the whole batch; once this returns, a power cut cannot lose any
        of the files. Existing files are kept.
        """
        folders = set()
        for path, sha256 in settled:
            folders |= self.place(Path(path), self.path(sha256))
        with ThreadPoolExecutor(SYNCS) as threads:  # disks sync several folders in parallel
            list(threads.map(sync, folders))

    def place(self, path, target):
        """Move a synced file to `target`, or delete it if `target` exists; return folders to sync.

        Folders are returned even if the target exists, as the process that created it may not
        have synced them yet.
        """
        if target.exists():
            path.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
        return {target.parent, self.root}

    def remove(self, sha256):
        """Remove a file if it exists."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, older_than_seconds):
        """Remove temporary files left by a crash; return how many were removed.

        Only files older than `older_than_seconds` are removed.
        """
        limit = time.time() - older_than_seconds
        left = [path for path in self.waiting.glob("*") if path.stat().st_mtime < limit]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def hashes(self):
        """Yield the hash of every stored file."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            if HASH.fullmatch(path.name):
                yield path.name

    def verify(self, sha256):
        """Return whether the file exists and its content still matches its hash."""
        try:
            return digest(self.path(sha256)) == sha256
        except OSError:
            return False


def settle(path):
    """Sync a file's bytes to disk and return their hash."""
    sync(path)
    return digest(path)


def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

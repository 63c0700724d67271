"""Files kept under the hash of their bytes, and safe on disk before anybody hears of them."""

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
    """root/ab/<sha256>, with root/tmp on the same file system for what is being written."""

    def __init__(self, root):
        self.root = Path(root)
        self.waiting = self.root / "tmp"

    def path(self, sha256):
        """Return where a file lies; raises ValueError for what is not a hash."""
        if not HASH.fullmatch(sha256):
            raise ValueError("not a sha256 in hexadecimal")
        return self.root / sha256[:2] / sha256

    def temporary(self):
        """Return a new name to write to: the store takes it in, or `sweep` removes it."""
        self.waiting.mkdir(parents=True, exist_ok=True)
        return self.waiting / uuid.uuid4().hex

    def put_many(self, paths):
        """Take temporary files in and return their hashes in the same order."""
        hashes = [settle(path) for path in paths]
        self.name_many(zip(paths, hashes, strict=True))
        return hashes

    def name_many(self, settled):
        """Take in temporary files that are settled: pairs of path and hash.

        Every file was synced before it gets its name, and every folder is after, once a batch; when
        this returns, a power cut loses none of them. A file that is there already is kept as it is.
        """
        folders = set()
        for path, sha256 in settled:
            folders |= self.place(Path(path), self.path(sha256))
        with ThreadPoolExecutor(SYNCS) as threads:  # the disk takes several at a time
            list(threads.map(sync, folders))

    def place(self, path, target):
        """Move one settled file to its name; return the folders that have to be synced.

        An existing target counts too: another process may have renamed it and not synced yet.
        """
        if target.exists():
            path.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
        return {target.parent, self.root}

    def remove(self, sha256):
        """Remove a file if it is there."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, older_than_seconds):
        """Remove temporary files a crash left over; return how many."""
        limit = time.time() - older_than_seconds
        left = [path for path in self.waiting.glob("*") if path.stat().st_mtime < limit]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def hashes(self):
        """Yield the hash of every file kept."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*"):
            if HASH.fullmatch(path.name):
                yield path.name

    def verify(self, sha256):
        """Return whether the file is there and its bytes still have their hash."""
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

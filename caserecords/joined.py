"""Style sheets and scripts that pages load together, joined into one file each.

A page is painted when its last style sheet is there; asked for one by one, they take longer than
the page. The name of a joined file tells its contents, so that a browser keeps it for good.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from imaging.file_store import put

FOLDER = "joined"
VIEWER = """
    viewer viewer-sync viewer-frames viewer-paint viewer-marks
    viewer-saving viewer-place viewer-view viewer-keys viewer-hands
""".split()  # in the order in which they build on each other
PARTS = {
    "site.css": (
        "vendor/bootstrap-5.3.9/bootstrap.min.css",
        *(f"css/{name}.css" for name in ("tokens", "site", "blocks", "tables", "forms", "print")),
    ),
    "viewer.css": ("css/viewer.css", "css/viewer-panes.css", "css/viewer-marks.css"),
    "viewer.js": tuple(f"js/{name}.js" for name in VIEWER),
}


def content(name):
    """Return the bytes of a joined file; each part is headed by its own name."""
    parts = ((part, (settings.BASE_DIR / "static" / part).read_bytes()) for part in PARTS[name])
    return b"\n".join(b"/* %s */\n%s" % (part.encode(), data) for part, data in parts)


def path_of(name):
    """Return the path of a joined file below the static files', with a hash of what is in it."""
    digest = hashlib.sha256(content(name)).hexdigest()
    stem, suffix = name.split(".")
    return f"{FOLDER}/{stem}.{digest[:16]}.{suffix}"


known_path = cache(path_of)


def static_path(name):
    """Return what `path_of` does; remembered, unless the parts are being worked on."""
    return path_of(name) if settings.DEBUG else known_path(name)


class JoinedFinder(BaseFinder):
    """Makes the joined files, also compressed, and finds them as `staticfiles` does all others."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.storage = FileSystemStorage(location=Path(settings.DATA) / "static")

    def check(self, **_named):
        return []

    def list(self, _ignored):
        """Yield (path, storage) of every joined file; those of other contents are removed."""
        wanted = [path for name in PARTS for path in self.write(name)]
        for file in Path(self.storage.path(FOLDER)).glob("*.*.*"):  # none that is being written
            if f"{FOLDER}/{file.name}" not in wanted:
                file.unlink(missing_ok=True)
        return [(path, self.storage) for path in wanted]

    def find(self, path, find_all=False, **_named):
        """Return where a joined file lies, in a list if `find_all`; an empty list if none."""
        made = path.startswith(f"{FOLDER}/") and path in [p for n in PARTS for p in self.write(n)]
        found = [self.storage.path(path)] if made else []
        return found if find_all or not found else found[0]

    def write(self, name):
        """Return the paths of a joined file and its compressed form, made where they are not."""
        path = static_path(name)
        if not self.storage.exists(path):
            data = content(name)
            put(Path(self.storage.path(f"{path}.gz")), gzip.compress(data, mtime=0))
            put(Path(self.storage.path(path)), data)
        return path, f"{path}.gz"

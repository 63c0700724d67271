"""What the index of a disc lists, compared with what came of it."""

from django.utils.translation import gettext as _

NAMED = 3  # missing files that are named; the rest is counted


def told_index(name, listed, arrived):
    """Return in words what came of an index's images.

    `name` is the index's own, "disc/DICOMDIR"; `listed` are paths below it; `arrived` the names of
    all files of the import. Discs write capitals, and some systems add a version ";1".
    """
    folder = name.rpartition("/")[0]
    here = {plain(one) for one in arrived}
    if not any("/" in one for one in arrived):  # picked one by one: their folders are not known
        listed = [path.rpartition("/")[2] for path in listed]
    missing = [path for path in listed if plain(f"{folder}/{path}") not in here]
    if not listed:
        return _("It lists no image.")
    if not missing:
        return _("It lists %d images; all of them came.") % len(listed)
    values = {
        "listed": len(listed),
        "missing": len(missing),
        "names": ", ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else ""),
    }
    return _("It lists %(listed)s images; %(missing)s did not come: %(names)s") % values


def plain(path):
    return path.strip("/").partition(";")[0].casefold()

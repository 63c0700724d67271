"""Compare the images that a DICOMDIR lists with the files of an import."""

from django.utils.translation import gettext as _

NAMED = 3  # missing files that are listed by name


def index_summary(name, listed, arrived):
    """Return a sentence with the number of listed images that were received.

    `name` is the path of the DICOMDIR ("disc/DICOMDIR"), `listed` are paths relative to it,
    `arrived` the names of all files of the import. Names on discs are upper case, and some systems
    add a version ";1".
    """
    folder = name.rpartition("/")[0]
    here = {plain(one) for one in arrived}
    if not any("/" in one for one in arrived):  # files picked one by one have no folder names
        listed = [path.rpartition("/")[2] for path in listed]
    missing = [path for path in listed if plain(f"{folder}/{path}") not in here]
    if not listed:
        return _("It does not list any images.")
    if not missing:
        return _("It lists %d images; all were received.") % len(listed)
    values = {
        "listed": len(listed),
        "missing": len(missing),
        "names": ", ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else ""),
    }
    return _("It lists %(listed)s images; %(missing)s missing: %(names)s") % values


def plain(path):
    return path.strip("/").partition(";")[0].casefold()

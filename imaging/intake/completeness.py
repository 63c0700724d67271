"""Compare the images that a DICOMDIR lists with the files of an import."""

from django.utils.translation import gettext as _

NAMED = 3  # maximum number of missing files that are named


def index_summary(name, listed, arrived):
    """Return a summary of how many of the images in a DICOMDIR were received.

    `name` is the path of the DICOMDIR ("disc/DICOMDIR"), `listed` are paths relative to its folder,
    and `arrived` are the names of all files of the import. Letter case and a version suffix (";1")
    are ignored, as systems differ in both.
    """
    folder = name.rpartition("/")[0]
    here = {plain(one) for one in arrived}
    if not any("/" in one for one in arrived):  # files picked one by one have no folder names
        listed = [path.rpartition("/")[2] for path in listed]
    missing = [path for path in listed if plain(f"{folder}/{path}") not in here]
    if not listed:
        return _("It does not list any images.")
    if not missing:
        return _("Images listed: %d. All were received.") % len(listed)
    values = {
        "listed": len(listed),
        "missing": len(missing),
        "names": ", ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else ""),
    }
    return _("Images listed: %(listed)s. Not received (%(missing)s): %(names)s") % values


def plain(path):
    return path.strip("/").partition(";")[0].casefold()

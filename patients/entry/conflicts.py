"""Input that is based on an older version of its section: merge it, and list what changed since.

The merged input keeps its base version, and the rows of that version, until it is saved. So
every page that shows it can list the changes again.
"""

from patients.entry.drafts import base_version, is_behind, merged_version, part_at
from patients.entry.page import SectionPage
from patients.versions.reading import load_record

ROWS = "-rows"  # ending of the inputs that list the rows of a table
BASE = "base-"  # prefix of these inputs, for the rows of the base version


def merge_newest(case, section, texts, grid_options):
    """Return {input name: text} merged with the newest version, or `texts` if it is up to date."""
    number = merged_version(texts, case)
    if not is_behind(case, section, number):
        return texts
    record = load_record(case.versions.get(number=number))
    merged = SectionPage(case, section, grid_options=grid_options).merged_with(record, texts)
    based_on = {"base_version": str(base_version(texts, case)), "merged_version": str(case.version)}
    return merged | base_rows(texts) | based_on


def base_rows(texts):
    """Return the inputs that list the rows of the base version."""
    kept = {name: text for name, text in texts.items() if name.startswith(BASE)}
    return kept or {f"{BASE}{name}": text for name, text in texts.items() if name.endswith(ROWS)}


def list_changes(page):
    """Return (version, CellConflicts) of a merged page: the change since its base version.

    The version is the newest one that changed the section. None for a page without changes of
    others.
    """
    case, section, texts = page.case, page.section, page.given or {}
    base = base_version(texts, case)
    if merged_version(texts, case) == base or not is_behind(case, section, base):
        return None
    names = {name.removeprefix(BASE): text for name, text in base_rows(texts).items()}
    stored = SectionPage(case, section, grid_options=page.grid_options)
    before = stored.texts_at(load_record(case.versions.get(number=base)), names)
    return last_change(case, section, base), page.conflicts_with(before, stored.texts())


def last_change(case, section, base):
    """Return the newest version that changed a section which was changed after version `base`."""
    now = part_at(case, section, case.version)
    versions = case.versions.filter(number__gt=base).select_related("saved_by")
    for version in versions.order_by("-number"):
        if part_at(case, section, version.number - 1) != now:
            return version
    raise ValueError(f"{section.slug} was not changed after version {base}")

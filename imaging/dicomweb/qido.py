"""QIDO-RS: search for studies, series and images (PS3.18 10.6)."""

import datetime
import re
from functools import cache, lru_cache

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from imaging.dicom.keywords import find_tag
from imaging.dicomweb import addresses
from imaging.dicomweb.answers import StandardView, dicom_json
from imaging.dicomweb.attributes import (
    BY_TAG,
    COUNTS,
    INSTANCE,
    LEVELS,
    MODALITIES,
    SERIES,
    STUDY,
    element,
    of_level,
)
from imaging.models import Instance, Series, Study
from imaging.models.images import released_to
from patients.access.permissions import record_accesses

MAX_RESULTS = 5_000
DEFAULT_RESULTS = 200
NOT_FUZZY = '299 dicomweb "The fuzzymatching parameter is not supported. Only literal matching."'
MODELS = {STUDY: Study, SERIES: Series, INSTANCE: Instance}
PARENTS = {
    STUDY: {STUDY: ""},
    SERIES: {SERIES: "", STUDY: "study__"},
    INSTANCE: {INSTANCE: "", SERIES: "series__", STUDY: "series__study__"},
}
STUDY_OF = {STUDY: "pk", SERIES: "study", INSTANCE: "series__study"}
RELATED = {
    STUDY: ("case__patient",),
    SERIES: ("case__patient", "study"),
    INSTANCE: ("case__patient", "series__study"),
}
IDENTITY = {
    STUDY: "study_instance_uid",
    SERIES: "series_instance_uid",
    INSTANCE: "sop_instance_uid",
}
CONTROLS = ("limit", "offset", "includefield", "fuzzymatching", "emptyvaluematching")


class Search(StandardView):
    """A search at one level; the URL can restrict it to a study or series."""

    level = STUDY

    def get(self, request, study=None, series=None):
        above = {of: uid for of, uid in ((STUDY, study), (SERIES, series)) if uid}
        page = find(request.user, self.level, above, request.query_params)
        record_accesses(request, {row.case_id for row in page})
        tags = included_tags(self.level, request.query_params)
        response = dicom_json(results(page, self.level, tags, request))
        if request.query_params.get("fuzzymatching", "").lower() == "true":
            response["Warning"] = NOT_FUZZY
        return response


class SeriesSearch(Search):
    level = SERIES


class InstanceSearch(Search):
    level = INSTANCE


def images(user):
    """Return the images that the user can retrieve: stored, released and visible to them."""
    return released_to(user).filter(held=True)


def found(user, level):
    """Return the rows of a level that have retrievable images, only the oldest row for each UID.

    Two cases that a user may see can contain the same study if their team retains identifiers.
    """
    return build_found(user.pk, user.is_active, level).all()


@lru_cache(maxsize=512)
def build_found(user_pk, is_active, level):
    """Return the queryset of `found`, cached because building it takes longer than running it."""
    uid = IDENTITY[level]
    rows = retrievable(get_user_model()(pk=user_pk, is_active=is_active), level)
    return rows.exclude(Exists(rows.filter(**{uid: OuterRef(uid)}, pk__lt=OuterRef("pk"))))


def retrievable(user, level):
    """Return the rows of a level that the user may see and that have retrievable images."""
    if level == INSTANCE:
        return images(user)
    path = {STUDY: "series__study", SERIES: "series"}[level]
    held = Instance.objects.released().filter(held=True, **{path: OuterRef("pk")})
    return MODELS[level].objects.visible_to(user).filter(Exists(held))


def find(user, level, above, query):
    """Return one page of rows; `above` maps the levels in the URL to their UIDs.

    Raises ValidationError.
    """
    above = {PARENTS[level][of] + IDENTITY[of]: uid for of, uid in above.items()}
    rows = matching(found(user, level).filter(**above), level, query)
    return list(paged(rows, level, query))


# Matching (PS3.18 8.3.4, PS3.4 C.2.2.2)


def matching(rows, level, query):
    """Return the rows that match all attributes of the query. Raises ValidationError."""
    for name, texts in query.lists():
        if name in CONTROLS:
            continue
        tag = find_tag(name)
        for text in texts:
            rows = match_one(rows, level, name, tag, text.strip())
    return rows


def match_one(rows, level, name, tag, text):
    if text in ("", "*"):
        return rows  # universal matching
    if tag == MODALITIES:
        # a subquery, as a join for each value of this attribute would multiply the rows
        matching_series = Series.objects.filter(modality__in=re.split(r"[\\,]", text))
        return rows.filter(**{f"{STUDY_OF[level]}__in": matching_series.values("study")})
    attribute = BY_TAG.get(tag)
    if attribute is None:
        raise ValidationError(
            {name: [_("This attribute cannot be searched. Remove it from the query.")]}
        )
    prefix = PARENTS[level].get(attribute.level)
    if prefix is None:
        raise ValidationError(
            {name: [_("This attribute belongs to a lower level. Search at that level instead.")]}
        )
    if not attribute.column:
        return rows.none()
    try:
        return rows.filter(condition(prefix + attribute.column, attribute.vr, text))
    except ValueError:
        message = _(
            "“%s” is not valid for this attribute. Enter a date such as “20110305”, a time such "
            "as “0912”, or a number, whichever the attribute contains."
        )
        raise ValidationError({name: [message % text]}) from None


def condition(column, vr, text):
    if vr == "UI":
        return Q(**{f"{column}__in": [uid for uid in re.split(r"[\\,]", text) if uid]})
    if vr in ("DA", "TM"):
        return moments(column, date if vr == "DA" else time, text)
    if vr in ("IS", "US"):
        return Q(**{column: within(int(text))})
    if vr == "DS":
        return Q(**{column: float(text)})
    if "*" in text or "?" in text:
        return Q(**{f"{column}__iregex" if vr == "PN" else f"{column}__regex": pattern(text)})
    return Q(**{f"{column}__iexact" if vr == "PN" else column: text})


def within(number):
    if abs(number) >= 2**31:
        raise ValueError("out of the range of a database integer")
    return number


def pattern(text):
    """Return the regular expression for a string with wildcards * and ?.

    SQLite uses Python's re, whose backtracking over several stars can take exponential time, so
    every star except the last is in an atomic group, which matches the same strings. PostgreSQL
    does not backtrack and has no atomic groups.
    """
    first, *others = [fixed(part) for part in re.split(r"\*+", text)]
    if not others:
        return f"^{first}$"
    group = "(?:.*?%s)" if connection.vendor == "postgresql" else "(?>.*?%s)"
    return f"^{first}{''.join(group % part for part in others[:-1])}.*{others[-1]}$"


def fixed(part):
    return ".".join(re.escape(piece) for piece in part.split("?"))


def moments(column, read, text):
    """Return the condition for one date or time, or a range "a-b", "a-" or "-b".

    `read(text, end)` parses one date or time. Raises ValueError.
    """
    first, dash, last = text.partition("-")
    if not dash:
        return Q(**{column: read(text, False)})
    wanted = Q()
    if first:
        wanted &= Q(**{f"{column}__gte": read(first, False)})
    if last:
        wanted &= Q(**{f"{column}__lte": read(last, True)})
    return wanted


def date(text, _end):
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)


def time(text, end):
    """Parse HH, HHMM or HHMMSS, ignoring a fraction; missing parts are 59 if `end`, otherwise 00.

    Raises ValueError.
    """
    digits = text.partition(".")[0]
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}", digits, re.ASCII):
        raise ValueError(text)
    full = digits + ("235959" if end else "000000")[len(digits) :]
    return datetime.time(int(full[:2]), int(full[2:4]), int(full[4:]))


def paged(rows, level, query):
    """Return the requested page of rows.

    Studies are ordered by import, latest first; series and images by position.
    """
    limit = whole(query, "limit", DEFAULT_RESULTS, MAX_RESULTS)
    offset = whole(query, "offset", 0, 2**31 - 1)
    order = {STUDY: ("-pk",), SERIES: ("position", "pk"), INSTANCE: ("position", "pk")}[level]
    rows = rows.select_related(*RELATED[level]).only(*needed_columns(level)).order_by(*order)
    return rows[offset : offset + limit]


@cache
def needed_columns(level):
    """Return the columns of a level and its parents that a response can need."""
    paths = PARENTS[level]
    needed = [one for one in BY_TAG.values() if one.level in paths and one.column]
    return [
        one.column if one.column.startswith("case__") else paths[one.level] + one.column
        for one in needed
    ]


def whole(query, name, default, maximum):
    text = query.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise ValidationError({name: [_("Enter a whole number, 0 or higher.")]})
    return min(int(text), maximum)


# Results


def included_tags(level, query):
    """Return the tags of the level and those in includefield. Raises ValidationError."""
    asked = {part for text in query.getlist("includefield") for part in text.split(",") if part}
    if "all" in asked:
        return set(BY_TAG)
    unknown = [name for name in asked if find_tag(name) is None]
    if unknown:
        message = _("“%s” is not a known attribute. Enter a keyword or tag, such as StudyDate.")
        raise ValidationError({"includefield": [message % unknown[0]]})
    return {one.tag for one in of_level(level)} | {find_tag(name) for name in asked}


def results(rows, level, tags, request):
    """Return the rows in the DICOM JSON model, always with the UIDs of their parents."""
    root = addresses.root(request)
    counts = count_related(rows, level)
    return [result(row, level, tags, root, counts) for row in rows]


def result(row, level, tags, root, counts):
    above = parents(row, level)
    found = {}
    for of, parent in above.items():
        identity = {one.tag for one in of_level(of) if one.column == IDENTITY[of]}
        for attribute in of_level(of):
            if attribute.tag in tags | identity or of == level:
                found[attribute.tag] = element(attribute, parent)
    found["00080005"] = {"vr": "CS", "Value": ["ISO_IR 192"]}
    found["00080056"] = {"vr": "CS", "Value": ["ONLINE"]}
    found["00081190"] = {"vr": "UR", "Value": [retrieve(root, above)]}
    return dict(sorted((found | counts.get(row.pk, {})).items()))


def parents(row, level):
    """Return {level: row} for a row and its parents."""
    if level == STUDY:
        return {STUDY: row}
    if level == SERIES:
        row.study.case = row.case
        return {STUDY: row.study, SERIES: row}
    row.series.study.case = row.case
    return {STUDY: row.series.study, SERIES: row.series, INSTANCE: row}


def retrieve(root, above):
    uids = [getattr(above[level], IDENTITY[level]) for level in LEVELS if level in above]
    return (addresses.study, addresses.series, addresses.instance)[len(uids) - 1](root, *uids)


def count_related(rows, level):
    """Return {primary key: result of `contents`} for the rows, in one query; {} for images."""
    if level == INSTANCE:
        return {}
    path = {STUDY: "series__study", SERIES: "series"}[level]
    shown = Instance.objects.released().filter(held=True, **{f"{path}__in": rows}).order_by()
    counted = shown.values_list(path, "series", "series__modality").annotate(Count("pk"))
    found = {}
    for key, _series, modality, images in counted:
        found.setdefault(key, []).append((modality, images))
    return {key: contents(series, level) for key, series in found.items()}


def contents(series, level):
    """Return the elements with counts and, for a study, modalities.

    `series` is [(modality, image count)].
    """
    counts = {COUNTS[level]["image_count"]: [sum(images for _modality, images in series)]}
    if level == STUDY:
        counts[COUNTS[level]["series_count"]] = [len(series)]
        modalities = sorted({modality for modality, _images in series if modality})
        return elements(counts, "IS") | elements({MODALITIES: modalities}, "CS")
    return elements(counts, "IS")


def elements(counts, vr):
    return {tag: {"vr": vr, "Value": values} for tag, values in counts.items()}

"""QIDO-RS: search for studies, series and images (PS3.18 10.6)."""

import datetime
import re
from functools import lru_cache

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
from patients.access.permissions import record_accesses
from patients.prepared import Blank, Prepared, blank

MOST = 5_000
USUAL = 200
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
        page = find(request.user.pk, self.level, above, request.query_params)
        record_accesses(request, {row.case_id for row in page})
        tags = told_tags(self.level, request.query_params)
        response = dicom_json(told(page, self.level, tags, request))
        if request.query_params.get("fuzzymatching", "").lower() == "true":
            response["Warning"] = NOT_FUZZY
        return response


class SeriesSearch(Search):
    level = SERIES


class InstanceSearch(Search):
    level = INSTANCE


@lru_cache(maxsize=512)
def images(user_pk):
    """Return what can be retrieved: images that an active user may see, released and held here.

    To build such a query takes longer than to run it; only its words are kept.
    """
    user = get_user_model()(pk=user_pk, is_active=True)
    return Instance.objects.visible_to(user).released().filter(held=True)


@lru_cache(maxsize=512)
def found(user_pk, level):
    """Return the rows of a level that hold an image to retrieve; one a UID, the oldest.

    Two cases of a user can hold the same study, where a team keeps identifiers.
    """
    uid = IDENTITY[level]
    rows = retrievable(user_pk, level)
    return rows.exclude(Exists(rows.filter(**{uid: OuterRef(uid)}, pk__lt=OuterRef("pk"))))


def retrievable(user_pk, level):
    """Return the rows of a level that the user may see and that hold an image to retrieve."""
    if level == INSTANCE:
        return images(user_pk)
    path = {STUDY: "series__study", SERIES: "series"}[level]
    held = Instance.objects.released().filter(held=True, **{path: OuterRef("pk")})
    user = get_user_model()(pk=user_pk, is_active=True)
    return MODELS[level].objects.visible_to(user).filter(Exists(held))


def find(user_pk, level, above, query):
    """Return a page of rows; `above` are {level: UID} of the parents that the address names."""
    span = page_of(query)
    above = {PARENTS[level][of] + IDENTITY[of]: uid for of, uid in above.items()}
    uids = uids_alone(level, query)
    if uids is None or above.keys() & uids.keys():
        rows = matching(found(user_pk, level).filter(**above), level, query)
        return list(paged(rows, level, span))
    uids |= above
    return by_uids(user_pk, level, tuple(sorted(uids)), span).ask(**uids)


def uids_alone(level, query):
    """Return {column: UID} of a query for one UID a level, and nothing else; None of any other."""
    uids = {}
    for name, texts in query.lists():
        attribute = BY_TAG.get(find_tag(name))
        if name in CONTROLS:
            continue
        if attribute is None or attribute.column != IDENTITY[attribute.level]:
            return None
        if attribute.level not in PARENTS[level] or not re.fullmatch(r"[0-9.]+", "+".join(texts)):
            return None
        uids[PARENTS[level][attribute.level] + attribute.column] = texts[0]
    return uids


@lru_cache(maxsize=128)
def by_uids(user_pk, level, columns, span):
    """Return the question for a page of rows by UIDs of theirs and of what they belong to."""
    blanks = {name: Blank(name, Study._meta.get_field("study_instance_uid")) for name in columns}
    return Prepared(paged(found(user_pk, level).filter(**blanks), level, span))


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
        holding = Series.objects.filter(modality__in=re.split(r"[\\,]", text))
        return rows.filter(**{f"{STUDY_OF[level]}__in": holding.values("study")})
    attribute = BY_TAG.get(tag)
    if attribute is None:
        raise ValidationError({name: [_("Nothing can be searched by this attribute here.")]})
    prefix = PARENTS[level].get(attribute.level)
    if prefix is None:
        raise ValidationError({name: [_("This attribute belongs to what is below.")]})
    if not attribute.column:
        return rows.none()
    try:
        return rows.filter(condition(prefix + attribute.column, attribute.vr, text))
    except ValueError:
        raise ValidationError({name: [_("“%s” is no value of this attribute.") % text]}) from None


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
        raise ValueError("no number of a database")
    return number


def pattern(text):
    """Return the regular expression for a text with wildcards * and ?.

    SQLite uses Python's re, whose backtracking over several stars can take exponential time, so
    every star except the last is an atomic group; it matches the same texts. PostgreSQL does not
    backtrack, and has no atomic groups.
    """
    first, *others = [fixed(part) for part in re.split(r"\*+", text)]
    if not others:
        return f"^{first}$"
    group = "(?:.*?%s)" if connection.vendor == "postgresql" else "(?>.*?%s)"
    return f"^{first}{''.join(group % part for part in others[:-1])}.*{others[-1]}$"


def fixed(part):
    return ".".join(re.escape(piece) for piece in part.split("?"))


def moments(column, read, text):
    """Return the condition for one date or time, or a range "a-b", "a-" or "-b"."""
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
    """Parse HH, HHMM or HHMMSS; missing digits become 59 if `end` is true, otherwise 00."""
    digits = text.partition(".")[0]
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}", digits, re.ASCII):
        raise ValueError(text)
    full = digits + ("235959" if end else "000000")[len(digits) :]
    return datetime.time(int(full[:2]), int(full[2:4]), int(full[4:]))


def page_of(query):
    """Return (offset of the first row, of the one behind the last) that a query asks for."""
    limit = whole(query, "limit", USUAL, MOST)
    offset = whole(query, "offset", 0, 2**31 - 1)
    return offset, offset + limit


def paged(rows, level, span):
    order = {STUDY: ("-pk",), SERIES: ("position", "pk"), INSTANCE: ("position", "pk")}[level]
    rows = rows.select_related(*RELATED[level]).order_by(*order)
    if level == INSTANCE:
        rows = rows.defer("header", "series__case", "series__study__case")
    return rows[slice(*span)]


def whole(query, name, usual, most):
    text = query.get(name, "")
    if not text:
        return usual
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise ValidationError({name: [_("A whole number is expected here.")]})
    return min(int(text), most)


# Results


def told_tags(level, query):
    """Return the tags to include: those of the level, and those in includefield."""
    asked = {part for text in query.getlist("includefield") for part in text.split(",") if part}
    if "all" in asked:
        return set(BY_TAG)
    unknown = [name for name in asked if find_tag(name) is None]
    if unknown:
        raise ValidationError({"includefield": [_("“%s” is no attribute.") % unknown[0]]})
    return {one.tag for one in of_level(level)} | {find_tag(name) for name in asked}


def told(rows, level, tags, request):
    """Return the rows in the DICOM JSON model, always with the UIDs of their parents."""
    root = addresses.root(request)
    counts = count_related(rows, level)
    return [one_told(row, level, tags, root, counts) for row in rows]


def one_told(row, level, tags, root, counts):
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
    """Return {level: row} of a row and its parents."""
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
    """Return {key: elements} with how much a study or series holds, in one query by series."""
    if level == INSTANCE:
        return {}
    found = {}
    keys = {f"key{number}": row.pk for number, row in enumerate(rows)}
    for key, _series, modality, images in counts_of(level, tuple(keys)).ask(**keys) if keys else ():
        found.setdefault(key, []).append((modality, images))
    return {key: contents(series, level) for key, series in found.items()}


@lru_cache(maxsize=32)
def counts_of(level, keys):
    """Return the question for (key, series, modality, images) of some studies or series."""
    path = {STUDY: "series__study", SERIES: "series"}[level]
    wanted = {f"{path}__id__in": [blank(MODELS[level], key, "id") for key in keys]}
    shown = Instance.objects.released().filter(held=True, **wanted).order_by()
    counted = shown.values_list(path, "series", "series__modality")
    return Prepared(counted.annotate(Count("pk")))


def contents(series, level):
    """Return the elements with numbers and modalities; `series` is [(modality, images)]."""
    told = {COUNTS[level]["image_count"]: [sum(images for _modality, images in series)]}
    if level == STUDY:
        told[COUNTS[level]["series_count"]] = [len(series)]
        modalities = sorted({modality for modality, _images in series if modality})
        return elements(told, "IS") | elements({MODALITIES: modalities}, "CS")
    return elements(told, "IS")


def elements(told, vr):
    return {tag: {"vr": vr, "Value": values} for tag, values in told.items()}

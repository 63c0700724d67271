"""Every page opens versions with entries that were removed from catalogues or choices."""

import copy
import json
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from imaging.document.shapes import LISTS
from patients.actions.importing import store_rows
from patients.drawings.body_map import grade_map
from patients.entry.sections import BY_SLUG
from patients.models import ROW_MODELS, Case, CaseVersion, Patient
from patients.models.fields import CatalogueField
from patients.reasoning.evidence import needle_result
from patients.record.document import (
    CASE_COLUMNS,
    CASE_FIELDS,
    PATIENT_FIELDS,
    build_stored,
    document_fields,
    entered_document,
)
from patients.record.kinds import children_of, top_models
from patients.versions.reading import served_text
from patients.versions.saving import broken_links, save_version
from tests.api import Caller
from tests.pages import PAGES, address, rich_case
from tests.versions import put_document

pytestmark = pytest.mark.django_db

GONE, NAMES = "gone_entry", {}
DEMONSTRATIONS = ("published_case", "invented_case")
# Fields whose choices are a database constraint: only stored versions can have other values.
BOUND = {"origin", "reasoning_in_report", "sex", "kind of mark", "colour", "shape"}
API = (
    ("show-case", ()),
    ("list-versions", ()),
    ("show-version", (2,)),
    ("compare-version", (2,)),
    ("export-case", ("json",)),
    ("export-case", ("csv",)),
    ("show-concordance", ()),
    ("localise-case", ()),
    ("list-checks", ()),
)
IMAGES = ("list-studies", "list-series", "list-instances", "list-annotations", "list-figures")


def is_named(field):
    """Return whether a field has a catalogue or choices."""
    return isinstance(field, CatalogueField) or bool(field.choices)


def fields_of(model):
    return [field for field in document_fields(model) if is_named(field)]


def gone_name(value):
    """Return a name that is in no catalogue, different for each value so that rows stay unique."""
    return f"gone_{NAMES.setdefault(value, len(NAMES))}"


def replace_all(rows, fields):
    for row in rows:
        for field in fields:
            if row.get(field.name):
                row[field.name] = gone_name(row[field.name])


def without(document, wanted=is_named):
    """Return the document with unknown entries in the fields for which `wanted(field)` is true."""
    document = copy.deepcopy(document)
    for model in top_models():
        rows = document.get(model.DOCUMENT_KEY, [])
        replace_all(rows, [field for field in fields_of(model) if wanted(field)])
        for child in children_of(model):
            below = [one for row in rows for one in row.get(child.DOCUMENT_KEY, [])]
            replace_all(below, [field for field in fields_of(child) if wanted(field)])
    for key, shape in LISTS.items():
        objects = document["imaging"].get(key, [])
        replace_objects(shape, objects, wanted)
    return document


def replace_objects(shape, objects, wanted):
    fields = [field for field in shape.fields.values() if is_named(field) and wanted(field)]
    replace_all(objects, [field for field in fields if bound_name(field) not in BOUND])
    if shape.child:
        below = [one for item in objects for one in item.get(shape.child_key, [])]
        replace_objects(shape.child, below, wanted)


def bound_name(field):
    is_mark = field.model.__name__ == "Annotation"
    return "kind of mark" if is_mark and field.name == "kind" else field.name


def with_bound(document):
    """Return the document with unknown values in the fields that have a database constraint."""
    document = copy.deepcopy(document)
    for model, names in ((Case, CASE_COLUMNS), (Patient, PATIENT_FIELDS)):
        for name in names:
            if is_named(model._meta.get_field(name)):
                document["case" if name in CASE_FIELDS else "patient"][name] = GONE
    for mark in document["imaging"]["annotations"]:
        mark |= {"kind": GONE, "colour": GONE, "shape": GONE}
    return document


def store_as_is(case, document):
    """Store a document's rows and version without validation, as from an earlier release."""
    case.refresh_from_db()
    for model in reversed(ROW_MODELS):
        model.objects.filter(case=case).delete()
    store_rows(build_stored(document), case)
    version = save_version(case, case.author)
    case.refresh_from_db()
    return version


def document_of(case):
    return json.loads(served_text(CaseVersion.objects.get(case=case, number=case.version)))


def failures(client, user, addresses):
    """Return {URL: status} for the URLs that do not respond with 200."""
    client.force_login(user)
    caller = Caller(user)
    found = {}
    for one in addresses:
        answer = (caller if one.startswith("/api/v1/") else client).get(one)
        if answer.status_code != 200:
            found[one] = answer.status_code
    return found


class Inputs(HTMLParser):
    """A parser for the form data that a browser would submit from a page: {name: text}."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.select, self.area = {}, None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "input" and name and ("checked" in attrs or attrs.get("type") != "checkbox"):
            self.texts[name] = value
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in attrs or self.select not in self.texts:
                self.texts[self.select] = value
        elif tag == "textarea" and name:
            self.area, self.texts[name] = name, ""

    def handle_endtag(self, tag):
        self.select = None if tag == "select" else self.select
        self.area = None if tag == "textarea" else self.area

    def handle_data(self, data):
        if self.area:
            self.texts[self.area] += data


def form_texts(response):
    return Inputs(response.content.decode()).texts


def all_addresses(case):
    """Return the URL of every page, and of the GET calls for a case and its images."""
    pages = [address(name, case) for name in PAGES]
    calls = [reverse(f"api:{name}", args=[case.pk, *more]) for name, more in API]
    images = [f"{reverse(f'api:{name}')}?case={case.pk}" for name in IMAGES]
    series, image, figure = case.series.first(), case.instances.first(), case.figures.first()
    return [
        *pages,
        *calls,
        *images,
        reverse("api:show-series", args=[series.pk]),
        reverse("api:show-instance", args=[image.pk]),
        reverse("api:show-image", args=[image.pk, "png"]),
        reverse("api:get-figure", args=[figure.pk]),
        reverse("api:show-figure", args=[figure.pk, "png"]),
        reverse("api:show-annotation", args=[case.annotations.first().pk]),
    ]


@pytest.mark.any_database
@pytest.mark.parametrize("name", DEMONSTRATIONS)
def test_every_page_opens_with_all_entries_unknown(client, name):
    case = rich_case(name)
    case.refresh_from_db()
    gone = without(document_of(case))
    store_as_is(case, gone)
    assert failures(client, case.author, all_addresses(case)) == {}
    newest = case.versions.get(number=case.version)
    put_document(newest, with_bound(json.loads(served_text(newest))))
    assert failures(client, case.author, all_addresses(case)) == {}


@pytest.mark.any_database
@pytest.mark.parametrize("model", [model for model in ROW_MODELS if fields_of(model)])
def test_pages_open_with_one_unknown_entry(client, model):
    case = rich_case("published_case")
    document = document_of(case)
    pages = ["desk", "report", "compare", "localisation", "concordance", "checks", "care"]
    addresses = [address(one, case) for one in pages]
    addresses += [reverse("api:export-case", args=[case.pk, "csv"])]
    version = case.versions.get(number=case.version)
    for field in fields_of(model):
        gone = without(document, lambda one, field=field: one == field)
        if gone != document:
            put_document(version, gone)
            assert failures(client, case.author, addresses) == {}, field


def unreadable(document):
    """Return the document with nonsense in each table field that has no catalogue or choices."""
    document = copy.deepcopy(document)
    for model in top_models():
        for row in document.get(model.DOCUMENT_KEY, []):
            for field in document_fields(model):
                if field.name in row and field.name != "key" and not is_named(field):
                    row[field.name] = {"nonsense": 1}
    return document


@pytest.mark.any_database
@pytest.mark.parametrize("name", DEMONSTRATIONS)
def test_every_page_opens_with_invalid_values(client, name):
    case = rich_case(name)
    put_document(case.versions.get(number=case.version), unreadable(document_of(case)))
    lists = [address(page, case) for page in ("home", "review")]  # these pages do not read rows
    addresses = [one for one in all_addresses(case) if one not in lists]
    assert failures(client, case.author, addresses) == {}


def test_two_tabs_are_merged_with_unknown_entries(client):
    case = rich_case("published_case")
    store_as_is(case, without(document_of(case)))
    client.force_login(case.author)
    page = address("section signs", case)
    texts = form_texts(client.get(page))
    client.post(page, texts | {"signs-new1-domain": "gait", "signs-new1-finding": "abnormal"})
    changed = texts | {"signs-new1-domain": "tone", "signs-new1-finding": "decreased"}
    answer = client.post(page, changed)
    assert answer.status_code in (302, 409)
    assert client.get(page).status_code == 200


# Fields that these pages do not show, or show only for rows without a more specific name.
UNSHOWN = {"events.kind", "signs.domain", "imaging_findings.interpretation"}


def gone_names(document):
    """Return {unknown name: its field} for a document's tables."""
    found = {}
    for model in top_models():
        for row in document.get(model.DOCUMENT_KEY, []):
            if row.get("printed_label"):  # this label is shown instead
                continue
            for field in fields_of(model):
                if str(row.get(field.name, "")).startswith("gone_"):
                    found[row[field.name]] = f"{model.DOCUMENT_KEY}.{field.name}"
    return found


@pytest.mark.any_database
@pytest.mark.parametrize("page", ["desk", "report"])
@pytest.mark.parametrize("name", DEMONSTRATIONS)
def test_unknown_entries_are_shown_unchanged(client, name, page):
    case = rich_case(name)
    gone = without(document_of(case))
    store_as_is(case, gone)
    client.force_login(case.author)
    html = client.get(address(page, case)).content.decode()
    words = set(re.findall(r"gone_\d+", html))
    shown = {name: where for name, where in gone_names(gone).items() if where not in UNSHOWN}
    missing = {name: where for name, where in shown.items() if name not in words}
    assert sorted(missing.values()) == []
    if page == "desk":
        assert 'class="unlisted" title="not in the catalogue">gone_' in html


@pytest.mark.parametrize("slug", BY_SLUG)
def test_saving_an_unchanged_section_keeps_unknown_entries(client, slug):
    case = rich_case("published_case")
    store_as_is(case, without(document_of(case)))
    before = document_of(case)
    client.force_login(case.author)
    texts = form_texts(client.get(address(f"section {slug}", case)))
    answer = client.post(address(f"section {slug}", case), texts)
    assert answer.status_code == 302, answer.context["errors"]
    case.refresh_from_db()
    assert document_of(case) == before


def test_a_version_with_unknown_entries_is_restored(client):
    case = rich_case("published_case")
    whole = document_of(case)
    store_as_is(case, without(whole))
    number, gone = case.version, served_text(case.versions.get(number=case.version))
    store_as_is(case, whole)
    client.force_login(case.author)
    address = reverse("caserecords:restore-version", args=[case.pk, number])
    assert client.post(address, {"version": case.version}).status_code == 302
    case.refresh_from_db()
    assert served_text(case.versions.get(number=case.version)) == gone
    assert list(broken_links(case)) == []


def test_building_keeps_valid_values_and_raises_nothing():
    document = {
        "schema": "caserecord/1",
        "case": {"title": "T", "origin": GONE, "more": 1},
        "patient": 7,
        "unknown": [],
        "events": [{"key": "a", "label": "A", "placement": {"how": "offset", "anchor": "b"}}, 5],
        "strength": [{"movement": GONE, "side": GONE, "grade": "9", "words": "w"}] * 2,
        "signs": "none",
        "laboratory": [{"analyte": GONE, "value": {"number": "x"}, "visit": "nowhere"}],
        "scales": [{"instrument": GONE, "value": {"number": "4"}, "side": None}],
    }
    record = build_stored(document)
    assert record.case.title == "T" and record.case.origin == GONE
    assert [row.movement for row in record.strength] == [GONE, GONE]
    assert record.strength[0].words == "w" and not record.strength[0].grade
    assert record.laboratory[0].value is None and record.laboratory[0].visit is None
    assert str(record.scales[0].value) == "4"
    assert [event.key for event in record.events] == ["a"]
    assert entered_document(record)["scales"][0]["instrument"] == GONE
    for nonsense in (None, [], 5, {}, {"case": None}):
        assert build_stored(nonsense).rows


def test_an_unknown_grade_is_not_evidence_of_a_spared_muscle():
    """An unknown grade of fibrillations without sharp waves leaves denervation undetermined."""
    row = {"muscle": "tibialis_anterior", "side": "left", "positive_sharp_waves": "0"}
    document = {"needle_emg": [row | {"fibrillations": GONE}, row | {"fibrillations": "0"}]}
    open_one, spared = build_stored(document).needle_emg
    assert needle_result(open_one) == ("", "")
    assert needle_result(spared) == ("no active denervation", "")


def test_an_unknown_side_is_not_drawn():
    row = {"movement": "hip_flexion", "grade": "3"}
    sides = (GONE, "left")
    record = build_stored({"strength": [row | {"side": side} for side in sides]})
    drawn = [
        {region.side for view in found.views for region in view.regions if region.look.text}
        for found in (grade_map("map", "", [score]) for score in record.strength)
    ]
    assert drawn == [set(), {"left"}]

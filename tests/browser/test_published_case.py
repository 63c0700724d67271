"""The published case, entered only through forms, equals the demonstration's document."""

import json
import re

import pytest
from django.db import models

from caserecords.demo.load import HERE, load_demonstration, read_case
from patients.entry.sections import SECTIONS
from patients.models import Case, Event, Visit
from patients.models.fields import (
    CatalogueField,
    CodesField,
    PlacementField,
    ValueField,
)
from patients.record.document import build, document_fields, to_document
from patients.versions.reading import served_text
from tests.browser.conftest import save, sign_in_by_page
from tests.factories import make_team, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
STRENGTH_KEYS = 33
LEVELS = {"l3_4": "L3–4", "l4_5": "L4–5", "l5_s1": "L5–S1"}


def typed(field, value, labels):
    """Return the text that a user types into the cell of a field."""
    if isinstance(value, Event | Visit):
        return value.label
    if isinstance(field, ValueField):
        return value.printed
    if isinstance(field, PlacementField):
        return value.printed(labels)
    if isinstance(field, CatalogueField):
        return field.label(value)
    if isinstance(field, CodesField):
        return "; ".join(f'{c["system"]} {c["code"]} "{c["display"]}"' for c in value)
    if isinstance(field, models.BooleanField):
        return "yes" if value else "no"
    return str(value)


class Clinician:
    """A user who types a record into the entry pages, section by section."""

    def __init__(self, page, address, record):
        self.page, self.address, self.record = page, address, record
        self.labels = {event.key: event.label for event in record.events}

    def open(self, section):
        self.page.goto(f"{self.address}{section}")
        self.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    def enter(self, name, text):
        cell = self.page.locator(f"[name='{name}']")
        if cell.evaluate("cell => cell.tagName") == "SELECT":
            labels = cell.locator("option").all_inner_texts()
            cell.select_option(label=text) if text in labels else cell.select_option(text)
        else:
            cell.fill(text)

    def enter_row(self, prefix, name, row):
        """Type one row, after adding rows to the page if it has too few."""
        while not self.page.locator(f"[name^='{prefix}-{name}-']").count():
            self.page.locator(f"button[data-add][value='{prefix}']").click()
        for field in document_fields(type(row)):
            value = getattr(row, field.name)
            if field.name != "key" and value not in (None, "", []):
                self.enter(f"{prefix}-{name}-{field.name}", typed(field, value, self.labels))
        if getattr(row, "codes", None) == []:
            self.clear_codes(f"{prefix}-{name}")

    def clear_codes(self, row):
        """Remove the codes that came with the name of a row, if any."""
        if self.page.locator(f"[name='{row}-completed']").count():
            codes = self.page.locator(f"[name='{row}-codes']")
            codes.focus()
            self.page.wait_for_selector(
                f"[name='{row}-completed']:not([value=''])", state="attached"
            )
            codes.fill("")

    def enter_table(self, key, start=0):
        for number, row in enumerate(self.record.rows[key][start:], 1):
            self.enter_row(key, f"new{number}", row)


def start_case(page, live_server, document):
    """Create the case with the short form; return its URL."""
    page.goto(f"{live_server.url}/cases/new/")
    page.get_by_label("Title").fill(document["case"]["title"])
    page.get_by_label("Age").fill("74")
    page.get_by_label("Sex").select_option("male")
    page.get_by_label("Count days from").fill("Admission")
    page.get_by_label("Patient code").fill(document["patient"]["code"])
    page.get_by_role("button", name="Create case").click()
    page.wait_for_url(re.compile("/cases/[0-9a-f-]{36}/$"))
    return page.url


def enter_people(clinician, document):
    clinician.open("patient/")
    for name in ("origin", "source", "summary", "reasoning_in_report"):
        clinician.enter(f"patient-{name}", document["case"][name])
    clinician.enter("patient-age_words", document["patient"]["age_words"])
    save(clinician.page)


def enter_timeline(clinician):
    """Complete the index event, which already exists; add the other events, then the visits."""
    clinician.open("timeline/")
    stored = clinician.page.locator("[name='events-rows']").get_attribute("value")
    clinician.enter_row("events", stored, clinician.record.events[0])
    clinician.enter_table("events", start=1)
    save(clinician.page)
    clinician.open("timeline/")
    clinician.enter_table("visits")
    save(clinician.page)


def enter_strength(clinician):
    """Enter the grades with the keyboard only, and then the labels used in the source."""
    clinician.page.goto(f"{clinician.address}strength/?set=leg_short&sides=left")
    clinician.page.wait_for_function("document.activeElement.matches('.cell-grade')")
    scores = clinician.record.strength
    columns = [[s for s in scores if s.visit is visit] for visit in clinician.record.visits]
    grades = [str(score.grade) for column in columns for score in column]
    keys = list("\r".join(grades))
    for key in keys:
        clinician.page.keyboard.press("Enter" if key == "\r" else key)
    save(clinician.page)
    assert len(keys) + 1 <= STRENGTH_KEYS
    clinician.open("strength/?set=leg_short&sides=left")
    for score in columns[0]:
        name = f"strength-label-movement.{score.movement}"
        clinician.enter(name, score.printed_label)
    save(clinician.page)


def enter_tables(clinician):
    """Enter every section that has rows, except those that other functions enter."""
    for section in SECTIONS:
        if section.slug in ("patient", "timeline", "strength", "narrative", "treatment"):
            continue
        if any(clinician.record.rows[key] for key in section.keys):
            clinician.open(f"{section.slug}/")
            for key in section.keys:
                clinician.enter_table(key)
            save(clinician.page)


def enter_treatment(clinician):
    clinician.open("treatment/")
    clinician.enter_table("treatments")
    for number, phase in enumerate(clinician.record.phases, 1):
        clinician.enter_row("phases.new1", f"new{number}", phase)
    save(clinician.page)


def enter_narrative(clinician):
    clinician.open("narrative/")
    for row in clinician.record.narrative:
        cell = f"textarea[aria-label='{row.get_chapter_display()}']"
        name = clinician.page.locator(cell).get_attribute("name").removesuffix("text")
        for column in ("text", "words", "note"):
            clinician.enter(f"{name}{column}", getattr(row, column))
    clinician.enter_table("references")
    clinician.enter_table("discrepancies")
    save(clinician.page)


def enter_images(clinician, marks):
    """Upload the images, link both studies to visits, name levels, add arrowheads and a figure."""
    page = clinician.page
    page.goto(f"{clinician.address}imaging/")
    page.locator("input[type=file]").first.set_input_files(HERE / "lumbar_mr.zip")
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url(re.compile("/imaging/imports/"))
    page.locator("p[role=status]", has_text="done").wait_for(timeout=60_000)
    for at, visit in enumerate(clinician.record.visits):
        page.goto(f"{clinician.address}imaging/")
        form = page.locator(".visit-form").nth(at)
        form.locator("select").select_option(label=visit.label)
        with page.expect_navigation(wait_until="domcontentloaded"):
            form.get_by_role("button", name="Save").click()
    name_levels(clinician, marks["arrowheads"]["series"], marks["figure"]["rows"])
    place_arrowheads(clinician, marks["arrowheads"])
    make_figure(clinician, marks["figure"])


def series_links(clinician):
    """Return {series description: URLs} of two axial series; each has one URL per study."""
    page = clinician.page
    page.goto(f"{clinician.address}imaging/")
    links = page.locator("a[href*='/imaging/series/']")
    found = {}
    for link in links.all():
        text = link.inner_text()
        name = next(
            (n for n in ("T1 TSE AX +GD FS SYNTHETIC", "T2 TSE AX SYNTHETIC") if n in text), ""
        )
        if name and link.get_attribute("href") not in found.get(name, ()):
            found.setdefault(name, []).append(link.get_attribute("href"))
    return found


def name_levels(clinician, series, rows):
    page = clinician.page
    base = re.match(r"https?://[^/]+", clinician.address)[0]
    for address in series_links(clinician)[series]:
        for row in rows:
            page.goto(f"{base}{address}?slice={row['instance_number']}")
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.locator("[data-level-field]").fill(LEVELS[row["level"]])
            with page.expect_event("domcontentloaded"):
                page.get_by_role("button", name="Save level").click()


def place_arrowheads(clinician, arrowheads):
    page = clinician.page
    address = series_links(clinician)[arrowheads["series"]][0]
    base = re.match(r"https?://[^/]+", clinician.address)[0]
    for tip in arrowheads["tips"]:
        page.goto(f"{base}{address}?slice={tip['instance_number']}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        style = arrowheads[tip["structure"]]
        form = page.locator("[data-mark-form]")
        form.locator("[name=structure]").fill("L5 root" if "l5" in tip["structure"] else "S1 root")
        form.locator("[name=side]").select_option("left")
        form.locator("[name=colour]").select_option(style["colour"])
        form.locator("[name=shape]").select_option(style["shape"])
        form.locator("[name=x]").fill(str(tip["x"]))
        form.locator("[name=y]").fill(str(tip["y"]))
        form.locator("[name=angle_degrees]").fill(str(style["angle_degrees"]))
        with page.expect_event("domcontentloaded"):
            form.get_by_role("button", name="Place at x, y").click()


def make_figure(clinician, figure):
    page = clinician.page
    page.goto(f"{clinician.address}imaging/")
    page.get_by_role("button", name="New figure").click()
    for name, value in figure["crop"].items():
        page.locator(f"[name={name}]").fill(str(value))
    first, *others = [LEVELS[row["level"]] for row in figure["rows"]]
    page.locator("[name=level_0]").fill(first)
    for at, column in enumerate(figure["columns"]):
        options = page.locator(f"[name=series_{at}] option").all()
        chosen = next(o for o in options if column["series"] in o.inner_text())
        page.locator(f"[name=series_{at}]").select_option(chosen.get_attribute("value"))
        save_figure(page)
        page.locator(f"[name=column_label_{at}]").fill(column["label"])
    for at, level in enumerate(others, 1):
        page.locator(f"[name=level_{at}]").fill(level)
        save_figure(page)
    for at, row in enumerate(figure["rows"]):
        for column in range(len(figure["columns"])):
            cell = page.locator(f"[name=cell_{at}_{column}]")
            cell.select_option(index=row["instance_number"])
    save_figure(page)


def save_figure(page):
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.get_by_role("button", name="Save figure").click()


def without_ids(document):
    """Return a document as JSON, with numbered keys for its levels, marks and figures."""
    text = json.dumps(document, ensure_ascii=False)
    parts = ("levels", "annotations", "figures")
    keys = [one["key"] for part in parts for one in document["imaging"][part]]
    for number, key in enumerate(keys):
        text = text.replace(key, f"key-{number}")
    return text


def test_published_case_by_forms_equals_the_demonstration(browser_page, live_server):
    cases = load_demonstration()["cases"]
    published = Case.objects.get(pk=cases[0])
    wanted = json.loads(served_text(published.versions.first()))
    document = read_case("published_case")
    author = make_user("author", team=make_team("Another clinic"))

    sign_in_by_page(browser_page, live_server, author)
    address = start_case(browser_page, live_server, document)
    case = Case.objects.get(author=author)
    case.patient.image_key = published.patient.image_key  # so that UIDs are mapped in the same way
    case.patient.save()
    clinician = Clinician(browser_page, address, build(document))
    enter_people(clinician, document)
    enter_timeline(clinician)
    enter_strength(clinician)
    enter_tables(clinician)
    enter_treatment(clinician)
    enter_narrative(clinician)
    enter_images(clinician, json.loads((HERE / "marks.json").read_text()))

    entered = json.loads(served_text(case.versions.first()))
    for key in wanted:
        assert entered[key] == wanted[key] or key == "imaging", key
    assert without_ids(entered) == without_ids(wanted)
    assert to_document(build(entered))["computed"] == wanted["computed"]

"""The README's screenshots: taken on every run, but saved only with SCREENSHOTS=1."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from caserecords.demo.load import load_demonstration
from patients.models import Case
from tests.browser.conftest import sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]
FOLDER = Path(settings.BASE_DIR) / "docs" / "screenshots"
MAX_BYTES = 250_000
FIGURE_END = "scrollY + document.querySelector('figure.exhibit').getBoundingClientRect().bottom"
L5_S1 = 15  # the slice with the demonstration's marks at this level


def small_png(page):
    """Return the window as a PNG whose palette has as many greys as MAX_BYTES allows."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for greys in (128, 64, 32):
        stream = io.BytesIO()
        palette = make_palette(image, greys)
        image.quantize(palette=palette, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
        if stream.tell() <= MAX_BYTES:
            break
    return stream.getvalue()


def make_palette(image, greys):
    """Return a palette of evenly spaced greys and the vivid colours, including rare ones."""
    pixels = np.asarray(image).reshape(1, -1, 3)
    vivid = pixels[np.ptp(pixels.astype(int), axis=2) > 40].reshape(1, -1, 3)
    colours = Image.fromarray(vivid).quantize(64, Image.Quantize.MEDIANCUT).getpalette()
    palette = Image.new("P", (1, 1))
    palette.putpalette([*np.linspace(0, 255, greys).astype(int).repeat(3), *colours])
    return palette


def show_grid(page, root, case):
    page.goto(root + reverse("patients:edit-section", args=[case.pk, "strength"]))
    page.get_by_label("Ankle dorsiflexor, left, On admission").focus()


def show_report(page, root, case):
    page.goto(root + reverse("caserecords:show-report", args=[case.pk]))
    page.wait_for_load_state("networkidle")
    page.evaluate(f"window.scrollTo(0, {FIGURE_END} - 430)")


def show_viewer(page, root, case):
    found = case.series.filter(study=case.studies.order_by("study_date").first())
    enhanced = found.exclude(contrast_bolus_agent="").get()
    plain = found.get(contrast_bolus_agent="")
    address = reverse("imaging:show-series", args=[case.pk, enhanced.pk])
    page.goto(f"{root}{address}?slice={L5_S1}&beside={plain.pk}")
    page.wait_for_load_state("networkidle")


def show_localisation(page, root, case):
    page.goto(root + reverse("caserecords:show-localisation", args=[case.pk]))
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelector('figure.pathways').scrollIntoView({block: 'center'})")


SCENES = {
    "entry-grid": show_grid,
    "report": show_report,
    "viewer": show_viewer,
    "localisation": show_localisation,
}


def test_screenshots_of_the_readme_can_be_taken(browser_page, live_server):
    case = Case.objects.get(pk=load_demonstration()["cases"][0])
    sign_in(browser_page, live_server, case.author)
    browser_page.emulate_media(reduced_motion="reduce")
    for name, show in SCENES.items():
        show(browser_page, live_server.url, case)
        picture = small_png(browser_page)
        assert len(picture) <= MAX_BYTES, name
        if os.environ.get("SCREENSHOTS"):
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / f"{name}.png").write_bytes(picture)

"""Response times of the viewer: `python -m tests.benchmarks.viewer [ROUNDS]`.

The series has 40 slices of 512² pixels.

Times are measured in a browser on the same machine, from the start of the navigation or the key
press until the frame after the one that shows the slice. Cold: the browser has no cache, and
the server has not rendered the slice; the key jumps to the last slice 0.1 s after the first paint.
Warm: the same page is opened again; the key moves to the next slice, in one and in four panes.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks.files import slices
from tests.benchmarks.servers import Ours
from tests.browser.conftest import find_chromium

SLICES, STEPS = 40, 20
GOALS = {"first": 300, "key": 50}
# Runs before the page's own scripts; times are in ms since the start of the navigation.
WATCH = """
window.seen = { first: null, keys: [] };
const picture = () => {
  const canvas = document.querySelector("[data-canvas]:not([hidden])");
  const image = document.querySelector("[data-image]:not([hidden])");
  return canvas || (image && image.complete && image.naturalWidth ? image : null);
};
const first = () => {
  if (!picture()) return requestAnimationFrame(first);
  requestAnimationFrame(() => (window.seen.first = performance.now()));
};
requestAnimationFrame(first);
addEventListener("keydown", (event) => {
  const wait = () => {
    const stages = [...document.querySelectorAll("[data-stage]")];
    const ready = stages.every((stage) => stage.dataset.state === "shown");
    if (!ready) return requestAnimationFrame(wait);
    requestAnimationFrame(() => window.seen.keys.push(performance.now() - event.timeStamp));
  };
  setTimeout(wait);
}, true);
"""


def import_slices(ours):
    """Upload the slices to the demonstration's draft; return the URL of their viewer."""
    for case in ours.known["cases"]:
        files = [("files", (f"{at}.dcm", data)) for at, data in enumerate(slices(SLICES, "6"))]
        answer = ours.session.post(f"{ours.url}/api/v1/cases/{case}/imports/", files=files)
        if answer.status_code == 202:
            break
    answer.raise_for_status()
    while ours.session.get(answer.headers["Location"]).json()["state"] != "done":
        time.sleep(0.2)
    found = ours.session.get(f"{ours.url}/api/v1/series/?case={case}").json()["results"]
    return f"{ours.url}/cases/{case}/imaging/series/{max(one['id'] for one in found)}/"


class Reader:
    """A browser signed in as the demonstration's clinician."""

    def __init__(self, browser, ours):
        self.browser, self.ours, self.cookies = browser, ours, None

    def page(self):
        """Return a signed-in page in a new context, its cache empty except on the first call."""
        context = self.browser.new_context(viewport={"width": 1366, "height": 768})
        if self.cookies:
            context.add_cookies(self.cookies)
        context.add_init_script(WATCH)
        page = context.new_page()
        if not self.cookies:
            user = self.ours.known["users"][0]
            page.goto(f"{self.ours.url}/accounts/login/")
            page.get_by_label("Username").fill(user["username"])
            page.get_by_label("Password").fill(user["password"])
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{self.ours.url}/")
            self.cookies = context.cookies()
        return page

    def first_paint(self, page, address):
        page.goto(address)
        page.locator("[data-canvas]:not([hidden])").last.wait_for()
        page.wait_for_timeout(100)
        return page.evaluate("seen.first")

    def key(self, page, name):
        count = page.evaluate("seen.keys.length")
        page.keyboard.press(name)
        while page.evaluate("seen.keys.length") == count:
            page.wait_for_timeout(5)
        return page.evaluate("seen.keys.at(-1)")


def measure(reader, viewer, rounds):
    """Return {measurement: times in ms}."""
    found = {"first cold": [], "first warm": [], "key cold": [], "key warm": [], "key, 4 panes": []}
    beside = "&".join([f"beside={viewer.rstrip('/').rsplit('/', 1)[1]}"] * 3)
    reader.page().context.close()
    for turn in range(rounds):
        page = reader.page()
        where = f"{viewer}?slice={turn + 2}"
        found["first cold"].append(reader.first_paint(page, where))
        found["key cold"].append(reader.key(page, "End"))
        found["first warm"].append(reader.first_paint(page, where))
        page.wait_for_load_state("networkidle")
        found["key warm"] += [reader.key(page, "ArrowDown") for _step in range(STEPS)]
        reader.first_paint(page, f"{where}&{beside}")
        page.wait_for_load_state("networkidle")
        found["key, 4 panes"] += [reader.key(page, "ArrowDown") for _step in range(STEPS)]
        page.context.close()
    return found


def main(rounds):
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "ours").mkdir()
        ours = Ours(Path(folder) / "ours")
        try:
            arguments = ["--headless", "--no-sandbox", "--disable-gpu"]
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
            found = measure(Reader(browser, ours), import_slices(ours), rounds)
            browser.close()
        finally:
            ours.stop()
    print("| what | median | worst | goal | |\n|---|---|---|---|---|")
    for what, times in found.items():
        middle, goal = statistics.median(times), GOALS[what.split()[0].strip(",")]
        verdict = "met" if middle <= goal else "missed"
        print(f"| {what} | {middle:.0f} ms | {max(times):.0f} ms | ≤ {goal} ms | {verdict} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

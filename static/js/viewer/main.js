// Entry point of the viewer page. Each module imports only modules of lower layers, down to state.js and pure/;
// tests/js/imports.test.js lists the layers and checks this.
import { takePicture } from "./canvas.js";
import { listenToControls } from "./controls.js";
import { repaintMarks } from "./drawing.js";
import { saveNow } from "./edits.js";
import { framesSettled, prefetch } from "./frames.js";
import { listenToKeys } from "./keys.js";
import { paint, panTo, retry, zoomTo } from "./looks.js";
import { announce } from "./messages.js";
import { listenToPointer } from "./pointer.js";
import { readPane } from "./pure/query.js";
import { hasUnsent, saveWaiting } from "./saving.js";
import { activate, goTo, syncOthers } from "./slices.js";
import { isOn, marks, viewer } from "./state.js";
import { keepOffsets, setOffset, setSynced } from "./sync.js";

const query = new URLSearchParams(location.search);

// Restore the display settings that only the browser reads from the URL.
function recall(pane) {
  const { shift, offset, inverted, view } = readPane(query, pane.prefix);
  if (shift) pane.shift = shift;
  if (shift || offset !== null) setOffset(pane, offset ?? 0);
  pane.inverted = inverted;
  if (!view || view[0] <= 1) return;
  const [zoom, x, y] = view;
  zoomTo(pane, zoom);
  panTo(pane, x * pane.stage.clientWidth, y * pane.stage.clientHeight);
}

// If the URL contains a mark's key, as in links from a report, go to the mark's slice and flash the mark.
function flashLinkedMark() {
  const key = query.get("mark");
  const mark = key && marks.all.find((one) => one.key === key);
  const pane = mark && viewer.panes.find(({ slices }) => slices.some((slice) => isOn(mark, slice)));
  if (!pane) return;
  goTo(
    pane,
    pane.slices.findIndex((slice) => isOn(mark, slice)),
  );
  marks.selected = mark;
  repaintMarks();
  for (const drawn of pane.layer.querySelectorAll(".mark-selected")) {
    drawn.classList.add("mark-flash");
  }
  announce(mark.words);
}

// Load the thumbnails one at a time, so that they do not delay the slices.
async function showThumbnails(strip) {
  const middle = strip.getBoundingClientRect().top + strip.clientHeight / 2;
  const away = (small) => Math.abs(small.getBoundingClientRect().top - middle);
  const waiting = [...strip.querySelectorAll("[data-thumbnail]")];
  for (const small of waiting.sort((a, b) => away(a) - away(b))) {
    small.src = small.dataset.thumbnail;
    await small.decode().catch(() => {});
  }
}

function scrollToShown(strip) {
  const shown = strip.querySelector("[aria-current]");
  if (!shown) return;
  strip.scrollTop = shown.offsetTop - strip.offsetTop - strip.clientHeight / 3;
  strip.scrollLeft = shown.offsetLeft - strip.offsetLeft - strip.clientWidth / 3;
}

function showPanes() {
  const [first] = viewer.panes;
  if (!first) return;
  activate(first);
  keepOffsets();
  setSynced(viewer.panes.length > 1 && query.get("apart") !== "1");
  for (const pane of viewer.panes) recall(pane);
  syncOthers(first);
  for (const pane of viewer.panes) {
    takePicture(pane);
    paint(pane);
  }
  first.stage.focus({ preventScroll: true });
  flashLinkedMark();
  prefetch();
}

// Requests in progress complete after the page is closed (keepalive). Warn only if changes would be
// lost: queued changes, or a mark with only one end set.
function listenToLeaving() {
  addEventListener("beforeunload", (event) => {
    saveNow();
    if (hasUnsent() || marks.placing?.first) event.preventDefault();
  });
  addEventListener("pagehide", saveNow);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // marks may have changed in the meantime
  });
}

function listenToConnection() {
  addEventListener("online", retry);
  addEventListener("online", saveWaiting);
  document.addEventListener("visibilitychange", () => document.hidden || retry());
}

const strip = viewer.root.querySelector(".strip");
viewer.root.classList.add("started");
listenToConnection();
listenToLeaving();
listenToKeys();
listenToPointer();
listenToControls();
scrollToShown(strip);
showPanes();
framesSettled().then(() => showThumbnails(strip));

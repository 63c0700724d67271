// The display settings of a pane: window, inverted greys, zoom and pan; marks and lines on or off.
import { remember } from "./address.js";
import { hasFailed, paintFrame } from "./canvas.js";
import { writeCaptions } from "./captions.js";
import { paintLines, paintMarks } from "./drawing.js";
import { announce, showPressed } from "./messages.js";
import { panned, WHOLE, zoomed } from "./pure/zooming.js";
import { viewer } from "./state.js";

export function paint(pane) {
  paintFrame(pane);
  writeCaptions(pane);
  paintMarks(pane);
  paintLines();
}

// Try again to load the slice in the panes where loading failed.
export function retry() {
  for (const pane of viewer.panes) {
    if (hasFailed(pane)) paint(pane);
  }
}

export function setWindow(pane, center, width) {
  if (pane.width === null || !Number.isFinite(center) || !Number.isFinite(width)) return;
  pane.center = Math.round(center * 100) / 100;
  pane.width = Math.max(1, Math.round(width * 100) / 100);
  paint(pane);
  const [usualCenter, usualWidth] = pane.usual;
  viewer.data.windows.forEach(([, up, wider], at) => {
    const link = pane.root.querySelector(`[data-window="${at}"]`);
    const isCenter = isNear(pane.center, usualCenter * up);
    if (isCenter && isNear(pane.width, usualWidth * wider))
      link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  remember();
}

function isNear(a, b) {
  return Math.abs(a - b) < 0.02;
}

export function invert(pane) {
  pane.inverted = !pane.inverted;
  paint(pane);
  remember();
  announce(pane.inverted ? viewer.messages.inverted : viewer.messages.asRecorded);
}

export function reset(pane) {
  pane.inverted = false;
  showWhole(pane);
  if (pane.width !== null) setWindow(pane, pane.usual[0], pane.usual[1]);
  else paint(pane);
}

// Zoom about a point, in pixels from the centre of the stage.
export function zoomTo(pane, zoom, x = 0, y = 0) {
  look(pane, zoomed(pane, zoom, stageOf(pane), x, y));
}

export function panTo(pane, x, y) {
  look(pane, panned(pane, stageOf(pane), x, y));
}

export function showWhole(pane) {
  look(pane, WHOLE);
}

function stageOf(pane) {
  return { width: pane.stage.clientWidth, height: pane.stage.clientHeight };
}

function look(pane, { zoom, pan }) {
  Object.assign(pane, { zoom, pan });
  const isWhole = zoom === 1;
  pane.view.style.transform = isWhole ? "" : `translate(${pan.x}px, ${pan.y}px) scale(${zoom})`;
  pane.root.querySelector("[data-zoom]").textContent = isWhole ? "" : `${Math.round(zoom * 100)}%`;
  paintMarks(pane);
  remember();
}

export function toggleMarks() {
  viewer.showMarks = !viewer.showMarks;
  viewer.root.classList.toggle("no-marks", !viewer.showMarks);
  showPressed("annotations", viewer.showMarks);
}

export function toggleLines() {
  viewer.showLines = !viewer.showLines;
  showPressed("lines", viewer.showLines);
  paintLines();
}

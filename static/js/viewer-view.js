// How a pane is looked at: zoom and pan, inverted greys, cine, and where other panes' slices cut it.
"use strict";

const ZOOMS = { least: 1, most: 16, step: 1.25 };
const CINE_MS = 120;
const cine = { timer: 0, pane: null };

// Zoom and pan ---------------------------------------------------------------------------------

function applyView(pane) {
  const { zoom, pan } = pane;
  pane.view.style.transform = zoom === 1 ? "" : `translate(${pan.x}px, ${pan.y}px) scale(${zoom})`;
  pane.root.querySelector("[data-zoom]").textContent = zoom === 1 ? "" : `${Math.round(zoom * 100)} %`;
  paintMarks(pane);
}

// Zoom about a point of the stage, in pixels from its middle; that point stays where it is.
function zoomTo(pane, zoom, x = 0, y = 0) {
  const next = Math.max(ZOOMS.least, Math.min(ZOOMS.most, zoom));
  const share = next / pane.zoom;
  pane.zoom = next;
  panTo(pane, x - (x - pane.pan.x) * share, y - (y - pane.pan.y) * share);
}

function panTo(pane, x, y) {
  const [wide, high] = [pane.stage.clientWidth, pane.stage.clientHeight].map((side) => (side * (pane.zoom - 1)) / 2);
  pane.pan = { x: Math.max(-wide, Math.min(wide, x)), y: Math.max(-high, Math.min(high, y)) };
  applyView(pane);
}

function fit(pane) {
  pane.zoom = 1;
  pane.pan = { x: 0, y: 0 };
  applyView(pane);
}

function invert(pane) {
  pane.inverted = !pane.inverted;
  paint(pane);
  say(pane.inverted ? viewer.words.inverted : viewer.words.asRecorded);
}

// Cine -----------------------------------------------------------------------------------------

function toggleCine(pane) {
  const running = Boolean(cine.timer);
  clearInterval(cine.timer);
  cine.timer = 0;
  press("cine", !running);
  if (running) return;
  cine.pane = pane;
  cine.timer = setInterval(() => {
    const { at, slices } = cine.pane;
    goTo(cine.pane, at + 1 < slices.length ? at + 1 : 0);
  }, CINE_MS);
}

function stopCine() {
  if (cine.timer) toggleCine(cine.pane);
}

// Reference lines ------------------------------------------------------------------------------

function paintLines() {
  for (const pane of viewer.panes) {
    pane.lines.replaceChildren();
    const other = viewer.panes[viewer.active];
    if (!viewer.showLines || !other || other === pane) continue;
    const ends = lineOn(current(pane), current(other), pane.space && pane.space === other.space);
    if (!ends) continue;
    const [[x1, y1], [x2, y2]] = ends;
    element("line", { class: "reference-line", x1, y1, x2, y2 }, pane.lines);
  }
}

// Where the plane of `other` cuts the picture of `slice`: two points on its edges, or null.
function lineOn(slice, other, sameSpace) {
  if (!sameSpace || !slice || !other || !isPlaced(slice) || !isPlaced(other)) return null;
  const normal = normalOf(other);
  if (Math.abs(dot(normal, normalOf(slice))) > 0.9) return null;
  const away = (column, row) => dot(normal, minus(toPatient(slice, column, row), other.position));
  const [right, bottom] = [slice.columns - 1, slice.rows - 1];
  const corners = [[0, 0], [right, 0], [right, bottom], [0, bottom]];
  const ends = [];
  corners.forEach((from, at) => {
    const to = corners[(at + 1) % 4];
    const [a, b] = [away(...from), away(...to)];
    if (a * b < 0) ends.push([from[0] + ((to[0] - from[0]) * a) / (a - b), from[1] + ((to[1] - from[1]) * a) / (a - b)]);
  });
  return ends.length === 2 ? ends : null;
}

function toggleLines() {
  viewer.showLines = !viewer.showLines;
  press("lines", viewer.showLines);
  paintLines();
}

viewer.showLines = true;

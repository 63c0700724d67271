// How a pane is looked at: zoom and pan, inverted greys, cine, and where other panes' slices cut it.
"use strict";

const ZOOMS = { least: 1, most: 16, step: 1.25 };
const SPEEDS = [2, 4, 8, 12, 16, 24]; // slices a second
const cine = { timer: 0, pane: null, speed: 8 };

// Zoom and pan ---------------------------------------------------------------------------------

function applyView(pane) {
  const { zoom, pan } = pane;
  pane.view.style.transform = zoom === 1 ? "" : `translate(${pan.x}px, ${pan.y}px) scale(${zoom})`;
  pane.root.querySelector("[data-zoom]").textContent = zoom === 1 ? "" : `${Math.round(zoom * 100)} %`;
  paintMarks(pane);
  remember();
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
  remember();
  say(pane.inverted ? viewer.words.inverted : viewer.words.asRecorded);
}

// Cine -----------------------------------------------------------------------------------------

function toggleCine(pane) {
  if (cine.timer) return stopCine();
  if (pane.slices.length < 2) return undefined;
  cine.pane = pane;
  cine.timer = setInterval(stepCine, 1000 / cine.speed);
  return press("cine", true);
}

// A slice that is still on its way is waited for, so that none is passed over.
function stepCine() {
  const { pane } = cine;
  if (pane.stage.dataset.state === "loading") return;
  goTo(pane, pane.at + 1 < pane.slices.length ? pane.at + 1 : 0);
}

function stopCine() {
  if (!cine.timer) return;
  clearInterval(cine.timer);
  cine.timer = 0;
  press("cine", false);
}

function setSpeed(speed) {
  cine.speed = speed;
  viewer.root.querySelector("[data-speed]").value = speed;
  say(fill(viewer.words.speed, speed));
  if (!cine.timer) return;
  clearInterval(cine.timer);
  cine.timer = setInterval(stepCine, 1000 / speed);
}

function changeSpeed(step) {
  setSpeed(SPEEDS[clamp(SPEEDS.indexOf(cine.speed) + step, SPEEDS.length - 1)]);
}

// Reference lines ------------------------------------------------------------------------------

function paintLines() {
  for (const pane of viewer.panes) {
    pane.lines.replaceChildren();
    const other = viewer.panes[viewer.active];
    if (!viewer.showLines || !other || other === pane) continue;
    const ends = lineOn(current(pane), current(other), inOneSpace(pane, other));
    if (!ends) continue;
    const [[x1, y1], [x2, y2]] = ends;
    element("line", { class: "reference-line", x1, y1, x2, y2 }, pane.lines);
  }
}

// Where the picture of `other` cuts the picture of `slice`: two points in its pixels, or null. The line
// is as long as `other` is wide there, so that it tells what that slice covers.
function lineOn(slice, other, sameSpace) {
  if (!sameSpace || !slice || !other || !isPlaced(slice) || !isPlaced(other)) return null;
  if (Math.abs(dot(normalOf(other), normalOf(slice))) > 0.9) return null;
  const cut = crossing(edgesOf(slice), (point) => dot(normalOf(other), minus(point, other.position)));
  const own = crossing(edgesOf(other), (point) => dot(normalOf(slice), minus(point, slice.position)));
  if (!cut || !own) return null;
  const [from, to] = cut;
  const along = minus(to, from);
  const share = (point) => dot(minus(point, from), along) / dot(along, along);
  const shares = own.map(share).sort((a, b) => a - b);
  const [first, last] = [Math.max(0, shares[0]), Math.min(1, shares[1])];
  if (first >= last) return null;
  return [first, last].map((part) => toPixel(slice, plus(from, along.map((value) => value * part))));
}

function edgesOf(slice) {
  const [right, bottom] = [slice.columns - 0.5, slice.rows - 0.5];
  return [[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]].map((corner) => toPatient(slice, ...corner));
}

// The two points where the edges of a rectangle pass through a plane; `away` is the distance from it.
function crossing(corners, away) {
  const found = [];
  corners.forEach((from, at) => {
    const to = corners[(at + 1) % 4];
    const [a, b] = [away(from), away(to)];
    if (a < 0 !== b < 0) found.push(plus(from, minus(to, from).map((value) => (value * a) / (a - b))));
  });
  return found.length === 2 ? found : null;
}

// (column, row) of a point in mm that lies in a slice's plane; the inverse of toPatient.
function toPixel(slice, point) {
  const away = minus(point, slice.position);
  const [down, across] = slice.spacing;
  return [dot(away, slice.orientation.slice(0, 3)) / across, dot(away, slice.orientation.slice(3)) / down];
}

function toggleLines() {
  viewer.showLines = !viewer.showLines;
  press("lines", viewer.showLines);
  paintLines();
}

viewer.showLines = true;

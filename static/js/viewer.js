// The viewer: panes, slices, windows, and panes that move together. Frames and their painting:
// viewer-frames.js; zoom, cine, reference lines: viewer-view.js; marks: viewer-marks.js and
// viewer-place.js; keys, wheel and pointer: viewer-keys.js.
"use strict";

const viewer = {
  root: document.getElementById("viewer"),
  data: JSON.parse(document.getElementById("viewer-data").textContent),
  words: document.querySelector("[data-words]").dataset,
  active: 0,
  synced: true,
  showMarks: true,
  panes: [],
};
const SVG = "http://www.w3.org/2000/svg";

function fill(template, ...values) {
  return values.reduce((text, value, at) => text.replace(`%${at + 1}`, value), template);
}

function say(text) {
  viewer.root.querySelector("[data-status]").textContent = text;
}

function show(text) {
  const message = viewer.root.querySelector("[data-message]");
  message.textContent = text;
  message.hidden = !text;
}

function makePane(data, at) {
  const root = viewer.root.querySelector(`[data-pane="${at}"]`);
  return {
    ...data,
    number: at,
    root,
    stage: root.querySelector("[data-stage]"),
    image: root.querySelector("[data-image]"),
    canvas: root.querySelector("[data-canvas]"),
    view: root.querySelector("[data-view]"),
    lines: root.querySelector("[data-lines-layer]"),
    overlay: root.querySelector("[data-overlay]"),
    layer: root.querySelector("[data-marks-layer]"),
    wanted: "",
    loading: false,
    offset: 0,
    zoom: 1,
    pan: { x: 0, y: 0 },
    inverted: false,
    empty: false,
  };
}

function current(pane) {
  return pane.slices[pane.at];
}

function address(pane, slice, format) {
  const window = pane.width === null ? "" : `&center=${pane.center}&width=${pane.width}`;
  return `${viewer.data.images}${slice.id}/image.${format}?frame=${slice.frame}${window}`;
}

function paint(pane) {
  const slice = current(pane);
  if (!slice) return;
  pane.root.querySelector("[data-not-held]").hidden = slice.held;
  paintFrame(pane, slice);
  frame(pane, slice);
  paintMarks(pane);
  paintLines();
}

function frame(pane, slice) {
  pane.image.width = slice.width;
  pane.image.height = slice.height;
  pane.overlay.setAttribute("viewBox", `0 0 ${slice.width} ${slice.height}`);
  const scale = `scale(${slice.width / slice.columns} ${slice.height / slice.rows})`;
  pane.layer.setAttribute("transform", `${scale} translate(0.5 0.5)`);
  for (const place of ["left", "right", "top", "bottom"]) {
    const letter = slice.letters ? slice.letters[place] : "";
    pane.root.querySelector(`[data-letter="${place}"]`).textContent = letter;
  }
  pane.root.querySelector("[data-no-letters]").hidden = Boolean(slice.letters);
  pane.root.querySelector("[data-counter]").textContent = `${pane.at + 1}/${pane.slices.length}`;
  pane.root.querySelector("[data-stack]").textContent = stackWords(pane, slice);
  pane.root.querySelector("[data-level]").textContent = slice.level || "";
  pane.root.querySelector("[data-no-match]").hidden = !pane.empty;
  const name = pane.root.querySelector("h2").textContent;
  const place = fill(viewer.words.slice, pane.at + 1, pane.slices.length);
  pane.image.alt = `${name}, ${place}`;
  setFields(pane);
}

// Which stack of several, and what is missing or doubled before this slice.
function stackWords(pane, slice) {
  const stacks = pane.slices[pane.slices.length - 1].stack + 1;
  const words = [];
  if (stacks > 1) {
    const number = fill(viewer.words.stack, slice.stack + 1, stacks);
    words.push(slice.stackWords ? `${number}: ${slice.stackWords}` : number);
  }
  if (!slice.position) words.push(viewer.words.unplaced);
  if (slice.gap !== null) words.push(fill(viewer.words.gap, slice.gap));
  if (slice.repeated) words.push(viewer.words.repeated);
  return words.join(" · ");
}

function setFields(pane) {
  for (const field of pane.root.querySelectorAll("[data-slice-field]")) field.value = pane.at + 1;
  if (pane.number === 0) {
    for (const field of viewer.root.querySelectorAll("aside [data-slice-field], .beside-form [name=slice]"))
      field.value = pane.at + 1;
  }
  const center = pane.root.querySelector("[data-center]");
  if (center && document.activeElement !== center) center.value = round(pane.center);
  const width = pane.root.querySelector("[data-width]");
  if (width && document.activeElement !== width) width.value = round(pane.width);
  for (const step of pane.root.querySelectorAll("[data-step]")) {
    const next = pane.at + Number(step.dataset.step);
    const none = next < 0 || next >= pane.slices.length;
    step.toggleAttribute("aria-disabled", none);
    if (none) step.setAttribute("aria-disabled", "true");
    else if (!step.hasAttribute("href")) step.href = "#";
  }
}

function round(value) {
  return value === null ? "" : String(Math.round(value * 100) / 100);
}

// Slices ---------------------------------------------------------------------------------------

function clamp(value, most) {
  return Math.max(0, Math.min(most, value));
}

function goTo(pane, at) {
  const next = clamp(at, pane.slices.length - 1);
  if (next === pane.at) return;
  showSlice(pane, next);
  follow(pane);
  say(fill(viewer.words.slice, pane.at + 1, pane.slices.length));
  remember();
  prefetch(pane);
}

function showSlice(pane, at, empty = false) {
  pane.at = at;
  pane.empty = empty;
  paint(pane);
  viewer.root.dispatchEvent(new CustomEvent("viewer:slice", { detail: pane }));
}

// Panes that move together ---------------------------------------------------------------------

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function normalOf(slice) {
  if (!slice.orientation || !slice.position) return null;
  const across = cross(slice.orientation.slice(0, 3), slice.orientation.slice(3));
  const size = Math.hypot(...across);
  return size > 0.5 ? across.map((value) => value / size) : null;
}

// (x, y, z) in mm of a point of a picture; (0, 0) is the centre of the first pixel.
function toPatient(slice, column, row) {
  const [down, across] = slice.spacing;
  return [0, 1, 2].map(
    (axis) =>
      slice.position[axis] + slice.orientation[axis] * across * column + slice.orientation[axis + 3] * down * row,
  );
}

function middleOf(slice) {
  return toPatient(slice, (slice.columns - 1) / 2, (slice.rows - 1) / 2);
}

function isPlaced(slice) {
  return Boolean(normalOf(slice) && slice.spacing);
}

const SAME_WAY = 0.7; // cosine between the normals of slices that can be compared side by side

// How a pane finds its slice beside another's: by place in one space, else by order; or not at all.
function wayBetween(pane, other) {
  const [one, two] = [current(pane), current(other)];
  const placed = pane.slices.every(isPlaced) && other.slices.every(isPlaced);
  if (placed && Math.abs(dot(normalOf(one), normalOf(two))) < SAME_WAY) return "none";
  return placed && pane.space && pane.space === other.space ? "place" : "order";
}

// The number of the slice to show beside another, with false where none lies near enough.
function beside(pane, other) {
  const slice = current(pane);
  if (wayBetween(pane, other) === "order") {
    const steps = Math.max(1, pane.slices.length - 1);
    return { at: Math.round((pane.at * (other.slices.length - 1)) / steps), near: true };
  }
  const middle = middleOf(slice);
  const away = other.slices.map((one) => Math.hypot(...minus(middleOf(one), middle)));
  const at = away.indexOf(Math.min(...away));
  const off = Math.abs(dot(minus(middleOf(other.slices[at]), middle), normalOf(other.slices[at])));
  return { at, near: off <= reach(other) };
}

// Half of the usual step between slices, and a little: farther away nothing is "the same place".
function reach(pane) {
  if (pane.reach === undefined) {
    const steps = pane.slices.slice(1).map((one, at) => Math.hypot(...minus(middleOf(one), middleOf(pane.slices[at]))));
    steps.sort((a, b) => a - b);
    pane.reach = steps.length ? steps[Math.floor(steps.length / 2)] * 0.75 : 3;
  }
  return pane.reach;
}

function follow(pane) {
  if (!viewer.synced) return;
  for (const other of viewer.panes) {
    if (other === pane || wayBetween(pane, other) === "none") continue;
    const match = beside(pane, other);
    const shifted = match.at + other.offset - pane.offset;
    const at = clamp(shifted, other.slices.length - 1);
    const near = match.near && at === shifted;
    if (at !== other.at || other.empty === near) showSlice(other, at, !near);
  }
}

// Panes may stand apart by some slices, as two examinations seldom begin at one place.
function setOffset(pane, offset) {
  pane.offset = Number.isFinite(offset) ? Math.round(offset) : 0;
  const field = pane.root.querySelector("[data-offset]");
  if (field && document.activeElement !== field) field.value = pane.offset;
}

function keepOffsets() {
  const [first, ...others] = viewer.panes;
  setOffset(first, 0);
  for (const other of others) {
    if (wayBetween(first, other) !== "none") setOffset(other, other.at - beside(first, other).at);
  }
}

function toggleSync() {
  if (viewer.panes.length < 2) return;
  const [first, ...others] = viewer.panes;
  if (others.every((other) => wayBetween(first, other) === "none")) return show(viewer.words.planes);
  viewer.synced = !viewer.synced;
  if (viewer.synced) keepOffsets();
  press("sync", viewer.synced);
  say(viewer.synced ? viewer.words.synced : viewer.words.apart);
}

function press(tool, on) {
  const button = viewer.root.querySelector(`[data-tool="${tool}"]`);
  if (button) button.setAttribute("aria-pressed", String(on));
}

// Windows --------------------------------------------------------------------------------------

function setWindow(pane, center, width) {
  if (pane.width === null || !Number.isFinite(center) || !Number.isFinite(width)) return;
  pane.center = Math.round(center * 100) / 100;
  pane.width = Math.max(1, Math.round(width * 100) / 100);
  paint(pane);
  const usual = pane.usual;
  viewer.data.windows.forEach(([, up, wider], at) => {
    const link = pane.root.querySelector(`[data-window="${at}"]`);
    const chosen = near(pane.center, usual[0] * up) && near(pane.width, usual[1] * wider);
    if (chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  remember();
}

function near(a, b) {
  return Math.abs(a - b) < 0.02;
}

function reset(pane) {
  pane.inverted = false;
  fit(pane);
  if (pane.width !== null) setWindow(pane, pane.usual[0], pane.usual[1]);
  else paint(pane);
}

function toggleMarks() {
  viewer.showMarks = !viewer.showMarks;
  viewer.root.classList.toggle("no-marks", !viewer.showMarks);
  press("annotations", viewer.showMarks);
}

// The address names what is shown, so a reload, a bookmark and Back work -----------------------

let remembering = 0;

function remember() {
  clearTimeout(remembering);
  remembering = setTimeout(() => {
    const query = new URLSearchParams();
    for (const pane of viewer.panes) {
      query.set(`${pane.prefix}slice`, pane.at + 1);
      if (pane.center !== pane.usual[0] || pane.width !== pane.usual[1]) {
        query.set(`${pane.prefix}center`, pane.center);
        query.set(`${pane.prefix}width`, pane.width);
      }
      if (pane.prefix) query.append("beside", pane.series);
    }
    history.replaceState(null, "", `?${query}`);
  }, 150);
}

viewer.panes = viewer.data.panes.filter((pane) => pane.slices.length).map(makePane);
viewer.synced = viewer.panes.length > 1;
for (const hidden of viewer.root.querySelectorAll("[data-scripted]")) hidden.hidden = false;

// Panes that move together: by place in the patient, by distance, or by order.
"use strict";

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const plus = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

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

// How a pane finds its slice beside another's: by place, else by order; or not at all.
function wayBetween(pane, other) {
  const [one, two] = [current(pane), current(other)];
  if (![pane, other].every((each) => each.slices.every(isPlaced))) return "order";
  return Math.abs(dot(normalOf(one), normalOf(two))) < SAME_WAY ? "none" : "place";
}

function inOneSpace(pane, other) {
  return Boolean(pane.space) && pane.space === other.space;
}

// Another examination lies in a space of its own: what is shown side by side now counts as one place,
// and from there both move by the same millimetres. `shift` leads from the first pane's space to its own.
function anchor() {
  viewer.panes.forEach((pane, at) => {
    const before = viewer.panes.slice(0, at);
    const same = before.find((other) => inOneSpace(pane, other));
    const like = before.find((other) => wayBetween(pane, other) === "place");
    if (same || !like) pane.shift = same ? same.shift : [0, 0, 0];
    else pane.shift = plus(like.shift, minus(middleOf(current(pane)), middleOf(current(like))));
  });
}

// Where a pane would be without its offset: a number of a slice, which may lie beyond the ends.
const bare = (pane) => pane.at - pane.offset;

// The middle of that slice in the first pane's space; beyond the ends, the last step goes on.
function placeOf(pane, at) {
  const inside = clamp(at, pane.slices.length - 1);
  const place = minus(middleOf(pane.slices[inside]), pane.shift);
  const neighbour = pane.slices[inside + (at < inside ? 1 : -1)];
  if (at === inside || !neighbour) return place;
  const step = minus(middleOf(pane.slices[inside]), middleOf(neighbour));
  return plus(place, step.map((value) => value * Math.abs(at - inside)));
}

// The number of the slice to show beside another, with false where none lies near enough.
function beside(pane, other) {
  if (wayBetween(pane, other) === "order") {
    const steps = Math.max(1, pane.slices.length - 1);
    return { at: Math.round((bare(pane) * (other.slices.length - 1)) / steps), near: true };
  }
  const wanted = plus(placeOf(pane, bare(pane)), other.shift);
  const away = other.slices.map((one) => Math.hypot(...minus(middleOf(one), wanted)));
  const at = away.indexOf(Math.min(...away));
  const off = Math.abs(dot(minus(middleOf(other.slices[at]), wanted), normalOf(other.slices[at])));
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
    if (other !== pane && wayBetween(pane, other) !== "none") goBeside(pane, other);
  }
}

function goBeside(pane, other) {
  const match = beside(pane, other);
  const shifted = match.at + other.offset;
  const at = clamp(shifted, other.slices.length - 1);
  const near = match.near && at === shifted;
  if (at !== other.at || other.empty === near) showSlice(other, at, !near);
}

// Panes may stand apart by some slices, as two examinations seldom begin at one place.
function setOffset(pane, offset) {
  pane.offset = Number.isFinite(offset) ? Math.round(offset) : 0;
  const field = pane.root.querySelector("[data-offset]");
  if (field && document.activeElement !== field) field.value = pane.offset;
}

function keepOffsets() {
  const [first, ...others] = viewer.panes;
  for (const pane of viewer.panes) setOffset(pane, 0);
  anchor();
  for (const other of others) {
    const partner = wayBetween(first, other) === "none" ? partnerOf(other) : first;
    if (partner) setOffset(other, other.at - beside(partner, other).at);
  }
}

// An earlier pane that looks the same way, for one that the first pane lies across.
function partnerOf(pane) {
  return viewer.panes.slice(1, pane.number).find((other) => wayBetween(other, pane) !== "none");
}

function toggleSync() {
  if (viewer.panes.length < 2) return;
  const alone = (pane) => viewer.panes.every((other) => other === pane || wayBetween(pane, other) === "none");
  if (viewer.panes.every(alone)) return show(viewer.words.planes);
  viewer.synced = !viewer.synced;
  if (viewer.synced) keepOffsets();
  press("sync", viewer.synced);
  remember();
  say(viewer.synced ? viewer.words.synced : viewer.words.apart);
}

function press(tool, on) {
  const button = viewer.root.querySelector(`[data-tool="${tool}"]`);
  if (button) button.setAttribute("aria-pressed", String(on));
}

// Match the slices of two panes by position in the patient or, if that is unknown, by order. A pane has
// `slices`, the index `at` of the current slice, `offset` in slices, and `shift`, the translation in mm
// from the first pane's coordinates to its own.
import { clamp } from "../../shared/pure/numbers.js";
import { distance, dot, hasGeometry, middleOf, minus, normalOf, plus, times } from "./geometry.js";

const MIN_COSINE = 0.7; // smallest cosine between the normals of slices that can be compared
const reaches = new WeakMap(); // slices -> largest distance in mm at which they match

// Return "position", "order", or "none" if the panes show different planes.
export function matchMethod(pane, other) {
  if (![pane, other].every((each) => each.slices.every(hasGeometry))) return "order";
  const [one, two] = [pane, other].map((each) => normalOf(each.slices[each.at]));
  return Math.abs(dot(one, two)) < MIN_COSINE ? "none" : "position";
}

export function canMoveTogether(panes) {
  return panes.some((pane, at) =>
    panes.slice(at + 1).some((other) => matchMethod(pane, other) !== "none"),
  );
}

export function inOneSpace(pane, other) {
  return Boolean(pane.space) && pane.space === other.space;
}

// Another examination has its own coordinates: treat the slices shown now as the same position, so that
// both panes move by the same distance from there.
export function setShifts(panes) {
  panes.forEach((pane, at) => {
    const before = panes.slice(0, at);
    const same = before.find((other) => inOneSpace(pane, other));
    const like = before.find((other) => matchMethod(pane, other) === "position");
    if (same || !like) pane.shift = same ? same.shift : [0, 0, 0];
    else pane.shift = plus(like.shift, minus(middleShown(pane), middleShown(like)));
  });
}

const middleShown = (pane) => middleOf(pane.slices[pane.at]);

// Return {at, near}: `at` is the index in `other` of the slice that matches the current slice of `pane`, and
// can be outside the series; `near` is false if no slice is close enough.
export function matchSlice(pane, other) {
  const bare = pane.at - pane.offset; // can be outside the series
  if (matchMethod(pane, other) === "order") {
    const steps = Math.max(1, pane.slices.length - 1);
    return { at: Math.round((bare * (other.slices.length - 1)) / steps), near: true };
  }
  const wanted = plus(positionOf(pane, bare), other.shift);
  const away = other.slices.map((slice) => distance(middleOf(slice), wanted));
  const at = away.indexOf(Math.min(...away));
  const found = other.slices[at];
  const off = Math.abs(dot(minus(middleOf(found), wanted), normalOf(found)));
  return { at, near: off <= reachOf(other.slices) };
}

// Return the first of the preceding panes whose slices can be compared with those of `pane`.
export function partnerOf(pane, panes) {
  const before = panes.slice(0, panes.indexOf(pane));
  return before.find((other) => matchMethod(other, pane) !== "none");
}

// Return the centre of a slice in the first pane's coordinates; extrapolated outside the series.
function positionOf(pane, at) {
  const inside = clamp(at, 0, pane.slices.length - 1);
  const middle = middleOf(pane.slices[inside]);
  const position = minus(middle, pane.shift);
  const neighbour = pane.slices[inside + (at < inside ? 1 : -1)];
  if (at === inside || !neighbour) return position;
  const step = minus(middle, middleOf(neighbour));
  return plus(position, times(step, Math.abs(at - inside)));
}

// Return the largest distance in mm at which slices match: 0.75 of the median spacing, or 3 for a single slice.
function reachOf(slices) {
  if (!reaches.has(slices)) {
    const middles = slices.map(middleOf);
    const steps = middles.slice(1).map((middle, at) => distance(middle, middles[at]));
    steps.sort((a, b) => a - b);
    reaches.set(slices, steps.length ? steps[Math.floor(steps.length / 2)] * 0.75 : 3);
  }
  return reaches.get(slices);
}

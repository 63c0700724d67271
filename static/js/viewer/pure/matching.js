// Which slice of a pane belongs beside that of another: by place in the patient, else by order. A pane
// has `slices`, the number `at` of the one that is shown, `offset` in slices, and `shift`: the millimetres
// from the first pane's space to its own.
import { clamp } from "../../shared/pure/numbers.js";
import { distance, dot, isPlaced, middleOf, minus, normalOf, plus, times } from "./geometry.js";

const SAME_WAY = 0.7; // cosine between the normals of slices that can be compared side by side
const reaches = new WeakMap(); // slices -> mm

// "place", "order", or "none" where the two lie in different planes.
export function wayBetween(pane, other) {
  if (![pane, other].every((each) => each.slices.every(isPlaced))) return "order";
  const [one, two] = [pane, other].map((each) => normalOf(each.slices[each.at]));
  return Math.abs(dot(one, two)) < SAME_WAY ? "none" : "place";
}

export function canMoveTogether(panes) {
  return panes.some((pane, at) =>
    panes.slice(at + 1).some((other) => wayBetween(pane, other) !== "none"),
  );
}

export function inOneSpace(pane, other) {
  return Boolean(pane.space) && pane.space === other.space;
}

// Another examination lies in a space of its own: what is shown side by side now counts as one place,
// and from there both move by the same millimetres.
export function setShifts(panes) {
  panes.forEach((pane, at) => {
    const before = panes.slice(0, at);
    const same = before.find((other) => inOneSpace(pane, other));
    const like = before.find((other) => wayBetween(pane, other) === "place");
    if (same || !like) pane.shift = same ? same.shift : [0, 0, 0];
    else pane.shift = plus(like.shift, minus(middleShown(pane), middleShown(like)));
  });
}

const middleShown = (pane) => middleOf(pane.slices[pane.at]);

// The number of the slice to show beside another; `near` is false where none lies near enough.
export function matchBeside(pane, other) {
  const bare = pane.at - pane.offset; // may lie beyond the ends
  if (wayBetween(pane, other) === "order") {
    const steps = Math.max(1, pane.slices.length - 1);
    return { at: Math.round((bare * (other.slices.length - 1)) / steps), near: true };
  }
  const wanted = plus(placeOf(pane, bare), other.shift);
  const away = other.slices.map((slice) => distance(middleOf(slice), wanted));
  const at = away.indexOf(Math.min(...away));
  const found = other.slices[at];
  const off = Math.abs(dot(minus(middleOf(found), wanted), normalOf(found)));
  return { at, near: off <= reachOf(other.slices) };
}

// The pane that another one is matched with: the first, or an earlier one that looks the same way.
export function partnerOf(pane, panes) {
  const before = panes.slice(0, panes.indexOf(pane));
  return before.find((other) => wayBetween(other, pane) !== "none");
}

// The middle of a slice in the first pane's space; beyond the ends, the last step goes on.
function placeOf(pane, at) {
  const inside = clamp(at, 0, pane.slices.length - 1);
  const middle = middleOf(pane.slices[inside]);
  const place = minus(middle, pane.shift);
  const neighbour = pane.slices[inside + (at < inside ? 1 : -1)];
  if (at === inside || !neighbour) return place;
  const step = minus(middle, middleOf(neighbour));
  return plus(place, times(step, Math.abs(at - inside)));
}

// Half of the usual step between slices, and a little: farther away nothing is "the same place".
function reachOf(slices) {
  if (!reaches.has(slices)) {
    const middles = slices.map(middleOf);
    const steps = middles.slice(1).map((middle, at) => distance(middle, middles[at]));
    steps.sort((a, b) => a - b);
    reaches.set(slices, steps.length ? steps[Math.floor(steps.length / 2)] * 0.75 : 3);
  }
  return reaches.get(slices);
}

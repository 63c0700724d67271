// The slice that each pane shows, and the active pane, which keys act on.
import { clamp } from "../shared/pure/numbers.js";
import { fill } from "../shared/pure/text.js";
import { remember } from "./address.js";
import { paintLines } from "./drawing.js";
import { leaveMarks, select } from "./edits.js";
import { prefetch } from "./frames.js";
import { paint } from "./looks.js";
import { announce } from "./messages.js";
import { matchMethod, matchSlice } from "./pure/matching.js";
import { marks, marksOf, viewer } from "./state.js";

export function activate(pane) {
  const changed = viewer.active !== pane.number;
  viewer.active = pane.number;
  if (changed) paintLines();
  if (changed && marks.selected && !marksOf(pane).includes(marks.selected)) select(null);
  for (const other of viewer.panes) {
    other.root.classList.toggle("active", viewer.panes.length > 1 && other === pane);
  }
}

export function goTo(pane, at) {
  const next = clamp(at, 0, pane.slices.length - 1);
  if (next === pane.at) return;
  showSlice(pane, next);
  syncOthers(pane);
  if (!viewer.playing) announce(fill(viewer.messages.slice, pane.at + 1, pane.slices.length));
  remember();
  prefetch();
}

function showSlice(pane, at, empty = false) {
  pane.at = at;
  pane.empty = empty;
  leaveMarks(pane);
  paint(pane);
}

// Move the other panes to the matching slice.
export function syncOthers(pane) {
  if (!viewer.synced) return;
  for (const other of viewer.panes) {
    if (other !== pane && matchMethod(pane, other) !== "none") syncPane(pane, other);
  }
}

export function syncPane(pane, other) {
  const match = matchSlice(pane, other);
  const shifted = match.at + other.offset;
  const at = clamp(shifted, 0, other.slices.length - 1);
  const near = match.near && at === shifted;
  if (at !== other.at || other.empty === near) showSlice(other, at, !near);
}

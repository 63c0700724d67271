// Panes that move together, or apart. They may stand apart by some slices, as two examinations seldom
// begin at one place.
import { remember } from "./address.js";
import { setField } from "./captions.js";
import { announce, showMessage, showPressed } from "./messages.js";
import { canMoveTogether, matchBeside, partnerOf, setShifts, wayBetween } from "./pure/matching.js";
import { moveBeside } from "./slices.js";
import { viewer } from "./state.js";

export function setSynced(on) {
  viewer.synced = on;
  showPressed("sync", on);
}

export function toggleSync() {
  const { panes, words } = viewer;
  if (panes.length < 2) return;
  if (!canMoveTogether(panes)) {
    showMessage(words.planes);
    return;
  }
  if (!viewer.synced) keepOffsets();
  setSynced(!viewer.synced);
  remember();
  announce(viewer.synced ? words.synced : words.apart);
}

// What is shown side by side now stays side by side.
export function keepOffsets() {
  const { panes } = viewer;
  for (const pane of panes) setOffset(pane, 0);
  setShifts(panes);
  for (const pane of panes) {
    const partner = partnerOf(pane, panes);
    if (partner) setOffset(pane, pane.at - matchBeside(partner, pane).at);
  }
}

export function setOffset(pane, offset) {
  pane.offset = Number.isFinite(offset) ? Math.round(offset) : 0;
  setField(pane.root.querySelector("[data-offset]"), pane.offset);
}

// An offset that the user typed.
export function changeOffset(pane, offset) {
  setOffset(pane, offset);
  const partner = viewer.panes.find(
    (other) => other !== pane && wayBetween(other, pane) !== "none",
  );
  if (partner) moveBeside(partner, pane);
  remember();
}

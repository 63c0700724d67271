// Scroll panes together. Each can have an offset in slices, as two examinations seldom begin at the same
// position.
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

// Set each pane's offset so that the slices shown now stay together.
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

// Apply an offset typed by the user.
export function changeOffset(pane, offset) {
  setOffset(pane, offset);
  const partner = viewer.panes.find(
    (other) => other !== pane && wayBetween(other, pane) !== "none",
  );
  if (partner) moveBeside(partner, pane);
  remember();
}

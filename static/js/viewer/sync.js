// Scroll panes together. Each can have an offset in slices, as two examinations seldom begin at the same
// position.
import { remember } from "./address.js";
import { setField } from "./captions.js";
import { announce, showMessage, showPressed } from "./messages.js";
import { canMoveTogether, matchMethod, matchSlice, partnerOf, setShifts } from "./pure/matching.js";
import { syncPane } from "./slices.js";
import { viewer } from "./state.js";

export function setSynced(on) {
  viewer.synced = on;
  showPressed("sync", on);
}

export function toggleSync() {
  const { panes, messages } = viewer;
  if (panes.length < 2) return;
  if (!canMoveTogether(panes)) {
    showMessage(messages.planes);
    return;
  }
  if (!viewer.synced) keepOffsets();
  setSynced(!viewer.synced);
  remember();
  announce(viewer.synced ? messages.synced : messages.apart);
}

// Set each pane's offset so that the slices shown now stay together.
export function keepOffsets() {
  const { panes } = viewer;
  for (const pane of panes) setOffset(pane, 0);
  setShifts(panes);
  for (const pane of panes) {
    const partner = partnerOf(pane, panes);
    if (partner) setOffset(pane, pane.at - matchSlice(partner, pane).at);
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
    (other) => other !== pane && matchMethod(other, pane) !== "none",
  );
  if (partner) syncPane(partner, pane);
  remember();
}

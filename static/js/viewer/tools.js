// The tools of the viewer, by the names used for buttons and keys.
import { changeSpeed, toggleCine } from "./cine.js";
import { metadataUrl } from "./frames.js";
import { invert, reset, showWhole, toggleLines, toggleMarks, zoomTo } from "./looks.js";
import { ZOOM_STEP } from "./pure/zooming.js";
import { activePane, current, viewer } from "./state.js";
import { toggleSync } from "./sync.js";

const TOOLS = {
  reset,
  annotations: toggleMarks,
  sync: toggleSync,
  invert,
  cine: toggleCine,
  lines: toggleLines,
  beside: focusNext,
  slower: () => changeSpeed(-1),
  faster: () => changeSpeed(1),
  metadata: (pane) => location.assign(metadataUrl(current(pane))),
  level: nameLevel,
  fit: showWhole,
  closer: (pane) => zoomTo(pane, pane.zoom * ZOOM_STEP),
  farther: (pane) => zoomTo(pane, pane.zoom / ZOOM_STEP),
};

export function useTool(name) {
  TOOLS[name](activePane());
}

function focusNext() {
  const next = viewer.panes[(viewer.active + 1) % viewer.panes.length];
  next.stage.focus({ preventScroll: true });
}

function nameLevel() {
  const field = viewer.root.querySelector("[data-level-field]");
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
}

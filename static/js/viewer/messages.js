// What the viewer tells its user.
import { fill } from "../shared/pure/text.js";
import { isTwoEnded } from "./pure/shapes.js";
import { marks, viewer } from "./state.js";

// For screen readers alone; what happened is visible.
export function announce(text) {
  viewer.root.querySelector("[data-status]").textContent = text;
}

// A line above the pictures. `unsaved` is "again" where a button beside it tries again what was not saved,
// and "signed-out" where it needs a sign-in first.
export function showMessage(text, unsaved = "") {
  viewer.root.querySelector("[data-message]").hidden = !text;
  viewer.root.querySelector("[data-message-words]").textContent = text;
  viewer.root.querySelector("[data-save-again]").hidden = !unsaved;
  viewer.root.querySelector("[data-message] [data-sign-in]").hidden = unsaved !== "signed-out";
}

export function isSaveOffered() {
  return !viewer.root.querySelector("[data-save-again]").hidden;
}

export function showPressed(tool, on) {
  const button = viewer.root.querySelector(`[data-tool="${tool}"]`);
  if (button) button.setAttribute("aria-pressed", String(on));
}

export function tellPlacing() {
  const { preset, kind, first } = marks.placing;
  const { words } = viewer;
  const next = isTwoEnded(kind) ? words.first : words.placing;
  showMessage(fill(first ? words.second : next, preset.words));
}

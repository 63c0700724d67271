// Messages to the user.
import { fill } from "../shared/pure/text.js";
import { isTwoEnded } from "./pure/shapes.js";
import { marks, viewer } from "./state.js";

// For screen readers only, as sighted users see the change.
export function announce(text) {
  viewer.root.querySelector("[data-status]").textContent = text;
}

// Show a message above the pictures. `unsaved` is "again" to show a button that retries saving, and
// "signed-out" to show a link to sign in as well.
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

export function showPlacingMessage() {
  const { preset, kind, first } = marks.placing;
  const { messages } = viewer;
  const next = isTwoEnded(kind) ? messages.first : messages.placing;
  showMessage(fill(first ? messages.second : next, preset.words));
}

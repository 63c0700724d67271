// Messages to the user.
import { fill } from "../shared/pure/text.js";
import { isTwoEnded } from "./pure/shapes.js";
import { marks, viewer } from "./state.js";

// Announce a change to screen readers only; sighted users see it.
export function announce(text) {
  viewer.root.querySelector("[data-status]").textContent = text;
}

// Show a message above the pictures. `unsaved` is "again" to show a button that retries saving, or
// "signed-out" to show that button and a link to sign in.
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

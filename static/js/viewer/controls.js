// Event handlers of the buttons, fields and forms around the pictures.
import { rememberNow, viewQuery } from "./address.js";
import { setSpeed } from "./cine.js";
import { select } from "./edits.js";
import { retry, setWindow } from "./looks.js";
import { onLineOpened } from "./mark-list.js";
import { showMessage } from "./messages.js";
import { startKind, startPlacing, typedPreset } from "./placing.js";
import { queryWithOthers } from "./pure/query.js";
import { saveWaiting } from "./saving.js";
import { activate, goTo } from "./slices.js";
import { viewer } from "./state.js";
import { changeOffset } from "./sync.js";
import { useTool } from "./tools.js";

const { root, data } = viewer;

// Listen to an event on each matching element; call `act` with the element and the event.
function on(scope, selector, type, act) {
  for (const element of scope.querySelectorAll(selector)) {
    element.addEventListener(type, (event) => act(element, event));
  }
}

export function listenToControls() {
  for (const pane of viewer.panes) listenToPane(pane);
  on(root, "[data-tool]", "click", (button) => useTool(button.dataset.tool));
  on(root, "[data-save-again]", "click", saveWaiting);
  on(root, "[data-speed]", "change", (field) => setSpeed(Number(field.value)));
  listenToMarks();
  listenToSeries();
  on(root, "aside form", "submit", rememberNow);
}

function listenToPane(pane) {
  on(pane.root, "[data-step]", "click", (step, event) => {
    event.preventDefault();
    goTo(pane, pane.at + Number(step.dataset.step));
  });
  on(pane.root, "[data-window]", "click", (link, event) => {
    event.preventDefault();
    const [, up, wider] = data.windows[link.dataset.window];
    setWindow(pane, pane.usual[0] * up, pane.usual[1] * wider);
  });
  on(pane.root, "[data-window-form]", "submit", (form, event) => {
    event.preventDefault();
    const number = (name) => Number(form.querySelector(`[data-${name}]`).value.replace(",", "."));
    const [center, width] = [number("center"), number("width")];
    const isRight = Number.isFinite(center) && width >= 1;
    showMessage(isRight ? "" : viewer.messages.wrongWindow);
    if (isRight) setWindow(pane, center, width);
  });
  on(pane.root, "[data-retry]", "click", () => {
    pane.stage.focus({ preventScroll: true }); // the button is about to be hidden
    retry();
  });
  on(pane.root, "[data-offset]", "change", (field) => changeOffset(pane, Number(field.value)));
}

function listenToMarks() {
  on(root, "[data-preset]", "click", (button) => {
    startPlacing(data.presets[button.dataset.preset]);
  });
  on(root, "[data-kind]", "click", (button) => startKind(button.dataset.kind));
  on(root, "[data-place-this]", "click", () => {
    const form = root.querySelector("[data-mark-form]");
    if (form.elements.structure.reportValidity()) startPlacing(typedPreset(form));
  });
  onLineOpened(({ pane, at, mark }) => {
    activate(pane);
    goTo(pane, at);
    if (data.editable) select(mark);
  });
}

// Moving through the options with the keyboard fires a change event for each of them. Load the series at once
// only if it was chosen with the pointer; otherwise, when the button is pressed.
function listenToSeries() {
  let pointed = false;
  on(root, "[data-beside]", "pointerdown", () => {
    pointed = true;
  });
  on(root, "[data-beside]", "keydown", () => {
    pointed = false;
  });
  on(root, "[data-beside]", "change", () => pointed && showOthers());
  on(root, ".beside-form", "submit", (_form, event) => {
    event.preventDefault();
    showOthers();
  });
}

function showOthers() {
  const fields = [...root.querySelectorAll("[data-beside]")];
  const chosen = fields.map((field) => field.value).filter(Boolean);
  location.assign(`?${queryWithOthers(viewQuery(), viewer.panes, chosen, data.prefixes)}`);
}

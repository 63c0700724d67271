// What hands do: keys, wheel, pointer, buttons of the viewer.
"use strict";

const DRAG_FROM = 3; // pixels before a press counts as a drag
let drag = null;
let wheel = 0;

function pane() {
  return viewer.panes[viewer.active];
}

function activate(chosen) {
  viewer.active = chosen.number;
  for (const other of viewer.panes) {
    other.root.classList.toggle("active", viewer.panes.length > 1 && other === chosen);
  }
}

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEPS = { ArrowUp: -1, ArrowLeft: -1, PageUp: -5, ArrowDown: 1, ArrowRight: 1, PageDown: 5 };

function isTyping(target) {
  return target.closest("input, select, textarea, dialog, summary") !== null;
}

function shortcutsOn() {
  return viewer.root.querySelector("[data-shortcuts]").checked;
}

function onArrow(event) {
  if ((marks.placing || marks.selected) && ARROWS[event.key]) {
    const far = event.shiftKey ? 10 : 1;
    nudge(ARROWS[event.key][0] * far, ARROWS[event.key][1] * far);
    return true;
  }
  if (event.key in STEPS) return goTo(pane(), pane().at + STEPS[event.key]), true;
  if (event.key === "Home") return goTo(pane(), 0), true;
  if (event.key === "End") return goTo(pane(), pane().slices.length - 1), true;
  return false;
}

function onEdit(event) {
  if (event.key === "Escape" && (marks.placing || marks.selected)) {
    if (marks.placing) stopPlacing();
    else select(null);
    return true;
  }
  if (event.key === "Enter" && marks.placing && event.target.closest("[data-stage]")) {
    place(marks.placing.pane, marks.placing.x, marks.placing.y);
    return true;
  }
  if ((event.key === "Delete" || event.key === "Backspace") && marks.selected) return deleteSelected(), true;
  return false;
}

function onLetter(event) {
  if (!shortcutsOn()) return false;
  const preset = /^[1-9]$/.test(event.key) && viewer.data.presets[event.key - 1];
  if (preset && viewer.data.editable) return startPlacing(preset), true;
  if ((event.key === "[" || event.key === "]") && marks.selected) return turn(event.key === "]" ? 15 : -15), true;
  const tool = { r: "reset", a: "annotations", s: "sync", "?": "help" }[event.key];
  if (tool) return useTool(tool), true;
  return false;
}

function useTool(tool) {
  if (tool === "reset") reset(pane());
  if (tool === "annotations") toggleMarks();
  if (tool === "sync") toggleSync();
  if (tool === "help") viewer.root.querySelector("[data-help]").showModal();
}

document.addEventListener("keydown", (event) => {
  if (!viewer.panes.length || isTyping(event.target)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    undo();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (onArrow(event) || onEdit(event) || onLetter(event)) event.preventDefault();
});

// Pointer and wheel ----------------------------------------------------------------------------

function pointOn(shown, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  return point.matrixTransform(shown.layer.getScreenCTM().inverse());
}

function onPress(shown, event) {
  activate(shown);
  if (event.button !== 0 || marks.placing) return;
  drag = { shown, x: event.clientX, y: event.clientY, center: shown.center, width: shown.width, moved: false };
}

function onMove(event) {
  if (!drag || drag.width === null) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.moved && Math.hypot(dx, dy) < DRAG_FROM) return;
  drag.moved = true;
  const unit = (drag.shown.usual[1] || drag.width) / 300;
  setWindow(drag.shown, drag.center - dy * unit, drag.width + dx * unit, "jpg");
}

function onRelease() {
  if (drag && drag.moved) paint(drag.shown);
  drag = null;
}

function onWheel(shown, event) {
  event.preventDefault();
  activate(shown);
  wheel += event.deltaMode === 0 ? event.deltaY : event.deltaY * 40;
  const steps = Math.trunc(wheel / 40);
  if (!steps) return;
  wheel -= steps * 40;
  goTo(shown, shown.at + Math.sign(steps));
}

for (const shown of viewer.panes) {
  shown.stage.addEventListener("pointerdown", (event) => onPress(shown, event));
  shown.stage.addEventListener("wheel", (event) => onWheel(shown, event), { passive: false });
  shown.stage.addEventListener("focus", () => activate(shown));
  shown.stage.addEventListener("click", (event) => {
    if (marks.placing) {
      const point = pointOn(shown, event);
      place(shown, point.x, point.y);
    } else if (marks.selected && !event.target.closest(".mark-hit")) select(null);
  });
  for (const step of shown.root.querySelectorAll("[data-step]")) {
    step.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(shown, shown.at + Number(step.dataset.step));
    });
  }
  for (const link of shown.root.querySelectorAll("[data-window]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const [, up, wider] = viewer.data.windows[link.dataset.window];
      setWindow(shown, shown.usual[0] * up, shown.usual[1] * wider);
    });
  }
  shown.root.querySelector("[data-window-form]")?.addEventListener("submit", (event) => {
    const [center, width] = ["center", "width"].map((name) =>
      Number(shown.root.querySelector(`[data-${name}]`).value.replace(",", ".")),
    );
    if (!Number.isFinite(center) || !(width >= 1)) return; // the server says what is wrong
    event.preventDefault();
    setWindow(shown, center, width);
  });
}
window.addEventListener("pointermove", onMove);
window.addEventListener("pointerup", onRelease);
window.addEventListener("pagehide", saveNow);

// Buttons --------------------------------------------------------------------------------------

for (const button of viewer.root.querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => useTool(button.dataset.tool));
}
for (const button of viewer.root.querySelectorAll("[data-preset]")) {
  button.addEventListener("click", () => startPlacing(viewer.data.presets[button.dataset.preset]));
}
viewer.root.querySelector("[data-place-this]")?.addEventListener("click", () => {
  const form = viewer.root.querySelector("[data-mark-form]");
  if (form.elements.structure.reportValidity()) startPlacing(typedPreset(form));
});
viewer.root.querySelector("[data-beside]").addEventListener("change", (event) => event.target.form.requestSubmit());

if (viewer.panes.length) {
  activate(viewer.panes[0]);
  viewer.panes.forEach((shown) => paint(shown));
  viewer.panes[0].stage.focus({ preventScroll: true });
  addEventListener("load", () => viewer.panes.forEach(preload));
}

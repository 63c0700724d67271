// What hands do: keys, wheel, pointer, buttons of the viewer.
"use strict";

const DRAG_FROM = 3; // pixels before a press counts as a drag
let drag = null;
let wheel = 0;

function pane() {
  return viewer.panes[viewer.active];
}

function activate(chosen) {
  const changed = viewer.active !== chosen.number;
  viewer.active = chosen.number;
  if (changed) paintLines();
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
    const far = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
    nudge(ARROWS[event.key][0] * far, ARROWS[event.key][1] * far);
    return true;
  }
  if (event.shiftKey && ARROWS[event.key]) {
    const { pan } = pane();
    panTo(pane(), pan.x - ARROWS[event.key][0] * 40, pan.y - ARROWS[event.key][1] * 40);
    return true;
  }
  if (event.key in STEPS) return stopCine(), goTo(pane(), pane().at + STEPS[event.key]), true;
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
  if (event.key === "x" && marks.selected) return switchEnd(), true;
  const tool = TOOLS[event.key];
  if (tool) return useTool(tool), true;
  const kind = viewer.data.editable && viewer.root.querySelector(`[data-kind-key="${CSS.escape(event.key)}"]`);
  if (kind) return startKind(kind.dataset.kind), true;
  return false;
}

const TOOLS = {
  r: "reset",
  a: "annotations",
  s: "sync",
  "?": "help",
  i: "invert",
  c: "cine",
  k: "lines",
  m: "metadata",
  n: "level",
  f: "fit",
  "+": "closer",
  "=": "closer",
  "-": "farther",
};
const USE = {
  reset: () => reset(pane()),
  annotations: () => toggleMarks(),
  sync: () => toggleSync(),
  help: () => viewer.root.querySelector("[data-help]").showModal(),
  invert: () => invert(pane()),
  cine: () => toggleCine(pane()),
  lines: () => toggleLines(),
  metadata: () => location.assign(metadataAddress(current(pane()))),
  level: () => nameLevel(),
  fit: () => fit(pane()),
  closer: () => zoomTo(pane(), pane().zoom * ZOOMS.step),
  farther: () => zoomTo(pane(), pane().zoom / ZOOMS.step),
};

function useTool(tool) {
  USE[tool]();
}

function metadataAddress(slice) {
  return `${viewer.data.images}${slice.id}/metadata/?frame=${slice.frame}`;
}

function nameLevel() {
  const field = viewer.root.querySelector("[data-level-field]");
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
}

document.addEventListener("keydown", (event) => {
  if (!viewer.panes.length || isTyping(event.target)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "y") {
    event.preventDefault();
    redo();
    return;
  }
  if (event.ctrlKey || event.metaKey || (event.altKey && !ARROWS[event.key])) return;
  if (onArrow(event) || onEdit(event) || onLetter(event)) event.preventDefault();
});

// Pointer and wheel ----------------------------------------------------------------------------

function pointOn(shown, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  return point.matrixTransform(shown.layer.getScreenCTM().inverse());
}

const fingers = new Map(); // pointers that touch a stage: id -> [x, y]

function onPress(shown, event) {
  activate(shown);
  if (event.pointerType === "touch") return onTouch(shown, event);
  const panning = event.button === 1 || (event.button === 0 && event.shiftKey);
  if (marks.placing && event.button === 0 && TWO_ENDED.includes(marks.placing.kind) && !marks.placing.first) {
    drag = { shown, kind: "mark", x: event.clientX, y: event.clientY, moved: false };
    return undefined;
  }
  if ((event.button !== 0 && !panning) || marks.placing) return undefined;
  if (event.button === 1) event.preventDefault();
  const kind = panning ? "pan" : "window";
  drag = { shown, kind, x: event.clientX, y: event.clientY, center: shown.center, width: shown.width, pan: { ...shown.pan }, moved: false };
  return undefined;
}

// One finger walks through the slices, two zoom and pan.
function onTouch(shown, event) {
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  const [one, two] = [...fingers.values()];
  const start = { shown, pan: { ...shown.pan }, zoom: shown.zoom, at: shown.at, x: event.clientX, y: event.clientY };
  if (two) drag = { ...start, kind: "pinch", span: Math.hypot(one[0] - two[0], one[1] - two[1]), middle: [(one[0] + two[0]) / 2, (one[1] + two[1]) / 2] };
  else drag = { ...start, kind: "slices", moved: false };
}

function onMove(event) {
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, [event.clientX, event.clientY]);
  if (marks.placing && marks.placing.pane && event.pointerType === "mouse" && event.buttons === 0) return;
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (drag.kind !== "pinch" && !drag.moved && Math.hypot(dx, dy) < DRAG_FROM) return;
  drag.moved = true;
  MOVES[drag.kind](dx, dy, event);
}

const TOUCH_STEP = 14; // pixels of a finger a slice
const MOVES = {
  window(dx, dy) {
    if (drag.width === null) return;
    const unit = (drag.shown.usual[1] || drag.width) / 300;
    setWindow(drag.shown, drag.center - dy * unit, drag.width + dx * unit);
  },
  pan: (dx, dy) => panTo(drag.shown, drag.pan.x + dx, drag.pan.y + dy),
  slices: (dx, dy) => goTo(drag.shown, drag.at + Math.round(dy / TOUCH_STEP)),
  pinch() {
    const [one, two] = [...fingers.values()];
    if (!two) return;
    const share = Math.hypot(one[0] - two[0], one[1] - two[1]) / Math.max(1, drag.span);
    zoomTo(drag.shown, drag.zoom * share);
    const [x, y] = [(one[0] + two[0]) / 2 - drag.middle[0], (one[1] + two[1]) / 2 - drag.middle[1]];
    panTo(drag.shown, drag.pan.x + x, drag.pan.y + y);
  },
  mark(dx, dy, event) {
    if (!marks.placing) return;
    if (!marks.placing.first) {
      const from = pointOn(drag.shown, { clientX: drag.x, clientY: drag.y });
      place(drag.shown, from.x, from.y);
    }
    const point = pointOn(drag.shown, event);
    Object.assign(marks.placing, { x: point.x, y: point.y });
    repaint();
  },
};

function onRelease(event) {
  fingers.delete(event.pointerId);
  if (drag && drag.kind === "mark" && drag.moved && marks.placing) {
    const point = pointOn(drag.shown, event);
    place(drag.shown, point.x, point.y);
    suppressClick = true;
    setTimeout(() => (suppressClick = false), 0);
  }
  drag = null;
}

let suppressClick = false; // a drag that placed a mark ends with a click, which must not place another

function onWheel(shown, event) {
  event.preventDefault();
  activate(shown);
  if (event.ctrlKey) {
    const box = shown.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2];
    zoomTo(shown, shown.zoom * (event.deltaY < 0 ? ZOOMS.step : 1 / ZOOMS.step), x, y);
    return;
  }
  stopCine();
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
    if (suppressClick) return;
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
window.addEventListener("pointercancel", (event) => {
  fingers.delete(event.pointerId);
  drag = null;
});
window.addEventListener("pagehide", saveNow);

// Buttons --------------------------------------------------------------------------------------

for (const button of viewer.root.querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => useTool(button.dataset.tool));
}
for (const button of viewer.root.querySelectorAll("[data-preset]")) {
  button.addEventListener("click", () => startPlacing(viewer.data.presets[button.dataset.preset]));
}
for (const button of viewer.root.querySelectorAll("[data-kind]")) {
  button.addEventListener("click", () => startKind(button.dataset.kind));
}
for (const shown of viewer.panes) {
  shown.root.querySelector("[data-offset]")?.addEventListener("change", (event) => {
    setOffset(shown, Number(event.target.value));
    follow(viewer.panes[0]);
  });
}
viewer.root.querySelector("[data-place-this]")?.addEventListener("click", () => {
  const form = viewer.root.querySelector("[data-mark-form]");
  if (form.elements.structure.reportValidity()) startPlacing(typedPreset(form));
});
for (const select of viewer.root.querySelectorAll("[data-beside]")) {
  select.addEventListener("change", (event) => event.target.form.requestSubmit());
}

if (viewer.panes.length) {
  activate(viewer.panes[0]);
  if (viewer.panes.length > 1) keepOffsets();
  viewer.panes.forEach((shown) => paint(shown));
  viewer.panes[0].stage.focus({ preventScroll: true });
  flashNamed();
  addEventListener("load", () => viewer.panes.forEach(prefetch));
}

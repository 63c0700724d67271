// Keys and the tools they stand for. Wheel, pointer and buttons: viewer-hands.js.
"use strict";

function pane() {
  return viewer.panes[viewer.active];
}

function activate(chosen) {
  const changed = viewer.active !== chosen.number;
  viewer.active = chosen.number;
  if (changed) paintLines();
  if (changed && marks.selected && !of(chosen).includes(marks.selected)) select(null);
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

// The choice holds for every page of this browser; a cookie, as it names no patient.
function keepShortcuts(on) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `viewer_shortcuts=${on ? "on" : "off"}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

function onArrow(event) {
  if ((marks.placing || marks.selected) && ARROWS[event.key]) {
    const far = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
    nudge(ARROWS[event.key][0] * far, ARROWS[event.key][1] * far);
    return true;
  }
  if (event.shiftKey && !event.altKey && ARROWS[event.key]) {
    const { pan } = pane();
    panTo(pane(), pan.x - ARROWS[event.key][0] * 40, pan.y - ARROWS[event.key][1] * 40);
    return true;
  }
  const walked = event.key in STEPS || event.key === "Home" || event.key === "End";
  if (!walked || event.altKey) return false; // Alt and an arrow belong to the browser: back, forward
  stopCine();
  const ends = { Home: 0, End: pane().slices.length - 1 };
  goTo(pane(), event.key in ends ? ends[event.key] : pane().at + STEPS[event.key]);
  return true;
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
  const key = event.key.toLowerCase(); // with caps lock too
  const preset = /^[1-9]$/.test(key) && viewer.data.presets[key - 1];
  if (preset && viewer.data.editable) return startPlacing(preset), true;
  if ((event.key === "[" || event.key === "]") && marks.selected) return turn(event.key === "]" ? 15 : -15), true;
  if (key === "x" && marks.selected) return switchEnd(), true;
  const tool = TOOLS[key];
  if (tool) return useTool(tool), true;
  const kind = viewer.data.editable && viewer.root.querySelector(`[data-kind-key="${CSS.escape(key)}"]`);
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
  b: "beside",
  ",": "slower",
  ".": "faster",
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
  beside: () => viewer.panes[(viewer.active + 1) % viewer.panes.length].stage.focus({ preventScroll: true }),
  slower: () => changeSpeed(-1),
  faster: () => changeSpeed(1),
  metadata: () => location.assign(metadataAddress(current(pane()))),
  level: () => nameLevel(),
  fit: () => fit(pane()),
  closer: () => zoomTo(pane(), pane().zoom * ZOOMS.step),
  farther: () => zoomTo(pane(), pane().zoom / ZOOMS.step),
};

function useTool(tool) {
  USE[tool]();
}

function nameLevel() {
  const field = viewer.root.querySelector("[data-level-field]");
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
}

document.addEventListener("keydown", (event) => {
  if (!viewer.panes.length || isTyping(event.target) || event.defaultPrevented) return;
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

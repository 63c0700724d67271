// Place a mark with a click, a drag, or arrow keys and Enter.
import { clamp } from "../shared/pure/numbers.js";
import { fill } from "../shared/pure/text.js";
import { isShown } from "./canvas.js";
import { stopCine } from "./cine.js";
import { markAt, repaintMarks } from "./drawing.js";
import { addMark, select } from "./edits.js";
import { toggleMarks } from "./looks.js";
import { announce, showMessage, showPlacingMessage } from "./messages.js";
import { coordinate, isTwoEnded } from "./pure/shapes.js";
import { activePane, current, marks, viewer } from "./state.js";

const MIN_LENGTH = 0.5; // minimum distance between two ends, in pixels of the slice

export function startPlacing(preset) {
  const pane = activePane();
  if (!pane || !viewer.data.editable) return;
  const slice = current(pane);
  if (!slice.held) {
    showMessage(viewer.messages.notSeen);
    return;
  }
  select(null);
  stopCine();
  if (!viewer.showMarks) toggleMarks();
  marks.preset = preset;
  const kind = preset.kind || "arrowhead";
  const middle = { x: (slice.columns - 1) / 2, y: (slice.rows - 1) / 2 };
  marks.placing = { preset, kind, pane, ...middle, first: null };
  for (const other of viewer.panes) other.stage.classList.add("placing");
  pane.stage.focus({ preventScroll: true });
  pane.stage.scrollIntoView({ block: "nearest" });
  showPlacingMessage();
  repaintMarks();
}

// Start placing another kind of mark for the structure last chosen, or for the first preset.
export function startKind(kind) {
  const preset = marks.preset || viewer.data.presets[0];
  const { name } = viewer.root.querySelector(`[data-kind="${kind}"]`).dataset;
  const plain = preset.plain || preset.words;
  startPlacing({ ...preset, kind, label: "", plain, words: `${name}: ${plain}` });
}

export function stopPlacing() {
  marks.placing = null;
  for (const pane of viewer.panes) pane.stage.classList.remove("placing");
  showMessage("");
  repaintMarks();
}

export function movePlacing(dx, dy) {
  const { placing } = marks;
  const slice = current(placing.pane);
  placing.x = clamp(placing.x + dx, 0, slice.columns - 1);
  placing.y = clamp(placing.y + dy, 0, slice.rows - 1);
  repaintMarks();
}

export function placeHere() {
  const { pane, x, y } = marks.placing;
  place(pane, x, y);
}

// Place a mark, or set the first end of a mark with two ends.
export function place(pane, x, y) {
  if (!isShown(pane)) {
    showMessage(viewer.messages.notSeen);
    return;
  }
  if (marks.placing.pane !== pane) marks.placing.first = null; // both ends must be on the same picture
  if (isTwoEnded(marks.placing.kind) && !marks.placing.first) {
    setFirst(pane, x, y);
    return;
  }
  const mark = { ...markAt(pane, x, y), key: newKey() };
  if (marks.placing.first && Math.hypot(mark.x - mark.x2, mark.y - mark.y2) < MIN_LENGTH) return;
  stopPlacing();
  addMark(mark);
  announce(fill(viewer.messages.placed, mark.words));
}

function setFirst(pane, x, y) {
  const { columns, rows } = current(pane);
  const first = { x: coordinate(x, columns - 1), y: coordinate(y, rows - 1) };
  Object.assign(marks.placing, { pane, x, y, first });
  showPlacingMessage();
  repaintMarks();
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Return the preset entered in the "Another structure" form.
export function typedPreset(form) {
  const value = (name) => form.elements[name].value;
  const chosenText = (name) => form.elements[name].selectedOptions[0].textContent;
  const text = value("structure").trim();
  const options = [...document.querySelectorAll("#list-structures option")];
  const known = options.find((option) => option.value.toLowerCase() === text.toLowerCase());
  const typed = text ? `text:${text}` : "";
  const where = value("side") === "not_stated" ? "" : `${chosenText("side")} `;
  const look = `(${chosenText("colour")}, ${chosenText("shape")})`;
  return {
    kind: value("kind"),
    structure: known ? known.dataset.id : typed,
    side: value("side"),
    colour: value("colour"),
    shape: value("shape"),
    angle_degrees: Number(value("angle_degrees")) || 0,
    label: value("label"),
    words: `${where}${text || chosenText("kind")} ${look}`,
  };
}

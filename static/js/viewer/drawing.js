// Draw marks and reference lines on top of the frame.
import { listMarks } from "./mark-list.js";
import { lineOn } from "./pure/geometry.js";
import { inOneSpace } from "./pure/matching.js";
import { coordinate, handlesOf, isTwoEnded, shapesOf } from "./pure/shapes.js";
import { measurementText, targetOf } from "./pure/wording.js";
import { activePane, current, marks, marksOf, viewer } from "./state.js";

const SVG = "http://www.w3.org/2000/svg";
const SHARE = 18; // an arrowhead is 1/18 of the picture's longer side, as in imaging/marks/viewer_marks.py

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

export function repaintMarks() {
  for (const pane of viewer.panes) paintMarks(pane);
}

export function paintMarks(pane) {
  const slice = current(pane);
  const length = Math.max(slice.rows, slice.columns) / SHARE / pane.zoom;
  pane.layer.replaceChildren();
  for (const mark of marksOf(pane)) {
    const group = element("g", {}, pane.layer);
    element("title", {}, group).textContent = mark.words;
    drawMark(mark, length, group);
    for (const [cx, cy, end] of handlesOf(mark)) {
      const attributes = { cx, cy, r: length * 0.8, "data-key": mark.key, "data-end": end };
      element("circle", { class: "mark-hit", ...attributes }, group);
    }
  }
  if (marks.placing?.pane === pane) drawPlacing(pane, length);
  if (pane.number === viewer.panes.length - 1) listMarks();
}

// A hollow mark has an empty head and dashed lines.
function drawMark(mark, length, parent) {
  const style = `mark mark-${mark.colour}${mark === marks.selected ? " mark-selected" : ""}`;
  for (const { name, attributes, isStroke } of shapesOf(mark, length)) {
    const dashed = isStroke && mark.shape === "hollow" ? " mark-dashed" : "";
    const shape = isStroke ? "hollow" : mark.shape;
    element(name, { class: `mark-halo${dashed}`, ...attributes }, parent);
    element(name, { class: `${style} mark-${shape}${dashed}`, ...attributes }, parent);
  }
  const isText = mark.kind === "text";
  const text = isText ? mark.label || targetOf(mark) : measurementText(mark, viewer.messages);
  if (text) writeText(mark, text, length, parent);
}

function writeText(mark, text, length, parent) {
  const isAtPoint = mark.kind === "text" || (mark.x2 ?? null) === null;
  const x = isAtPoint ? mark.x : Math.max(mark.x, mark.x2) + length * 0.3;
  const y = (isAtPoint ? mark.y : (mark.y + mark.y2) / 2) + length * 0.2;
  const style = { class: `mark-text mark-text-${mark.colour}`, x, y, "font-size": length * 0.6 };
  element("text", style, parent).textContent = text;
}

// Return the mark that would be placed at a point of a pane.
export function markAt(pane, x, y) {
  const { preset, kind, first } = marks.placing;
  const { uid, frame, columns, rows } = current(pane);
  const mark = { label: "", ...preset, kind, sop_instance_uid: uid, frame };
  const point = { x: coordinate(x, columns - 1), y: coordinate(y, rows - 1) };
  return first ? { ...mark, ...first, x2: point.x, y2: point.y } : { ...mark, ...point };
}

function drawPlacing(pane, length) {
  const { x, y, kind, first } = marks.placing;
  if (!isTwoEnded(kind) || first) drawMark(markAt(pane, x, y), length, pane.layer);
  const reach = length * 0.5;
  const d = `M${x - reach} ${y}H${x + reach}M${x} ${y - reach}V${y + reach}`;
  element("path", { class: "cross", d }, pane.layer);
}

// On the slice of each other pane, draw the line where the active pane's slice intersects it.
export function paintLines() {
  const active = activePane();
  for (const pane of viewer.panes) {
    pane.lines.replaceChildren();
    if (!viewer.showLines || active === pane || !inOneSpace(pane, active)) continue;
    const ends = lineOn(current(pane), current(active));
    if (!ends) continue;
    const [[x1, y1], [x2, y2]] = ends;
    element("line", { class: "reference-line", x1, y1, x2, y2 }, pane.lines);
  }
}

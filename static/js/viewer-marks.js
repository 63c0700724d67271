// Marks on the slices: drawn above the frame, listed beside it. Placing and moving: viewer-place.js; their
// way to the server, undo and redo: viewer-saving.js. Shapes as in imaging/drawing/strokes.py.
"use strict";

const marks = { all: viewer.data.marks, selected: null, end: "both", placing: null, done: [], undone: [], timer: 0 };
const SHARE = 18; // an arrowhead is as long as this part of the picture, as in imaging/marks/viewer_marks.py
const TWO_ENDED = ["arrow", "line", "ellipse"];

function of(pane) {
  const slice = current(pane);
  return marks.all.filter((mark) => mark.sop_instance_uid === slice.uid && mark.frame === slice.frame);
}

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

// Shapes ---------------------------------------------------------------------------------------

function triangle(x, y, degrees, length) {
  const angle = (degrees * Math.PI) / 180;
  const half = length * 0.36;
  const back = [x - length * Math.cos(angle), y - length * Math.sin(angle)];
  const aside = [-half * Math.sin(angle), half * Math.cos(angle)];
  return [
    [x, y],
    [back[0] + aside[0], back[1] + aside[1]],
    [back[0] - aside[0], back[1] - aside[1]],
  ];
}

const written = (points) => points.map((point) => point.map((value) => value.toFixed(2)).join(",")).join(" ");

function drawArrow(mark, length, add) {
  const degrees = (Math.atan2(mark.y - mark.y2, mark.x - mark.x2) * 180) / Math.PI;
  const head = triangle(mark.x, mark.y, degrees, length * 0.7);
  const [x1, y1] = [0, 1].map((axis) => (head[1][axis] + head[2][axis]) / 2);
  add.stroke("line", { x1, y1, x2: mark.x2, y2: mark.y2 });
  add.body("polygon", { points: written(head) });
}

function drawEllipse(mark, length, add) {
  add.stroke("ellipse", {
    cx: (mark.x + mark.x2) / 2,
    cy: (mark.y + mark.y2) / 2,
    rx: Math.abs(mark.x2 - mark.x) / 2,
    ry: Math.abs(mark.y2 - mark.y) / 2,
  });
}

const DRAW = {
  arrowhead: (mark, length, add) =>
    add.body("polygon", { points: written(triangle(mark.x, mark.y, mark.angle_degrees, length)) }),
  arrow: drawArrow,
  line: (mark, length, add) => add.stroke("line", { x1: mark.x, y1: mark.y, x2: mark.x2, y2: mark.y2 }),
  ellipse: drawEllipse,
  point: (mark, length, add) => add.body("circle", { cx: mark.x, cy: mark.y, r: length * 0.2 }),
  text: () => {},
};

// Draw a mark into a group: bodies are filled or hollow, strokes solid or dashed.
function drawMark(mark, length, parent) {
  const style = `mark mark-${mark.colour}${mark === marks.selected ? " mark-selected" : ""}`;
  const dashes = mark.shape === "hollow" ? " mark-dashed" : "";
  const draw = (shape, dashed = "") => (name, attributes) => {
    element(name, { class: `mark-halo${dashed}`, ...attributes }, parent);
    element(name, { class: `${style} mark-${shape}${dashed}`, ...attributes }, parent);
  };
  DRAW[mark.kind](mark, length, { body: draw(mark.shape), stroke: draw("hollow", dashes) });
  const words = mark.kind === "text" ? mark.label || targetOf(mark) : measuredWords(mark);
  if (words) writeWords(mark, words, length, parent);
}

// Until the server has said them, the words of a mark placed by a key of its kind begin with that kind.
function plainWords(mark) {
  return mark.id ? mark.words : mark.plain || mark.words;
}

// What is marked, without how: words of a mark end in "(red, filled)".
function targetOf(mark) {
  return plainWords(mark).replace(/ \([^()]*\)$/, "");
}

function writeWords(mark, words, length, parent) {
  const beside = mark.kind === "text" || mark.x2 === null || mark.x2 === undefined;
  const x = beside ? mark.x : Math.max(mark.x, mark.x2) + length * 0.3;
  const y = (beside ? mark.y : (mark.y + mark.y2) / 2) + length * 0.2;
  const attributes = { class: `mark-text mark-text-${mark.colour}`, x, y, "font-size": length * 0.6 };
  element("text", attributes, parent).textContent = words;
}

// What a line or an ellipse measures, as the server computed it after the last change.
function measuredWords(mark) {
  const found = mark.measured || {};
  if (mark.kind === "line") return lengthWords(found.length_mm);
  if (mark.kind !== "ellipse") return "";
  const area = found.area_mm2 ? fill(viewer.words.area, found.area_mm2.toFixed(0)) : "";
  const mean = found.mean === null || found.mean === undefined ? "" : fill(viewer.words.mean, found.mean.toFixed(0));
  return [area, mean].filter(Boolean).join(" · ");
}

function lengthWords(length) {
  if (length === undefined) return "";
  return length === null ? viewer.words.noSpacing : fill(viewer.words.length, length.toFixed(1));
}

// Where a mark is taken hold of, and which of its ends moves then.
function hitPlaces(mark) {
  if (!TWO_ENDED.includes(mark.kind)) return [[mark.x, mark.y, "both"]];
  const middle = [(mark.x + mark.x2) / 2, (mark.y + mark.y2) / 2, "both"];
  return [[mark.x, mark.y, "first"], [mark.x2, mark.y2, "second"], middle];
}

function paintMarks(pane) {
  const slice = current(pane);
  if (!slice) return;
  pane.layer.replaceChildren();
  const length = Math.max(slice.rows, slice.columns) / SHARE / pane.zoom;
  for (const mark of of(pane)) {
    const group = element("g", {}, pane.layer);
    element("title", {}, group).textContent = mark.words;
    drawMark(mark, length, group);
    for (const [cx, cy, end] of hitPlaces(mark)) {
      const place = { cx, cy, r: length * 0.8, "data-key": mark.key, "data-end": end };
      const hit = element("circle", { class: "mark-hit", ...place }, group);
      hit.addEventListener("click", (event) => {
        if (marks.placing || !viewer.data.editable) return;
        event.stopPropagation();
        select(mark);
      });
    }
  }
  if (marks.placing && marks.placing.pane === pane) paintPlacing(pane, length);
  if (pane.number === viewer.panes.length - 1) listMarks();
}

// The list beside the pictures -----------------------------------------------------------------

function listMarks() {
  const list = viewer.root.querySelector("[data-marks]");
  const seen = new Set();
  const lines = viewer.panes.flatMap((pane) =>
    pane.slices.flatMap((slice, at) =>
      marks.all
        .filter((mark) => mark.sop_instance_uid === slice.uid && mark.frame === slice.frame && !seen.has(mark))
        .map((mark) => seen.add(mark) && markLine(pane, at, mark)),
    ),
  );
  const focused = document.activeElement && document.activeElement.dataset.line;
  if (lines.length) list.replaceChildren(...lines);
  else list.replaceChildren(Object.assign(document.createElement("li"), { textContent: viewer.words.none }));
  if (focused) list.querySelector(`[data-line="${CSS.escape(focused)}"]`)?.focus();
}

function markLine(pane, at, mark) {
  const line = document.createElement("li");
  line.classList.toggle("selected", mark === marks.selected);
  const number = Object.assign(document.createElement("button"), { type: "button", className: "link" });
  number.textContent = `${at + 1}`;
  number.dataset.line = mark.key;
  number.setAttribute("aria-label", `${fill(viewer.words.slice, at + 1, pane.slices.length)}: ${mark.words}`);
  number.addEventListener("click", () => {
    activate(pane);
    goTo(pane, at);
    if (viewer.data.editable) select(mark);
  });
  const swatch = document.createElement("span");
  swatch.className = `swatch swatch-${mark.colour} swatch-${mark.shape}`;
  swatch.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  const kind = viewer.data.kinds[mark.kind];
  const named = kind ? `${kind}: ${plainWords(mark)}` : mark.words;
  words.textContent = [named, measuredWords(mark)].filter(Boolean).join(": ");
  line.append(number, swatch, words);
  if (viewer.data.editable && mark.id) line.append(editLink(mark));
  if (viewer.data.editable && !mark.id) line.append(viewer.words.unsaved);
  return line;
}

function editLink(mark) {
  const link = document.createElement("a");
  link.href = `${viewer.data.marksPage}${mark.id}/`;
  link.textContent = viewer.words.edit;
  const hidden = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  hidden.textContent = ` ${mark.words}`;
  link.append(hidden);
  return link;
}

// A mark of a slice that is not to be seen any more is not selected: keys must not move or delete it.
function leaveMarks(pane) {
  if (marks.selected && !viewer.panes.some((other) => of(other).includes(marks.selected))) {
    saveNow();
    marks.selected = null;
  }
  const { placing } = marks;
  if (!placing || placing.pane !== pane || !placing.first) return;
  placing.first = null; // both ends lie on one slice
  tellPlacing();
}

function select(mark) {
  if (mark !== marks.selected) saveNow();
  marks.selected = mark;
  marks.end = "both";
  if (mark) say(fill(viewer.words.selected, mark.words));
  repaint();
}

function repaint() {
  for (const pane of viewer.panes) paintMarks(pane);
}

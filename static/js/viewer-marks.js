// Marks on the slices: drawn above the frame, listed beside it, saved one by one through the API,
// undone and redone. Placing and moving: viewer-place.js. Shapes as in imaging/figures/marks.py.
"use strict";

const marks = { all: viewer.data.marks, selected: null, end: "both", placing: null, done: [], undone: [], timer: 0 };
const SHARE = 18; // an arrowhead is as long as this part of the picture, as in imaging/marking.py
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
  DRAW[mark.kind](mark, length, {
    body: (name, attributes) => element(name, { class: `${style} mark-${mark.shape}`, ...attributes }, parent),
    stroke: (name, attributes) => element(name, { class: `${style} mark-hollow${dashes}`, ...attributes }, parent),
  });
  const words = mark.kind === "text" ? mark.label || mark.words : measuredWords(mark);
  if (words) writeWords(mark, words, length, parent);
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

function hitPlaces(mark) {
  const places = [[mark.x, mark.y]];
  if (TWO_ENDED.includes(mark.kind)) places.push([mark.x2, mark.y2], [(mark.x + mark.x2) / 2, (mark.y + mark.y2) / 2]);
  return places;
}

function paintMarks(pane) {
  pane.layer.replaceChildren();
  const slice = current(pane);
  if (!slice) return;
  const length = Math.max(slice.rows, slice.columns) / SHARE / pane.zoom;
  for (const mark of of(pane)) {
    const group = element("g", {}, pane.layer);
    element("title", {}, group).textContent = mark.words;
    drawMark(mark, length, group);
    for (const [cx, cy] of hitPlaces(mark)) {
      const hit = element("circle", { class: "mark-hit", cx, cy, r: length * 0.8 }, group);
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
    goTo(pane, at);
    if (viewer.data.editable) select(mark);
  });
  const swatch = document.createElement("span");
  swatch.className = `swatch swatch-${mark.colour} swatch-${mark.shape}`;
  swatch.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.textContent = [mark.words, measuredWords(mark)].filter(Boolean).join(": ");
  line.append(number, swatch, words);
  if (viewer.data.editable && mark.id) line.append(editLink(mark));
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

function select(mark) {
  marks.selected = mark;
  marks.end = "both";
  if (mark) say(fill(viewer.words.selected, mark.words));
  repaint();
}

function repaint() {
  for (const pane of viewer.panes) paintMarks(pane);
}

// Saving ---------------------------------------------------------------------------------------

async function send(method, path, body) {
  const token = viewer.root.querySelector("[name=csrfmiddlewaretoken]").value;
  let response;
  try {
    response = await fetch(viewer.data.api + path, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new Error(viewer.words.offline);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const wrong = (answer.errors || []).map((error) => `${error.path}: ${error.message}`);
  throw new Error(wrong.join("; ") || answer.detail || String(response.status));
}

// A change is drawn at once and taken back if the server does not take it. Changes go one by one.
let queue = Promise.resolve();

function change(apply, revert, request) {
  apply();
  repaint();
  show("");
  queue = queue.then(request).catch((error) => {
    revert();
    repaint();
    show(fill(viewer.words.failed, error.message));
  });
  return queue;
}

const SENT = ["key", "sop_instance_uid", "frame", "kind", "x", "y", "x2", "y2", "angle_degrees", "structure", "side", "colour", "shape", "label"];

function body(mark) {
  const known = SENT.filter((name) => mark[name] !== null && mark[name] !== undefined);
  return Object.fromEntries([["case", viewer.data.case], ...known.map((name) => [name, mark[name]])]);
}

function add(mark) {
  mark.id = undefined; // of a mark that was deleted and comes back
  return change(
    () => marks.all.push(mark),
    () => drop(mark),
    async () => {
      Object.assign(mark, await send("POST", "", body(mark)));
      repaint();
    },
  );
}

function drop(mark) {
  marks.all = marks.all.filter((other) => other !== mark);
  if (marks.selected === mark) marks.selected = null;
}

function remove(mark) {
  return change(
    () => drop(mark),
    () => marks.all.push(mark),
    () => send("DELETE", `${mark.id}/`),
  );
}

function move(mark, values, before) {
  return change(
    () => Object.assign(mark, values),
    () => Object.assign(mark, before),
    async () => {
      Object.assign(mark, await send("PATCH", `${mark.id}/`, values));
      repaint();
    },
  );
}

// Undo and redo: each step knows both ways ------------------------------------------------------

function did(undo, redo) {
  marks.done.push({ undo, redo });
  marks.undone = [];
}

function undo() {
  saveNow();
  step(marks.done, marks.undone, "undo", viewer.words.undone);
}

function redo() {
  saveNow();
  step(marks.undone, marks.done, "redo", viewer.words.redone);
}

function step(from, to, way, words) {
  const one = from.pop();
  if (!one) return;
  to.push(one);
  queue = queue.then(() => {
    one[way]();
    say(words);
  });
}

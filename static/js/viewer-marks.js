// Marks on the slices: drawn, placed by a key and a click (or arrow keys and Enter), moved, deleted,
// undone. Each change goes to the API at once.
"use strict";

const marks = { all: viewer.data.marks, selected: null, placing: null, undo: [], timer: 0 };
const SHARE = 18; // as imaging/marking.py

function of(pane) {
  const slice = current(pane);
  return marks.all.filter((mark) => mark.sop_instance_uid === slice.uid && mark.frame === slice.frame);
}

function corners(mark, length) {
  const angle = (mark.angle_degrees * Math.PI) / 180;
  const half = length * 0.36;
  const back = [mark.x - length * Math.cos(angle), mark.y - length * Math.sin(angle)];
  const aside = [-half * Math.sin(angle), half * Math.cos(angle)];
  const points = [
    [mark.x, mark.y],
    [back[0] + aside[0], back[1] + aside[1]],
    [back[0] - aside[0], back[1] - aside[1]],
  ];
  return points.map((point) => point.map((value) => value.toFixed(2)).join(",")).join(" ");
}

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

function paintMarks(pane) {
  pane.layer.replaceChildren();
  const slice = current(pane);
  const length = Math.max(slice.rows, slice.columns) / SHARE;
  for (const mark of of(pane)) {
    const chosen = mark === marks.selected ? " mark-selected" : "";
    const kind = `mark mark-${mark.colour} mark-${mark.shape}${chosen}`;
    const drawn = element("polygon", { class: kind, points: corners(mark, length) }, pane.layer);
    element("title", {}, drawn).textContent = mark.words;
    const hit = element("circle", { class: "mark-hit", cx: mark.x, cy: mark.y, r: length * 0.8 }, pane.layer);
    hit.addEventListener("click", (event) => {
      if (marks.placing || !viewer.data.editable) return;
      event.stopPropagation();
      select(mark);
    });
  }
  if (marks.placing && marks.placing.pane === pane) paintCross(pane, length);
  if (pane.number === viewer.panes.length - 1 || viewer.panes.length === 0) listMarks();
}

function paintCross(pane, length) {
  const { x, y, preset } = marks.placing;
  const mark = { ...preset, x, y };
  element("polygon", { class: `mark mark-${preset.colour} mark-${preset.shape}`, points: corners(mark, length) }, pane.layer);
  const reach = length * 0.5;
  const path = `M${x - reach} ${y}H${x + reach}M${x} ${y - reach}V${y + reach}`;
  element("path", { class: "cross", d: path }, pane.layer);
}

// The list beside the pictures -----------------------------------------------------------------

function listMarks() {
  const list = viewer.root.querySelector("[data-marks]");
  const lines = viewer.panes.flatMap((pane) =>
    pane.slices.flatMap((slice, at) =>
      marks.all
        .filter((mark) => mark.sop_instance_uid === slice.uid && mark.frame === slice.frame)
        .map((mark) => markLine(pane, at, mark)),
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
  const words = Object.assign(document.createElement("span"), { textContent: mark.words });
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

const SENT = ["key", "sop_instance_uid", "frame", "kind", "x", "y", "angle_degrees", "structure", "side", "colour", "shape", "label"];

function body(mark) {
  return Object.fromEntries([["case", viewer.data.case], ...SENT.map((name) => [name, mark[name]])]);
}

function add(mark) {
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
    () => send("PATCH", `${mark.id}/`, values),
  );
}

// Placing --------------------------------------------------------------------------------------

function startPlacing(preset) {
  const pane = viewer.panes[viewer.active];
  const slice = pane && current(pane);
  if (!slice || !viewer.data.editable) return;
  select(null);
  if (!viewer.showMarks) toggleMarks();
  marks.placing = { preset, pane, x: (slice.columns - 1) / 2, y: (slice.rows - 1) / 2 };
  for (const other of viewer.panes) other.stage.classList.add("placing");
  pane.stage.focus({ preventScroll: true });
  const text = fill(viewer.words.placing, preset.words);
  say(text);
  show(text);
  repaint();
}

function stopPlacing() {
  marks.placing = null;
  for (const pane of viewer.panes) pane.stage.classList.remove("placing");
  show("");
  repaint();
}

function place(pane, x, y) {
  const { preset } = marks.placing;
  const slice = current(pane);
  const mark = {
    label: "",
    kind: "arrowhead",
    ...preset,
    key: Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    sop_instance_uid: slice.uid,
    frame: slice.frame,
    x: Math.round(clamp(x, slice.columns - 1) * 100) / 100,
    y: Math.round(clamp(y, slice.rows - 1) * 100) / 100,
  };
  stopPlacing();
  marks.undo.push(() => remove(mark));
  add(mark);
  say(fill(viewer.words.placed, mark.words));
}

function nudge(dx, dy) {
  const target = marks.placing || marks.selected;
  const slice = current(marks.placing ? marks.placing.pane : viewer.panes[viewer.active]);
  const before = { x: target.x, y: target.y };
  const after = { x: clamp(target.x + dx, slice.columns - 1), y: clamp(target.y + dy, slice.rows - 1) };
  Object.assign(target, after);
  repaint();
  if (!marks.placing) saveLater(target, before);
}

function turn(degrees) {
  const mark = marks.selected;
  const before = { angle_degrees: mark.angle_degrees };
  mark.angle_degrees = ((mark.angle_degrees + degrees + 540) % 360) - 180;
  repaint();
  saveLater(mark, before);
}

// Several nudges in a row are one change and one step back.
function saveLater(mark, before) {
  marks.pending = marks.pending && marks.pending.mark === mark ? marks.pending : { mark, before: {} };
  marks.pending.before = { ...before, ...marks.pending.before };
  clearTimeout(marks.timer);
  marks.timer = setTimeout(saveNow, 500);
}

function saveNow() {
  clearTimeout(marks.timer);
  if (!marks.pending) return;
  const { mark, before } = marks.pending;
  marks.pending = null;
  const after = Object.fromEntries(Object.keys(before).map((name) => [name, mark[name]]));
  marks.undo.push(() => move(mark, before, after));
  move(mark, after, before);
}

function deleteSelected() {
  const mark = marks.selected;
  saveNow();
  marks.undo.push(() => add({ ...mark, id: undefined }));
  remove(mark);
  show(fill(viewer.words.deleted, mark.words));
}

function undo() {
  saveNow();
  const step = marks.undo.pop();
  if (!step) return;
  queue = queue.then(() => {
    step();
    say(viewer.words.undone);
  });
}

function typedPreset(form) {
  const field = (name) => form.elements[name];
  const text = field("structure").value.trim();
  const options = [...document.querySelectorAll("#list-structures option")];
  const known = options.find((option) => option.value.toLowerCase() === text.toLowerCase());
  const side = field("side").selectedOptions[0];
  const drawn = [field("colour"), field("shape")].map((select) => select.selectedOptions[0].textContent);
  const where = side.value === "not_stated" ? "" : `${side.textContent} `;
  return {
    structure: known ? known.dataset.id : `text:${text}`,
    side: side.value,
    colour: field("colour").value,
    shape: field("shape").value,
    angle_degrees: Number(field("angle_degrees").value) || 0,
    label: field("label").value,
    words: `${where}${text} (${drawn.join(", ")})`,
  };
}

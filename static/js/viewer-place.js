// Placing a mark by a key and a click, a drag, or arrow keys and Enter; moving, turning, deleting one.
"use strict";

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function rounded(value, most) {
  return Math.round(clamp(value, most) * 100) / 100;
}

function startPlacing(preset) {
  const pane = viewer.panes[viewer.active];
  const slice = pane && current(pane);
  if (!slice || !viewer.data.editable) return;
  if (!slice.held) return show(viewer.words.notSeen);
  select(null);
  stopCine();
  if (!viewer.showMarks) toggleMarks();
  marks.preset = preset;
  const kind = preset.kind || "arrowhead";
  marks.placing = { preset, kind, pane, x: (slice.columns - 1) / 2, y: (slice.rows - 1) / 2, first: null };
  for (const other of viewer.panes) other.stage.classList.add("placing");
  pane.stage.focus({ preventScroll: true });
  pane.stage.scrollIntoView({ block: "nearest" });
  tellPlacing();
  repaint();
}

// Place another kind of mark on the structure that was marked last.
function startKind(kind) {
  const preset = marks.preset || viewer.data.presets[0];
  const name = viewer.root.querySelector(`[data-kind="${kind}"]`).dataset.name;
  const plain = preset.plain || preset.words;
  startPlacing({ ...preset, kind, label: "", plain, words: `${name}: ${plain}` });
}

function tellPlacing() {
  const { preset, kind, first } = marks.placing;
  const two = TWO_ENDED.includes(kind);
  const words = first ? viewer.words.second : two ? viewer.words.first : viewer.words.placing;
  show(fill(words, preset.words));
}

function stopPlacing() {
  marks.placing = null;
  for (const pane of viewer.panes) pane.stage.classList.remove("placing");
  show("");
  repaint();
}

function placed(pane, x, y) {
  const { preset, kind, first } = marks.placing;
  const slice = current(pane);
  const [across, down] = [rounded(x, slice.columns - 1), rounded(y, slice.rows - 1)];
  const mark = { label: "", ...preset, kind, key: newKey(), sop_instance_uid: slice.uid, frame: slice.frame };
  if (!first) return { ...mark, x: across, y: down };
  return { ...mark, x: first.x, y: first.y, x2: across, y2: down };
}

// One end is set; a mark with two waits for the other.
function place(pane, x, y) {
  if (!isShown(pane)) return show(viewer.words.notSeen);
  if (marks.placing.pane !== pane) marks.placing.first = null; // both ends lie on one picture
  const { kind, first } = marks.placing;
  const slice = current(pane);
  if (TWO_ENDED.includes(kind) && !first) {
    marks.placing.first = { x: rounded(x, slice.columns - 1), y: rounded(y, slice.rows - 1) };
    Object.assign(marks.placing, { pane, x, y });
    tellPlacing();
    return repaint();
  }
  const mark = placed(pane, x, y);
  if (first && Math.hypot(mark.x - mark.x2, mark.y - mark.y2) < 0.5) return undefined;
  stopPlacing();
  did(
    () => remove(mark),
    () => add(mark),
  );
  add(mark);
  say(fill(viewer.words.placed, mark.words));
  return undefined;
}

function paintPlacing(pane, length) {
  const { x, y, kind, first } = marks.placing;
  if (!TWO_ENDED.includes(kind) || first) drawMark(placed(pane, x, y), length, pane.layer);
  const reach = length * 0.5;
  element("path", { class: "cross", d: `M${x - reach} ${y}H${x + reach}M${x} ${y - reach}V${y + reach}` }, pane.layer);
}

// Moving ---------------------------------------------------------------------------------------

function nudge(dx, dy) {
  if (marks.placing) {
    const slice = current(marks.placing.pane);
    marks.placing.x = clamp(marks.placing.x + dx, slice.columns - 1);
    marks.placing.y = clamp(marks.placing.y + dy, slice.rows - 1);
    return repaint();
  }
  const mark = marks.selected;
  const shown = viewer.panes.find((pane) => of(pane).includes(mark));
  if (!shown) return undefined;
  const slice = current(shown);
  const names = namesOfEnd(mark).filter((name) => (name.startsWith("x") ? dx : dy) !== 0);
  const before = Object.fromEntries(names.map((name) => [name, mark[name]]));
  for (const [axis, step, most] of [["x", dx, slice.columns - 1], ["y", dy, slice.rows - 1]]) {
    const moved = names.filter((name) => name.startsWith(axis));
    const whole = stepWithin(moved.map((name) => mark[name]), step, most);
    for (const name of moved) mark[name] = rounded(mark[name] + whole, most);
  }
  delete mark.measured;
  repaint();
  return saveLater(mark, before);
}

// As much of a step as keeps all places inside the picture: a mark at its edge keeps its form.
function stepWithin(places, step, most) {
  return Math.max(-Math.min(...places), Math.min(most - Math.max(...places), step));
}

function namesOfEnd(mark) {
  if (!TWO_ENDED.includes(mark.kind)) return ["x", "y"];
  return { both: ["x", "y", "x2", "y2"], first: ["x", "y"], second: ["x2", "y2"] }[marks.end];
}

function switchEnd() {
  if (!TWO_ENDED.includes(marks.selected.kind)) return;
  marks.end = { both: "first", first: "second", second: "both" }[marks.end];
  say({ both: viewer.words.bothEnds, first: viewer.words.firstEnd, second: viewer.words.secondEnd }[marks.end]);
}

function turn(degrees) {
  const mark = marks.selected;
  if (mark.kind !== "arrowhead") return;
  const before = { angle_degrees: mark.angle_degrees };
  mark.angle_degrees = ((mark.angle_degrees + degrees + 540) % 360) - 180;
  repaint();
  saveLater(mark, before);
}

// Several nudges in a row are one change and one step back.
function saveLater(mark, before) {
  if (marks.pending && marks.pending.mark !== mark) saveNow();
  marks.pending = marks.pending || { mark, before: {} };
  marks.pending.before = { ...before, ...marks.pending.before };
  clearTimeout(marks.timer);
  marks.timer = setTimeout(saveNow, 500);
}

function saveNow() {
  clearTimeout(marks.timer);
  if (!marks.pending) return;
  const { mark, before } = marks.pending;
  marks.pending = null;
  if (!marks.all.includes(mark)) return;
  const after = Object.fromEntries(Object.keys(before).map((name) => [name, mark[name]]));
  did(
    () => move(mark, before, after),
    () => move(mark, after, before),
  );
  move(mark, after, before);
}

function deleteSelected() {
  saveNow();
  const mark = marks.selected;
  if (!mark) return;
  did(
    () => add(mark),
    () => remove(mark),
  );
  remove(mark);
  show(fill(viewer.words.deleted, mark.words));
}

function typedPreset(form) {
  const field = (name) => form.elements[name];
  const text = field("structure").value.trim();
  const options = [...document.querySelectorAll("#list-structures option")];
  const known = options.find((option) => option.value.toLowerCase() === text.toLowerCase());
  const side = field("side").selectedOptions[0];
  const drawn = [field("colour"), field("shape")].map((select) => select.selectedOptions[0].textContent);
  const where = side.value === "not_stated" ? "" : `${side.textContent} `;
  const structure = known ? known.dataset.id : text ? `text:${text}` : "";
  return {
    kind: field("kind").value,
    structure,
    side: side.value,
    colour: field("colour").value,
    shape: field("shape").value,
    angle_degrees: Number(field("angle_degrees").value) || 0,
    label: field("label").value,
    words: `${where}${text || field("kind").selectedOptions[0].textContent} (${drawn.join(", ")})`,
  };
}

// The address can name a mark (a report does): its slice is shown and the mark flashes.
function flashNamed() {
  const key = new URLSearchParams(location.search).get("mark");
  const mark = key && marks.all.find((one) => one.key === key);
  if (!mark) return;
  for (const pane of viewer.panes) {
    const at = pane.slices.findIndex((slice) => slice.uid === mark.sop_instance_uid && slice.frame === mark.frame);
    if (at < 0) continue;
    goTo(pane, at);
    marks.selected = mark;
    repaint();
    pane.layer.querySelectorAll(".mark-selected").forEach((drawn) => drawn.classList.add("mark-flash"));
    say(mark.words);
    return;
  }
}

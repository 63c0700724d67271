// Add, move and delete marks, in the page and on the server; undo and redo.
import { fill } from "../shared/pure/text.js";
import { repaintMarks } from "./drawing.js";
import { announce, showMessage, showPlacingMessage } from "./messages.js";
import { History } from "./pure/history.js";
import { isTwoEnded, nextEnd, stepped, turned } from "./pure/shapes.js";
import { change, send } from "./saving.js";
import { current, forgetMark, marks, marksOf, viewer } from "./state.js";

const SENT = [
  "key",
  "sop_instance_uid",
  "frame",
  "kind",
  "x",
  "y",
  "x2",
  "y2",
  "angle_degrees",
  "structure",
  "side",
  "colour",
  "shape",
  "label",
];
const COORDINATES = ["x", "y", "x2", "y2"];
const PAUSE = 500; // milliseconds after the last nudge before saving
const changes = new History();
let pending = null; // nudges not yet saved: {mark, before}
let timer = 0;

// Server state ---------------------------------------------------------------------------------

function pick(mark, names) {
  return Object.fromEntries(names.map((name) => [name, mark[name]]));
}

function requestBody(mark) {
  const known = SENT.filter((name) => (mark[name] ?? null) !== null);
  return { case: viewer.data.case, ...pick(mark, known) };
}

// Return the mark's id and ETag on the server, as an object shared with queued changes. A deleted mark
// that is restored gets a new id; earlier changes still refer to the old one.
function storedOf(mark) {
  mark.stored = mark.stored || { id: mark.id, etag: mark.etag };
  return mark.stored;
}

// Copy the id, ETag and text from a response into its mark, and the measurements unless the mark has moved since.
function mergeResponse(mark, stored, response) {
  const { id, etag, words, measured } = response;
  Object.assign(stored, { id, etag });
  if (mark.stored !== stored) return;
  const moved = COORDINATES.some((name) => (mark[name] ?? null) !== (response[name] ?? null));
  Object.assign(mark, { id, words, measured: moved ? undefined : measured });
  repaintMarks();
}

// Replace a mark's values with those on the server.
function adopt(mark, stored, found) {
  const { id, etag } = found;
  Object.assign(mark, found, { stored: Object.assign(stored, { id, etag }) });
}

function show(mark) {
  if (!marks.all.includes(mark)) marks.all.push(mark);
}

function showAbout(template, mark) {
  showMessage(fill(template, mark.words));
  return true;
}

// Single changes -------------------------------------------------------------------------------

function add(mark) {
  mark.id = undefined; // a deleted mark that is restored gets a new id
  const stored = {};
  mark.stored = stored;
  const sent = requestBody(mark);
  change(
    () => marks.all.push(mark),
    () => forgetMark(mark),
    async () => mergeResponse(mark, stored, await send("POST", "", sent)),
  );
}

function remove(mark) {
  const stored = storedOf(mark);
  change(
    () => forgetMark(mark),
    () => show(mark),
    async () => {
      if (stored.id) await send("DELETE", `${stored.id}/`, undefined, stored.etag);
    },
    async (error) => {
      if (error.status === 404) return showAbout(viewer.messages.wasDeleted, mark);
      if (error.status !== 412) return false;
      adopt(mark, stored, await send("GET", `${stored.id}/`));
      show(mark);
      select(mark);
      return showAbout(viewer.messages.notDeleted, mark);
    },
  );
}

function move(mark, values, before) {
  const stored = storedOf(mark);
  change(
    () => Object.assign(mark, values),
    () => Object.assign(mark, before),
    async () => {
      if (stored.id)
        mergeResponse(mark, stored, await send("PATCH", `${stored.id}/`, values, stored.etag));
    },
    (error) => settleMove(mark, stored, values, error),
  );
}

// If a moved mark was also changed elsewhere, show the server's version; if it was deleted elsewhere, remove
// it. Undo restores the local version. Return false for any other error.
async function settleMove(mark, stored, mine, error) {
  if (error.status === 404) {
    forgetMark(mark);
    changes.record(
      () => add(mark),
      () => remove(mark),
    );
    return showAbout(viewer.messages.goneElsewhere, mark);
  }
  if (error.status !== 412) return false;
  const found = await send("GET", `${stored.id}/`);
  const theirs = pick(found, Object.keys(mine));
  adopt(mark, stored, found);
  changes.record(
    () => move(mark, mine, theirs),
    () => move(mark, theirs, mine),
  );
  return showAbout(viewer.messages.changedElsewhere, mark);
}

// User actions ---------------------------------------------------------------------------------

export function addMark(mark) {
  changes.record(
    () => remove(mark),
    () => add(mark),
  );
  add(mark);
}

export function deleteSelected() {
  saveNow();
  const mark = marks.selected;
  if (!mark) return;
  changes.record(
    () => add(mark),
    () => remove(mark),
  );
  remove(mark);
  showMessage(fill(viewer.messages.deleted, mark.words));
}

export function undo() {
  saveNow();
  announce(changes.undo() ? viewer.messages.undone : viewer.messages.nothingLeft);
}

export function redo() {
  saveNow();
  announce(changes.redo() ? viewer.messages.redone : viewer.messages.nothingLeft);
}

export function select(mark) {
  if (mark !== marks.selected) saveNow();
  marks.selected = mark;
  marks.end = "both";
  if (mark) announce(fill(viewer.messages.selected, mark.words));
  repaintMarks();
}

// Deselect a mark whose slice is no longer visible, so that keys cannot move or delete it.
export function leaveMarks(pane) {
  const { placing, selected } = marks;
  if (selected && !viewer.panes.some((other) => marksOf(other).includes(selected))) {
    saveNow();
    marks.selected = null;
  }
  if (placing?.pane !== pane || !placing.first) return;
  placing.first = null; // both ends must be on the same slice
  showPlacingMessage();
}

export function moveSelected(dx, dy) {
  const mark = marks.selected;
  const pane = viewer.panes.find((one) => marksOf(one).includes(mark));
  if (pane) nudge(mark, stepped(mark, marks.end, dx, dy, current(pane)));
}

export function turnSelected(degrees) {
  const mark = marks.selected;
  if (mark.kind !== "arrowhead") return;
  nudge(mark, { angle_degrees: turned(mark.angle_degrees, degrees) });
}

export function switchEnd() {
  if (!isTwoEnded(marks.selected.kind)) return;
  marks.end = nextEnd(marks.end);
  const { bothEnds, firstEnd, secondEnd } = viewer.messages;
  announce({ both: bothEnds, first: firstEnd, second: secondEnd }[marks.end]);
}

// Several nudges in a row are saved as one change and undone in one step.
function nudge(mark, values) {
  const before = pick(mark, Object.keys(values));
  Object.assign(mark, values);
  delete mark.measured;
  repaintMarks();
  if (pending && pending.mark !== mark) saveNow();
  pending = { mark, before: { ...before, ...pending?.before } };
  clearTimeout(timer);
  timer = setTimeout(saveNow, PAUSE);
}

// Save pending nudges.
export function saveNow() {
  clearTimeout(timer);
  if (!pending) return;
  const { mark, before } = pending;
  pending = null;
  if (!marks.all.includes(mark)) return;
  const after = pick(mark, Object.keys(before));
  changes.record(
    () => move(mark, before, after),
    () => move(mark, after, before),
  );
  move(mark, after, before);
}

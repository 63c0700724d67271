import assert from "node:assert/strict";
import test from "node:test";
import { commandOf } from "../../static/js/viewer/pure/keymap.js";

const IDLE = {
  placing: false,
  selected: false,
  onStage: true,
  singleKeys: true,
  editable: true,
  several: true,
  presets: 4,
  kinds: { d: "line", e: "ellipse" },
};
const SELECTED = { ...IDLE, selected: true };
const PLACING = { ...IDLE, placing: true };

function press(key, now = IDLE, modifiers = {}) {
  return commandOf({ key, ...modifiers }, now);
}

test("keys step through slices", () => {
  assert.deepEqual(press("ArrowDown"), ["step", 1]);
  assert.deepEqual(press("ArrowLeft"), ["step", -1]);
  assert.deepEqual(press("PageUp"), ["step", -5]);
  assert.deepEqual(press("Home"), ["first"]);
  assert.deepEqual(press("End"), ["last"]);
});

test("arrows move the selected or placed mark: ten pixels with Shift, a tenth with Alt", () => {
  assert.deepEqual(press("ArrowRight", SELECTED), ["nudge", 1, 0]);
  assert.deepEqual(press("ArrowUp", PLACING, { shiftKey: true }), ["nudge", 0, -10]);
  assert.deepEqual(press("ArrowLeft", SELECTED, { altKey: true }), ["nudge", -0.1, 0]);
  assert.deepEqual(press("PageDown", SELECTED), ["step", 5]);
});

test("Shift and an arrow move the picture the other way", () => {
  const [command, x, y] = press("ArrowDown", IDLE, { shiftKey: true });
  assert.deepEqual([command, Math.abs(x), y], ["pan", 0, -40]);
});

test("Alt and a key are left to the browser", () => {
  assert.equal(press("ArrowLeft", IDLE, { altKey: true }), null);
  assert.equal(press("c", IDLE, { altKey: true }), null);
});

test("Ctrl or Command undoes and redoes; other keys are left to the browser", () => {
  for (const modifier of ["ctrlKey", "metaKey"]) {
    assert.deepEqual(press("z", IDLE, { [modifier]: true }), ["undo"]);
    assert.deepEqual(press("Z", IDLE, { [modifier]: true, shiftKey: true }), ["redo"]);
    assert.deepEqual(press("y", IDLE, { [modifier]: true }), ["redo"]);
    assert.equal(press("c", IDLE, { [modifier]: true }), null);
    assert.equal(press("ArrowDown", IDLE, { [modifier]: true }), null);
  }
});

test("Escape first ends placing, then deselects", () => {
  assert.deepEqual(press("Escape", { ...PLACING, selected: true }), ["stopPlacing"]);
  assert.deepEqual(press("Escape", SELECTED), ["deselect"]);
  assert.equal(press("Escape"), null);
});

test("Enter places only on a picture", () => {
  assert.deepEqual(press("Enter", PLACING), ["place"]);
  assert.equal(press("Enter", { ...PLACING, onStage: false }), null);
  assert.equal(press("Enter"), null);
});

test("Delete and Backspace delete the selected mark", () => {
  assert.deepEqual(press("Delete", SELECTED), ["delete"]);
  assert.deepEqual(press("Backspace", SELECTED), ["delete"]);
  assert.equal(press("Delete"), null);
});

test("digits place the available presets", () => {
  assert.deepEqual(press("1"), ["preset", 0]);
  assert.deepEqual(press("4"), ["preset", 3]);
  assert.equal(press("5"), null);
  assert.equal(press("0"), null);
});

test("letters are tools and kinds of marks, also with caps lock", () => {
  assert.deepEqual(press("i"), ["tool", "invert"]);
  assert.deepEqual(press("I"), ["tool", "invert"]);
  assert.deepEqual(press("D"), ["kind", "line"]);
  assert.equal(press("d", { ...IDLE, kinds: {} }), null);
  assert.equal(press("q"), null);
});

test("brackets and x act on the selected mark", () => {
  assert.deepEqual(press("[", SELECTED), ["turn", -15]);
  assert.deepEqual(press("]", SELECTED), ["turn", 15]);
  assert.deepEqual(press("x", SELECTED), ["switchEnd"]);
  for (const key of ["[", "]", "x"]) assert.equal(press(key), null);
});

test("without single keys, single letters do nothing; arrows and undo still work", () => {
  const off = { ...SELECTED, singleKeys: false };
  for (const key of ["i", "1", "d", "[", "x"]) assert.equal(press(key, off), null);
  assert.deepEqual(press("ArrowUp", off), ["nudge", 0, -1]);
  assert.deepEqual(press("Delete", off), ["delete"]);
  assert.deepEqual(press("z", off, { ctrlKey: true }), ["undo"]);
});

test("some keys need two series or a case that may be edited", () => {
  assert.deepEqual(press("b"), ["tool", "beside"]);
  assert.deepEqual(press("n"), ["tool", "level"]);
  for (const key of ["b", "s", "k"]) assert.equal(press(key, { ...IDLE, several: false }), null);
  const reader = { ...IDLE, editable: false };
  assert.equal(press("n", reader), null);
  assert.equal(press("z", reader, { ctrlKey: true }), null);
});

test("names of inherited properties are not keys", () => {
  for (const key of ["constructor", "toString", "hasOwnProperty"]) assert.equal(press(key), null);
});

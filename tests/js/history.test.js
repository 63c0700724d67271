import assert from "node:assert/strict";
import test from "node:test";
import { History } from "../../static/js/viewer/pure/history.js";

function counted() {
  const history = new History();
  const now = { value: 0 };
  const set = (value) => {
    const before = now.value;
    const apply = (other) => () => {
      now.value = other;
    };
    history.record(apply(before), apply(value));
    now.value = value;
  };
  return { history, now, set };
}

test("steps are undone from last to first, and redone in order", () => {
  const { history, now, set } = counted();
  for (const value of [1, 2, 3]) set(value);
  const seen = [];
  while (history.undo()) seen.push(now.value);
  while (history.redo()) seen.push(now.value);
  assert.deepEqual(seen, [2, 1, 0, 1, 2, 3]);
});

test("an empty history has nothing to undo or redo", () => {
  const { history } = counted();
  assert.equal(history.undo(), false);
  assert.equal(history.redo(), false);
});

test("a new step clears the steps to redo", () => {
  const { history, now, set } = counted();
  set(1);
  history.undo();
  set(5);
  assert.equal(history.redo(), false);
  assert.equal(now.value, 5);
  history.undo();
  assert.equal(now.value, 0);
});

import assert from "node:assert/strict";
import test from "node:test";
import {
  cornerOf,
  firstCrop,
  moved,
  resized,
  stepped,
  within,
} from "../../static/js/figure/pure/crop.js";

const PICTURE = { wide: 200, high: 100 };

test("a crop stays within the picture", () => {
  assert.deepEqual(within([40, 0, 0], PICTURE), [40, 0, 0]);
  assert.deepEqual(within([40, 500, -500], PICTURE), [40, 80, -30]);
  assert.deepEqual(within([500, 20, 20], PICTURE), [100, 20, 0]);
  assert.deepEqual(within([1, 0, 0], PICTURE), [5, 0, 0]);
  assert.deepEqual(within([40.06, 1.04, 0], PICTURE), [40.1, 1, 0]);
});

test("a new crop is centred and half as large as the shorter side", () => {
  assert.deepEqual(firstCrop(PICTURE), [50, 0, 0]);
});

test("dragging the square moves the crop", () => {
  assert.deepEqual(moved([50, 1, 2], 10, -5), [50, 11, -3]);
});

test("dragging the corner does not move the opposite corner", () => {
  const before = [50, 0, 0];
  const after = resized(before, 10, 4);
  assert.deepEqual(after, [60, 5, 5]);
  assert.deepEqual(cornerOf(after, PICTURE), cornerOf(before, PICTURE));
  assert.deepEqual(cornerOf(before, PICTURE), { left: 75, top: 25 });
});

test("keys move the crop by 1 mm and resize it by 2 mm, ten times as much with Shift", () => {
  assert.deepEqual(stepped([50, 0, 0], { key: "ArrowLeft" }), [50, -1, 0]);
  assert.deepEqual(stepped([50, 0, 0], { key: "ArrowDown", shiftKey: true }), [50, 0, 10]);
  assert.deepEqual(stepped([50, 0, 0], { key: "+" }), [52, 0, 0]);
  assert.equal(stepped([50, 0, 0], { key: "a" }), null);
});

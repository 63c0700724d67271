import assert from "node:assert/strict";
import test from "node:test";
import {
  lineOn,
  middleOf,
  normalOf,
  toPatient,
  toPixel,
} from "../../static/js/viewer/pure/geometry.js";

const AXIAL = [1, 0, 0, 0, 1, 0];
const SAGITTAL = [0, 1, 0, 0, 0, -1];

function slice(position, orientation = AXIAL, more = {}) {
  return { position, orientation, spacing: [2, 0.5], columns: 101, rows: 51, ...more };
}

test("columns use the second spacing value and rows the first", () => {
  assert.deepEqual(toPatient(slice([10, 20, 30]), 4, 3), [12, 26, 30]);
  assert.deepEqual(toPatient(slice([0, 0, 0], SAGITTAL), 4, 3), [0, 2, -6]);
});

test("toPixel is the inverse of toPatient", () => {
  const one = slice([-7, 3, 11], SAGITTAL);
  assert.deepEqual(toPixel(one, toPatient(one, 17, 29)), [17, 29]);
});

test("the centre is halfway between the first and the last pixel", () => {
  assert.deepEqual(middleOf(slice([0, 0, 5])), [25, 50, 5]);
});

test("a normal has length 1; a slice without a position has none", () => {
  assert.deepEqual(normalOf(slice([0, 0, 0])), [0, 0, 1]);
  assert.equal(normalOf({ orientation: AXIAL, position: null }), null);
  assert.equal(normalOf({ orientation: [1, 0, 0, 1, 0, 0], position: [0, 0, 0] }), null);
});

test("a sagittal slice intersects an axial one along a column, over its own extent", () => {
  const axial = slice([0, 0, 0]); // 50 mm wide, 100 mm deep
  const sagittal = slice([20, 10, 30], SAGITTAL); // x = 20, y from 10 to 60
  const [from, to] = lineOn(axial, sagittal);
  const rows = [from[1], to[1]].sort((a, b) => a - b);
  assert.deepEqual([from[0], to[0]], [40, 40]);
  assert.ok(Math.abs(rows[0] - 9.75 / 2) < 1e-9 && Math.abs(rows[1] - 60.25 / 2) < 1e-9);
});

test("parallel slices and slices that do not reach each other do not intersect", () => {
  assert.equal(lineOn(slice([0, 0, 0]), slice([0, 0, 9])), null);
  assert.equal(lineOn(slice([0, 0, 0]), slice([200, 0, 30], SAGITTAL)), null);
  assert.equal(lineOn(slice([0, 0, 0]), slice([20, 10, 30], SAGITTAL, { spacing: null })), null);
});

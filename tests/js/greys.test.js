import assert from "node:assert/strict";
import test from "node:test";
import { halfToEven, minimumOf, shadeOf, tableOf } from "../../static/js/viewer/pure/greys.js";

const BYTES = { type: "u8", slope: 1, intercept: 0, function: "LINEAR" };

function shades(table) {
  return Array.from(table, (colour) => colour & 0xff);
}

test("a linear window ends half a value inside its width (PS3.3 C.11.2.1.2.1)", () => {
  assert.equal(shadeOf(0, 128, 256, "LINEAR"), 0);
  assert.equal(shadeOf(255, 128, 256, "LINEAR"), 255);
  assert.equal(shadeOf(127.5, 128, 256, "LINEAR"), 127.5);
});

test("a window of width 1 is a threshold", () => {
  assert.equal(shadeOf(39.5, 40, 1, "LINEAR"), 0);
  assert.equal(shadeOf(39.6, 40, 1, "LINEAR"), 255);
});

test("exact and sigmoid windows are mid-grey at their centre", () => {
  assert.equal(shadeOf(40, 40, 400, "LINEAR_EXACT"), 127.5);
  assert.equal(shadeOf(240, 40, 400, "LINEAR_EXACT"), 255);
  assert.equal(shadeOf(40, 40, 400, "SIGMOID"), 127.5);
  assert.ok(Math.abs(shadeOf(140, 40, 400, "SIGMOID") - 255 / (1 + Math.exp(-1))) < 1e-9);
});

test("halves are rounded to even, as on the server", () => {
  assert.deepEqual([0.5, 1.5, 2.5, 2.4, 2.6].map(halfToEven), [0, 2, 2, 2, 3]);
});

test("a table has an opaque grey for each stored value", () => {
  const table = tableOf(BYTES, 128, 256, false);
  assert.equal(table.length, 256);
  assert.deepEqual(
    shades(table),
    Array.from({ length: 256 }, (_none, at) => at),
  );
  assert.equal(table[7], 0xff070707);
});

test("inverted greys are complements", () => {
  assert.deepEqual(shades(tableOf(BYTES, 128, 256, true)).slice(0, 3), [255, 254, 253]);
});

test("slope and intercept are applied before the window; signed values start below zero", () => {
  const signed = { type: "i16", slope: 2, intercept: -10, function: "LINEAR_EXACT" };
  const table = tableOf(signed, 0, 20, false);
  const shadeAt = (stored) => table[stored - minimumOf(signed)] & 0xff;
  assert.equal(minimumOf(signed), -32768);
  assert.deepEqual([0, 5, 10].map(shadeAt), [0, 128, 255]); // the values -10, 0 and 10
});

test("the table of a window is cached", () => {
  assert.equal(tableOf(BYTES, 60, 99, false), tableOf({ ...BYTES }, 60, 99, false));
  assert.notEqual(tableOf(BYTES, 60, 99, false), tableOf(BYTES, 60, 98, false));
});

import assert from "node:assert/strict";
import test from "node:test";
import {
  descriptionOf,
  formatNumber,
  measurementText,
  stackText,
  targetOf,
} from "../../static/js/viewer/pure/wording.js";

const WORDS = {
  stack: "stack %1 of %2",
  unplaced: "place unknown",
  gap: "%1 mm missing",
  repeated: "same place",
  area: "%1 mm²",
  mean: "mean %1",
  length: "%1 mm",
  noSpacing: "no mm",
};

test("the text of a slice has its stack, gaps and duplicates", () => {
  const plain = { stack: 0, position: [0, 0, 0], gap: null };
  assert.equal(stackText([plain], 0, WORDS), "");
  const second = { stack: 1, stackWords: "b 800", position: null, gap: 9, repeated: true };
  assert.equal(
    stackText([plain, second], 1, WORDS),
    "stack 2 of 2: b 800 · place unknown · 9 mm missing · same place",
  );
  assert.equal(stackText([plain, second], 0, WORDS), "stack 1 of 2");
});

test("a line has its length in mm, or the reason why not", () => {
  const line = (measured) => ({ kind: "line", measured });
  assert.equal(measurementText(line({ length_mm: 12.345 }), WORDS), "12.3 mm");
  assert.equal(measurementText(line({ length_mm: null }), WORDS), "no mm");
  assert.equal(measurementText(line(undefined), WORDS), "");
});

test("an ellipse has its area and mean", () => {
  const ellipse = (measured) => measurementText({ kind: "ellipse", measured }, WORDS);
  assert.equal(ellipse({ area_mm2: 50.4, mean: 0 }), "50 mm² · mean 0");
  assert.equal(ellipse({ area_mm2: null, mean: 99.6 }), "mean 100");
  assert.equal(ellipse({ area_mm2: null, mean: null }), "");
});

test("an unsaved mark is described without its kind", () => {
  const mark = { plain: "left L5 (red, filled)", words: "Arrow: left L5 (red, filled)" };
  assert.equal(descriptionOf(mark), mark.plain);
  assert.equal(descriptionOf({ ...mark, id: 3 }), mark.words);
  assert.equal(targetOf(mark), "left L5");
});

test("numbers have at most two decimals", () => {
  assert.deepEqual([null, 40, 0.125, 700.5].map(formatNumber), ["", "40", "0.13", "700.5"]);
});

import assert from "node:assert/strict";
import test from "node:test";
import { matchesOption, placeBlock, readBlock } from "../../static/js/entry/pure/block.js";

const NAMES = ["hip flexion", "knee extension", "ankle dorsiflexion"];
const STRENGTH = {
  row: 0,
  column: 1,
  rowOf: (label) => NAMES.indexOf(label.trim().toLowerCase()),
  isValue: (text) => /^[0-5]?$/.test(text.trim()),
};

test("a block is split at tabs and at any line ending", () => {
  assert.deepEqual(readBlock("1\t2\r\n3\t4\r\n"), [
    ["1", "2"],
    ["3", "4"],
  ]);
  assert.deepEqual(readBlock("1\r2"), [["1"], ["2"]]);
  assert.deepEqual(readBlock("1\t\t3"), [["1", "", "3"]]);
});

test("a single value is not a block", () => {
  assert.equal(readBlock("4+"), null);
  assert.equal(readBlock("4+\n"), null);
});

test("a block without labels fills cells below and to the right; empty lines are skipped", () => {
  assert.deepEqual(placeBlock([["1", "2"], [" "], ["3"]], { row: 4, column: 2 }), [
    { row: 4, column: 2, text: "1" },
    { row: 4, column: 3, text: "2" },
    { row: 6, column: 2, text: "3" },
  ]);
});

test("the lines of a block with labels are matched to rows by label", () => {
  const block = [
    ["Ankle dorsiflexion", "3"],
    ["Hip flexion ", "4"],
  ];
  assert.deepEqual(placeBlock(block, STRENGTH), [
    { row: 2, column: 1, text: "3" },
    { row: 0, column: 1, text: "4" },
  ]);
});

test("a heading is skipped; an unknown label is reported", () => {
  const block = [
    ["Movement", "Left"],
    ["Hip flexion", "4"],
    ["Toe wiggling ", "3"],
  ];
  assert.deepEqual(placeBlock(block, STRENGTH), [
    { row: 0, column: 1, text: "4" },
    { unknownRow: "Toe wiggling" },
  ]);
});

test("a first line with values is not a heading", () => {
  const block = [
    ["Toe wiggling", "3"],
    ["Hip flexion", "4"],
  ];
  assert.deepEqual(placeBlock(block, STRENGTH)[0], { unknownRow: "Toe wiggling" });
});

test("outside the navigable rows, a block without labels has no target row", () => {
  const placed = placeBlock([["1"], ["2"]], { row: -1, column: -1 });
  assert.deepEqual(
    placed.map(({ row }) => row),
    [-1, 0],
  );
});

test("an option matches by its value, its label, or the number before a colon", () => {
  const option = { value: "severe", text: " 3: Severe " };
  for (const text of ["severe", "3: severe", " SEVERE "])
    assert.ok(matchesOption(option, text), text);
  assert.ok(matchesOption({ value: "x", text: "3: Severe" }, "3"));
  assert.equal(matchesOption(option, "sever"), false);
});

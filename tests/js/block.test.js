import assert from "node:assert/strict";
import test from "node:test";
import { isNamed, placeBlock, readBlock } from "../../static/js/entry/pure/block.js";

const NAMES = ["hip flexion", "knee extension", "ankle dorsiflexion"];
const STRENGTH = {
  row: 0,
  column: 1,
  rowOf: (label) => NAMES.indexOf(label.trim().toLowerCase()),
  isValue: (text) => /^[0-5]?$/.test(text.trim()),
};

test("a block is read by tabs and lines, whatever ends them", () => {
  assert.deepEqual(readBlock("1\t2\r\n3\t4\r\n"), [
    ["1", "2"],
    ["3", "4"],
  ]);
  assert.deepEqual(readBlock("1\r2"), [["1"], ["2"]]);
  assert.deepEqual(readBlock("1\t\t3"), [["1", "", "3"]]);
});

test("a single value is no block", () => {
  assert.equal(readBlock("4+"), null);
  assert.equal(readBlock("4+\n"), null);
});

test("a block without labels goes below and right of the cell; empty lines are passed over", () => {
  assert.deepEqual(placeBlock([["1", "2"], [" "], ["3"]], { row: 4, column: 2 }), [
    { row: 4, column: 2, text: "1" },
    { row: 4, column: 3, text: "2" },
    { row: 6, column: 2, text: "3" },
  ]);
});

test("a block with labels goes to the rows that they name", () => {
  const block = [
    ["Ankle dorsiflexion", "3"],
    ["Hip flexion ", "4"],
  ];
  assert.deepEqual(placeBlock(block, STRENGTH), [
    { row: 2, column: 1, text: "3" },
    { row: 0, column: 1, text: "4" },
  ]);
});

test("a heading is passed over; a label that no row has is told", () => {
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

test("a first line with values is no heading", () => {
  const block = [
    ["Toe wiggling", "3"],
    ["Hip flexion", "4"],
  ];
  assert.deepEqual(placeBlock(block, STRENGTH)[0], { unknownRow: "Toe wiggling" });
});

test("outside of the rows that are walked, a block without labels is placed nowhere", () => {
  const placed = placeBlock([["1"], ["2"]], { row: -1, column: -1 });
  assert.deepEqual(
    placed.map(({ row }) => row),
    [-1, 0],
  );
});

test("an option is named by its value, its words, or the number that they begin with", () => {
  const option = { value: "severe", text: " 3: Severe " };
  for (const text of ["severe", "3: severe", " SEVERE "]) assert.ok(isNamed(option, text), text);
  assert.ok(isNamed({ value: "x", text: "3: Severe" }, "3"));
  assert.equal(isNamed(option, "sever"), false);
});

import assert from "node:assert/strict";
import test from "node:test";
import { gradeOf, isGrade, lookOf, plainGrade } from "../../static/js/entry/pure/grades.js";

const GRADES = "0 1 1+ 2- 2 2+ 3- 3 3+ 4- 4 4+ 5- 5".split(" ");
const STATES = ["not tested", "limited by pain"];

test("every form of plus and minus is parsed, before or after the grade", () => {
  for (const text of ["3-", "3−", " 3 – ", "-3", "3⁻", "3－", "3‒"]) {
    assert.equal(plainGrade(text), "3-", text);
  }
  for (const text of ["4+", "+4", "4 +", "4＋", "4⁺"]) assert.equal(plainGrade(text), "4+", text);
});

test("grades, intervals, states and empty cells are valid", () => {
  const right = ["", "5", "4+", "MRC 3", "m4-", "4/5", "4 / 5", "2 to 3", "2-3", "2+-3-", "3 - 4"];
  const words = ["n", "NT", "not tested", "Limited by pain", "not_tested"];
  for (const text of [...right, ...words]) assert.ok(isGrade(text, GRADES, STATES), text);
});

test("anything else is invalid", () => {
  for (const text of ["6", "3++", "5+", "0-", "4/6", "1 to 2 to 3", "weak", "M", "33"]) {
    assert.equal(isGrade(text, GRADES, STATES), false, text);
  }
});

test("the map shows the lower end of an interval, with a true minus", () => {
  assert.deepEqual(gradeOf("3- to 4", GRADES), { rank: 6, base: "3", text: "3−…4" });
  assert.deepEqual(gradeOf("M4+/5", GRADES), { rank: 11, base: "4", text: "4+" });
  assert.deepEqual(gradeOf("not tested", GRADES), { isState: true });
  assert.equal(gradeOf("  ", GRADES), null);
});

test("a region shows the lowest grade of its muscles", () => {
  const found = ["5", "2+", "n", "3"].map((text) => gradeOf(text, GRADES));
  assert.deepEqual(lookOf(found), { css: "grade-2", text: "2+" });
  assert.deepEqual(lookOf([{ isState: true }]), { css: "state", text: "" });
  assert.deepEqual(lookOf([]), { css: "blank", text: "" });
});

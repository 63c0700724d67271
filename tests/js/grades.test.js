import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  gradeOf,
  isGrade,
  isKeptAsWords,
  lookOf,
  plainGrade,
} from "../../static/js/entry/pure/grades.js";

const EXAMPLES = JSON.parse(readFileSync(new URL("../grades.json", import.meta.url), "utf8"));
const GRADES = "0 1 1+ 2- 2 2+ 3- 3 3+ 4- 4 4+ 5- 5".split(" ");
const STATES = ["not tested", "limited by pain"];

test("every form of plus and minus is parsed, before or after the grade", () => {
  for (const text of ["3-", "3−", " 3 – ", "-3", "3⁻", "3－", "3‒"]) {
    assert.equal(plainGrade(text), "3-", text);
  }
  for (const text of ["4+", "+4", "4 +", "4＋", "4⁺"]) assert.equal(plainGrade(text), "4+", text);
});

test("every notation of the shared examples has the same meaning as on the server", () => {
  for (const [text, canonical] of Object.entries(EXAMPLES.grades)) {
    const [low] = canonical.split(" to ");
    assert.ok(isGrade(text, GRADES, STATES), text);
    assert.equal(gradeOf(text, GRADES).rank, GRADES.indexOf(low), text);
    assert.equal(isKeptAsWords(text, GRADES, STATES), false, text);
  }
});

test("states and empty cells are valid, and other words are kept as words", () => {
  for (const text of ["", ...EXAMPLES.states]) {
    assert.ok(isGrade(text, GRADES, STATES), text);
    assert.equal(isKeptAsWords(text, GRADES, STATES), false, text);
  }
  for (const text of EXAMPLES.words) {
    assert.ok(isGrade(text, GRADES, STATES), text);
    assert.ok(isKeptAsWords(text, GRADES, STATES), text);
    assert.deepEqual(gradeOf(text, GRADES), { isState: true });
  }
});

test("anything else is invalid", () => {
  for (const text of EXAMPLES.wrong) assert.equal(isGrade(text, GRADES, STATES), false, text);
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

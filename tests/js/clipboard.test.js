import assert from "node:assert/strict";
import { test } from "node:test";
import { tableIn } from "../../static/js/entry/pure/clipboard.js";

test("the text of a single cell is left to the browser", () => {
  for (const text of ["", "4", "3 to 4", "4\r\n", "seen on day 3\n"]) {
    assert.equal(tableIn(text, ""), null);
  }
  assert.equal(tableIn("4\r\n", "<table><tr><td>4</td></tr></table>"), null);
});

test("several cells or lines are a table, without the last line break", () => {
  assert.deepEqual(tableIn("4\t5\r\n", ""), { text: "4\t5", html: "" });
  assert.deepEqual(tableIn("4\n5\n", ""), { text: "4\n5", html: "" });
});

test("the HTML is kept if it has several cells and is not too long", () => {
  const html = "<table><tr><td>4</td><th>5</th></tr></table>";
  assert.deepEqual(tableIn("4 5", html), { text: "4 5", html });
  assert.deepEqual(tableIn("4\t5", "<p>4 5</p>"), { text: "4\t5", html: "" });
  assert.equal(tableIn("4\t5", html.padEnd(1000001)).html, "");
});

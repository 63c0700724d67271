import assert from "node:assert/strict";
import test from "node:test";
import { pauseAfter } from "../../static/js/shared/pure/retrying.js";

test("the pause grows with each failure, up to 8 seconds", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 99].map(pauseAfter), [1000, 2000, 4000, 8000, 8000, 8000]);
  assert.equal(pauseAfter(0), 0);
});

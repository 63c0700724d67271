import assert from "node:assert/strict";
import { test } from "node:test";
import { isMissing } from "../../static/js/entry/pure/expected-draft.js";

test("a page lacks input that was sent after the draft that it shows", () => {
  const sent = { page: "a-b", sequence: 5000 };
  for (const [continues, now, expected] of [
    ["a-b.5000", 5100, false],
    ["a-b.5001", 5100, false],
    ["a-b.4000", 5100, true],
    ["c-d.6000", 5100, true],
    ["", 5100, true],
    ["a-b.4000", 9000, false],
  ])
    assert.equal(isMissing(sent, continues, now), expected, `${continues} at ${now}`);
});

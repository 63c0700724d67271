import assert from "node:assert/strict";
import test from "node:test";
import { queryOf, queryWithOthers, readPane } from "../../static/js/viewer/pure/query.js";

function pane(more = {}) {
  return {
    prefix: "",
    series: 1,
    at: 2,
    center: 40,
    width: 400,
    usual: [40, 400],
    offset: 0,
    shift: [0, 0, 0],
    inverted: false,
    zoom: 1,
    pan: { x: 0, y: 0 },
    stage: { clientWidth: 400, clientHeight: 200 },
    ...more,
  };
}

test("the query has the slice and the settings that differ from the defaults", () => {
  assert.equal(String(queryOf([pane()], false)), "slice=3");
  const changed = pane({ center: 50, inverted: true, zoom: 2, pan: { x: 100, y: -50 } });
  assert.equal(
    decodeURIComponent(queryOf([changed], false)),
    "slice=3&center=50&width=400&inverted=1&view=2.000,0.250,-0.250",
  );
});

test("a second pane has its series, offset and shift, unless panes are not synchronised", () => {
  const beside = pane({ prefix: "beside_", series: 7, at: 0, offset: 2, shift: [0, 0, 4.5] });
  assert.equal(
    decodeURIComponent(queryOf([pane(), beside], true)),
    "slice=3&beside_slice=1&beside=7&beside_offset=2&beside_shift=0.00,0.00,4.50",
  );
  assert.equal(String(queryOf([pane(), beside], false)), "slice=3&beside_slice=1&beside=7&apart=1");
});

test("a query is parsed back to the same settings", () => {
  const shown = pane({
    prefix: "beside_",
    offset: -1,
    shift: [1, 2.25, 0],
    inverted: true,
    zoom: 4,
    pan: { x: 40, y: 0 },
  });
  assert.deepEqual(readPane(queryOf([shown], true), "beside_"), {
    shift: [1, 2.25, 0],
    offset: -1,
    view: [4, 0.1, 0],
    inverted: true,
  });
});

test("missing and invalid values are ignored", () => {
  const nothing = { shift: null, offset: null, view: null, inverted: false };
  assert.deepEqual(readPane(new URLSearchParams(""), ""), nothing);
  const query = new URLSearchParams("shift=1,2&offset=x&view=2,,0&inverted=yes");
  assert.deepEqual(readPane(query, ""), nothing);
});

test("a series that stays keeps its settings in its new pane; others start with the defaults", () => {
  const panes = [
    pane(),
    pane({ prefix: "beside_", series: 7 }),
    pane({ prefix: "third_", series: 8 }),
  ];
  const now = new URLSearchParams("slice=3&beside_slice=5&third_slice=6&third_inverted=1&apart=1");
  const prefixes = ["", "beside_", "third_", "fourth_"];
  assert.equal(
    String(queryWithOthers(now, panes, ["8", "9"], prefixes)),
    "slice=3&beside=8&beside_slice=6&beside_inverted=1&beside=9",
  );
});

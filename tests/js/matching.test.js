import assert from "node:assert/strict";
import test from "node:test";
import {
  canMoveTogether,
  matchMethod,
  matchSlice,
  partnerOf,
  setShifts,
} from "../../static/js/viewer/pure/matching.js";

const AXIAL = [1, 0, 0, 0, 1, 0];
const SAGITTAL = [0, 1, 0, 0, 0, -1];

function pane(places, more = {}) {
  const slices = places.map((z) => ({
    position: [0, 0, z],
    orientation: AXIAL,
    spacing: [1, 1],
    columns: 10,
    rows: 10,
  }));
  return { slices, at: 0, offset: 0, shift: [0, 0, 0], space: "1", ...more };
}

function across(more = {}) {
  const found = pane([0, 0], more);
  found.slices.forEach((slice, x) => {
    Object.assign(slice, { orientation: SAGITTAL, position: [x, 0, 0] });
  });
  return found;
}

test("a slice is matched with the one at the same position, with any slice spacing", () => {
  const thick = pane([0, 5, 10, 15], { at: 2 });
  const thin = pane(Array.from({ length: 16 }, (_none, z) => z));
  assert.deepEqual(matchSlice(thick, thin), { at: 10, near: true });
  thin.at = 11;
  assert.deepEqual(matchSlice(thin, thick), { at: 2, near: true });
});

test("if no slice is close enough, the nearest has near: false", () => {
  const long = pane([0, 5, 10, 15, 20, 25], { at: 5 });
  assert.deepEqual(matchSlice(long, pane([0, 5, 10])), { at: 2, near: false });
});

test("an offset is subtracted before matching, also outside the series", () => {
  const first = pane([0, 5, 10], { at: 2, offset: -1 });
  assert.deepEqual(matchSlice(first, pane([0, 5, 10, 15, 20])), { at: 3, near: true });
});

test("slices without a position are matched by order", () => {
  const unplaced = pane([0, 1, 2, 3, 4], { at: 2 });
  for (const slice of unplaced.slices) slice.position = null;
  assert.equal(matchMethod(unplaced, pane([0, 5])), "order");
  assert.deepEqual(matchSlice(unplaced, pane([0, 1, 2, 3, 4, 5, 6, 7, 8])), { at: 4, near: true });
});

test("perpendicular slices are not matched; a pane gets another partner", () => {
  const panes = [across(), pane([0, 5]), pane([0, 5])];
  assert.equal(matchMethod(panes[0], panes[1]), "none");
  assert.equal(partnerOf(panes[0], panes), undefined);
  assert.equal(partnerOf(panes[1], panes), undefined);
  assert.equal(partnerOf(panes[2], panes), panes[1]);
  assert.equal(canMoveTogether(panes), true);
  assert.equal(canMoveTogether(panes.slice(0, 2)), false);
});

test("another examination is shifted so that the slices shown match; its series share the shift", () => {
  const now = pane([0, 5, 10], { at: 1 });
  const before = pane([100, 105, 110], { at: 2, space: "2" });
  const alsoBefore = pane([103], { space: "2" });
  setShifts([now, before, alsoBefore]);
  assert.deepEqual(now.shift, [0, 0, 0]);
  assert.deepEqual(before.shift, [0, 0, 105]);
  assert.deepEqual(alsoBefore.shift, before.shift);
  assert.deepEqual(matchSlice({ ...now, at: 0 }, before), { at: 1, near: true });
});

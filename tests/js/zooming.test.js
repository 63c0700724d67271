import assert from "node:assert/strict";
import test from "node:test";
import { panned, WHOLE, zoomed } from "../../static/js/viewer/pure/zooming.js";

const STAGE = { width: 400, height: 200 };

test("zooming about the centre does not pan", () => {
  assert.deepEqual(zoomed(WHOLE, 2, STAGE), { zoom: 2, pan: { x: 0, y: 0 } });
});

test("the point that is zoomed about does not move", () => {
  const point = { x: 100, y: 50 };
  const before = zoomed(WHOLE, 2, STAGE, 30, -20);
  const after = zoomed(before, 4, STAGE, point.x, point.y);
  const onPicture = ({ zoom, pan }) => [(point.x - pan.x) / zoom, (point.y - pan.y) / zoom];
  assert.deepEqual(onPicture(after), onPicture(before));
});

test("zoom is limited", () => {
  assert.equal(zoomed(WHOLE, 0.5, STAGE).zoom, 1);
  assert.equal(zoomed(WHOLE, 99, STAGE).zoom, 16);
});

test("the picture covers the stage however far it is panned", () => {
  assert.deepEqual(panned({ zoom: 2 }, STAGE, 1000, -1000).pan, { x: 200, y: -100 });
  assert.deepEqual(panned({ zoom: 3 }, STAGE, -50, 20).pan, { x: -50, y: 20 });
});

test("zooming out again shows the whole picture", () => {
  const close = panned(zoomed(WHOLE, 2, STAGE), STAGE, 150, 90);
  const { zoom, pan } = zoomed(close, 1, STAGE);
  assert.deepEqual([zoom, Math.abs(pan.x), Math.abs(pan.y)], [1, 0, 0]);
});

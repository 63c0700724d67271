import assert from "node:assert/strict";
import test from "node:test";
import { FrameStore, interleave, prefetchOrder } from "../../static/js/viewer/pure/frame-store.js";

const frame = (bytes) => ({ pixels: new Uint8Array(bytes) });

test("the least recently used frame is dropped first", () => {
  const store = new FrameStore(30);
  for (const name of ["a", "b", "c"]) store.add(name, frame(10));
  store.get("a");
  store.add("d", frame(10));
  assert.deepEqual(
    ["a", "b", "c", "d"].map((name) => store.has(name)),
    [true, false, true, true],
  );
});

test("a frame larger than the store is kept until the next is added", () => {
  const store = new FrameStore(30);
  store.add("a", frame(10));
  store.add("large", frame(50));
  assert.deepEqual([store.has("a"), store.has("large")], [false, true]);
  store.add("b", frame(10));
  assert.deepEqual([store.has("large"), store.has("b")], [false, true]);
});

test("a picture counts four bytes per pixel", () => {
  const store = new FrameStore(40);
  store.add("a", { bitmap: { width: 3, height: 3 } });
  store.add("b", frame(4));
  assert.ok(store.has("a") && store.has("b"));
  store.add("c", frame(1));
  assert.equal(store.has("a"), false);
});

test("neighbours are fetched first, then the ends, then the rest", () => {
  assert.deepEqual(prefetchOrder(5, 20, 3), [6, 4, 19, 0, 7, 3, 8, 2]);
  assert.deepEqual(prefetchOrder(5, 20, 1), [6, 4]);
});

test("the lists of panes are interleaved", () => {
  assert.deepEqual(interleave([["a1", "a2", "a3"], ["b1"], []]), ["a1", "b1", "a2", "a3"]);
});

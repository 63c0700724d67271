import assert from "node:assert/strict";
import test from "node:test";
import {
  coordinate,
  handlesOf,
  nextEnd,
  shapesOf,
  stepped,
  triangle,
  turned,
} from "../../static/js/viewer/pure/shapes.js";

const SLICE = { columns: 101, rows: 51 };

function close(found, expected) {
  found.flat().forEach((value, at) => {
    assert.ok(Math.abs(value - expected.flat()[at]) < 1e-9, `${found} is not ${expected}`);
  });
}

test("an arrowhead points along its angle, with its tip at the mark's position", () => {
  close(triangle(50, 20, 0, 10), [
    [50, 20],
    [40, 23.6],
    [40, 16.4],
  ]);
  close(triangle(50, 20, 90, 10), [
    [50, 20],
    [46.4, 10],
    [53.6, 10],
  ]);
});

test("an arrow is a line and a head at its first end", () => {
  const [line, head] = shapesOf({ kind: "arrow", x: 20, y: 10, x2: 0, y2: 10 }, 10);
  assert.deepEqual(line, {
    name: "line",
    attributes: { x1: 13, y1: 10, x2: 0, y2: 10 },
    isStroke: true,
  });
  assert.equal(head.attributes.points, "20.00,10.00 13.00,12.52 13.00,7.48");
});

test("an ellipse fits between two corners in either order", () => {
  const [ellipse] = shapesOf({ kind: "ellipse", x: 30, y: 5, x2: 10, y2: 9 }, 10);
  assert.deepEqual(ellipse.attributes, { cx: 20, cy: 7, rx: 10, ry: 2 });
});

test("a text mark has no shapes", () => {
  assert.deepEqual(shapesOf({ kind: "text", x: 1, y: 1 }, 10), []);
});

test("a mark with two ends can be dragged at either end or in the middle", () => {
  const line = { kind: "line", x: 0, y: 0, x2: 10, y2: 4 };
  assert.deepEqual(handlesOf(line), [
    [0, 0, "first"],
    [10, 4, "second"],
    [5, 2, "both"],
  ]);
  assert.deepEqual(handlesOf({ kind: "point", x: 3, y: 4 }), [[3, 4, "both"]]);
});

test("nextEnd cycles through the ends", () => {
  assert.deepEqual(["both", "first", "second"].map(nextEnd), ["first", "second", "both"]);
});

test("a step moves the selected end along the axes of the step", () => {
  const line = { kind: "line", x: 10, y: 10, x2: 20, y2: 20 };
  assert.deepEqual(stepped(line, "both", 1, 0, SLICE), { x: 11, x2: 21 });
  assert.deepEqual(stepped(line, "second", 1, -2, SLICE), { x2: 21, y2: 18 });
});

test("a mark without a second end moves as a whole with any end selected", () => {
  const arrowhead = { kind: "arrowhead", x: 10, y: 10, x2: null, y2: null };
  assert.deepEqual(stepped(arrowhead, "second", 0.1, 0.1, SLICE), { x: 10.1, y: 10.1 });
});

test("a mark stops at the edge and keeps its shape", () => {
  const line = { kind: "line", x: 95, y: 0, x2: 99, y2: 5 };
  assert.deepEqual(stepped(line, "both", 10, -3, SLICE), { x: 96, x2: 100, y: 0, y2: 5 });
});

test("angles stay between -180 and 180", () => {
  assert.equal(turned(170, 15), -175);
  assert.equal(turned(-175, -15), 170);
  assert.equal(turned(0, 15), 15);
});

test("coordinates are rounded to 0.01 and limited to the picture", () => {
  assert.deepEqual(
    [12.3456, -1, 200].map((value) => coordinate(value, 100)),
    [12.35, 0, 100],
  );
});

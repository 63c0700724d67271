// The shapes of marks, in pixels of their slice, as in imaging/drawing/strokes.py, and how marks move and turn.
import { clamp, roundTo } from "../../shared/pure/numbers.js";

const ENDS = { both: ["x", "y", "x2", "y2"], first: ["x", "y"], second: ["x2", "y2"] };
const NEXT_END = { both: "first", first: "second", second: "both" };

export function isTwoEnded(kind) {
  return ["arrow", "line", "ellipse"].includes(kind);
}

export function triangle(x, y, degrees, length) {
  const angle = (degrees * Math.PI) / 180;
  const half = length * 0.36;
  const back = [x - length * Math.cos(angle), y - length * Math.sin(angle)];
  const aside = [-half * Math.sin(angle), half * Math.cos(angle)];
  return [
    [x, y],
    [back[0] + aside[0], back[1] + aside[1]],
    [back[0] - aside[0], back[1] - aside[1]],
  ];
}

const polygon = (points) => ({
  name: "polygon",
  attributes: {
    points: points.map((point) => point.map((value) => value.toFixed(2)).join(",")).join(" "),
  },
});
const stroke = (name, attributes) => ({ name, attributes, isStroke: true });

const SHAPES = {
  arrowhead: (mark, length) => [polygon(triangle(mark.x, mark.y, mark.angle_degrees, length))],
  arrow(mark, length) {
    const degrees = (Math.atan2(mark.y - mark.y2, mark.x - mark.x2) * 180) / Math.PI;
    const head = triangle(mark.x, mark.y, degrees, length * 0.7);
    const [x1, y1] = [0, 1].map((axis) => (head[1][axis] + head[2][axis]) / 2);
    return [stroke("line", { x1, y1, x2: mark.x2, y2: mark.y2 }), polygon(head)];
  },
  line: (mark) => [stroke("line", { x1: mark.x, y1: mark.y, x2: mark.x2, y2: mark.y2 })],
  ellipse: (mark) => [
    stroke("ellipse", {
      cx: (mark.x + mark.x2) / 2,
      cy: (mark.y + mark.y2) / 2,
      rx: Math.abs(mark.x2 - mark.x) / 2,
      ry: Math.abs(mark.y2 - mark.y) / 2,
    }),
  ],
  point: (mark, length) => [
    { name: "circle", attributes: { cx: mark.x, cy: mark.y, r: length * 0.2 } },
  ],
  text: () => [],
};

// Return the SVG elements of a mark as {name, attributes, isStroke}; `length` is the length of an arrowhead.
export function shapesOf(mark, length) {
  return SHAPES[mark.kind](mark, length);
}

// Return the points where a mark can be dragged, as [x, y, end that moves].
export function handlesOf(mark) {
  if (!isTwoEnded(mark.kind)) return [[mark.x, mark.y, "both"]];
  return [
    [mark.x, mark.y, "first"],
    [mark.x2, mark.y2, "second"],
    [(mark.x + mark.x2) / 2, (mark.y + mark.y2) / 2, "both"],
  ];
}

export function nextEnd(end) {
  return NEXT_END[end];
}

// Return a coordinate inside the picture, rounded as it is stored.
export function coordinate(value, max) {
  return roundTo(clamp(value, 0, max), 2);
}

// Return the coordinates that change, with their new values, if a mark or one `end` of it moves by a step.
export function stepped(mark, end, dx, dy, { columns, rows }) {
  const names = isTwoEnded(mark.kind) ? ENDS[end] : ENDS.first;
  const moved = {};
  for (const [axis, step, max] of [
    ["x", dx, columns - 1],
    ["y", dy, rows - 1],
  ]) {
    if (!step) continue;
    const own = names.filter((name) => name.startsWith(axis));
    const whole = stepWithin(
      own.map((name) => mark[name]),
      step,
      max,
    );
    for (const name of own) moved[name] = coordinate(mark[name] + whole, max);
  }
  return moved;
}

// Limit a step so that all coordinates stay inside the picture and the mark keeps its shape.
function stepWithin(coordinates, step, max) {
  return Math.max(-Math.min(...coordinates), Math.min(max - Math.max(...coordinates), step));
}

// Turn an angle by a number of degrees; return an angle of at least -180 and below 180.
export function turned(angle, degrees) {
  return ((angle + degrees + 540) % 360) - 180;
}

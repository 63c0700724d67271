// The crop of a figure, in millimetres: a square with sides of length `size`, centred `x` to the right of and
// `y` below the centre of a picture that is `wide` by `high`.
import { clamp, roundTo } from "../../shared/pure/numbers.js";

export const MIN_SIZE = 5;
const STEP = 1;
const STEPS = {
  ArrowLeft: [0, -STEP, 0],
  ArrowRight: [0, STEP, 0],
  ArrowUp: [0, 0, -STEP],
  ArrowDown: [0, 0, STEP],
  "+": [2 * STEP, 0, 0],
  "-": [-2 * STEP, 0, 0],
};

// Return the nearest crop, [size, x, y], of at least MIN_SIZE that fits in the picture, rounded to 0.1 mm.
export function within([size, x, y], { wide, high }) {
  const side = Math.min(Math.max(size, MIN_SIZE), Math.min(wide, high));
  const middle = (value, length) => clamp(value, (side - length) / 2, (length - side) / 2);
  return [side, middle(x, wide), middle(y, high)].map((value) => roundTo(value, 1));
}

export function firstCrop({ wide, high }) {
  return within([Math.min(wide, high) / 2, 0, 0], { wide, high });
}

export function moved([size, x, y], dx, dy) {
  return [size, x + dx, y + dy];
}

// Resize by dragging the lower right corner; the upper left corner does not move.
export function resized([size, x, y], dx, dy) {
  const grown = Math.max(dx, dy);
  return [size + grown, x + grown / 2, y + grown / 2];
}

// Return the crop moved by an arrow key or resized by + or −, ten times as far with Shift; null for other keys.
export function stepped(crop, { key, shiftKey, ctrlKey, metaKey, altKey }) {
  if (!Object.hasOwn(STEPS, key) || ctrlKey || metaKey || altKey) return null;
  return crop.map((value, at) => value + STEPS[key][at] * (shiftKey ? 10 : 1));
}

export function cornerOf([size, x, y], { wide, high }) {
  return { left: wide / 2 + x - size / 2, top: high / 2 + y - size / 2 };
}

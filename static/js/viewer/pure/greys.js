// The lookup table of a window: a colour for each stored value (PS3.3 C.11.2.1.2, C.11.2.1.3).
import { clamp } from "../../shared/pure/numbers.js";

const RANGES = { u8: [0, 256], u16: [0, 65536], i16: [-32768, 65536] };
const MAX_TABLES = 8;
const tables = new Map();

// Return colours as 0xAABBGGRR, indexed by stored value minus the minimum of the frame's type.
export function tableOf(frame, center, width, inverted) {
  const { type, slope, intercept, function: kind } = frame;
  const key = [type, slope, intercept, kind, center, width, inverted].join(" ");
  let table = tables.get(key);
  if (!table) {
    if (tables.size > MAX_TABLES) tables.clear();
    table = makeTable(frame, center, width, inverted);
    tables.set(key, table);
  }
  return table;
}

export function minimumOf(frame) {
  return RANGES[frame.type][0];
}

function makeTable(frame, center, width, inverted) {
  const [first, count] = RANGES[frame.type];
  const table = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    const value = (first + at) * frame.slope + frame.intercept;
    let shade = halfToEven(clamp(shadeOf(value, center, width, frame.function), 0, 255));
    if (inverted) shade = 255 - shade;
    table[at] = 0xff000000 | (shade << 16) | (shade << 8) | shade;
  }
  return table;
}

export function shadeOf(value, center, width, kind) {
  if (kind === "SIGMOID") return 255 / (1 + Math.exp((-4 * (value - center)) / width));
  if (kind === "LINEAR_EXACT") return ((value - center) / width + 0.5) * 255;
  if (width === 1) return value > center - 0.5 ? 255 : 0;
  return ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
}

// The server rounds in the same way, so that both pictures are identical.
export function halfToEven(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 ? low + 1 : low;
}

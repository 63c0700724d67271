// A cache of frames, and the order in which frames are prefetched.

// Frames by URL, with a total size of at most `maxBytes`; the least recently used frame is evicted first.
export class FrameStore {
  #frames = new Map();
  #bytes = 0;

  constructor(maxBytes) {
    this.maxBytes = maxBytes;
  }

  has(url) {
    return this.#frames.has(url);
  }

  get(url) {
    const frame = this.#frames.get(url);
    if (frame) {
      this.#frames.delete(url);
      this.#frames.set(url, frame);
    }
    return frame;
  }

  add(url, frame) {
    this.#frames.set(url, frame);
    this.#bytes += sizeOf(frame);
    for (const [oldest, one] of this.#frames) {
      if (this.#bytes <= this.maxBytes) break;
      if (oldest === url) continue;
      this.#frames.delete(oldest);
      this.#bytes -= sizeOf(one);
    }
    return frame;
  }
}

function sizeOf(frame) {
  if (frame.pixels) return frame.pixels.byteLength;
  return frame.bitmap ? frame.bitmap.width * frame.bitmap.height * 4 : 200;
}

// Return slice indexes to prefetch: both neighbours, the ends of the series, then other slices from near to
// far. Some indexes can be outside the series.
export function prefetchOrder(at, count, distance) {
  const around = (step) => [at + step, at - step];
  const steps = Array.from({ length: distance }, (_none, index) => index + 1);
  const ends = distance > 1 ? [count - 1, 0] : [];
  return [...around(1), ...ends, ...steps.slice(1).flatMap(around)];
}

// Interleave lists: the first item of each, then the second of each …
export function interleave(lists) {
  const longest = Math.max(...lists.map((list) => list.length));
  const turns = Array.from({ length: longest }, (_none, turn) => lists.map((list) => list[turn]));
  return turns.flat().filter(Boolean);
}

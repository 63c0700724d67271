// Frames on their way: fetched as numbers (or as the server's picture, where numbers will not do), kept
// in memory within bounds, the neighbours ahead of time. Their painting: viewer-paint.js.
"use strict";

const frames = {
  kept: new Map(), // address -> frame; the one used longest ago first
  coming: new Map(), // address -> Promise of a frame
  bytes: 0,
  most: 256 * 1024 * 1024,
  queue: [], // slices to fetch ahead, the nearest first
  ahead: 0, // how many of them are on their way
};
const NEIGHBOURS = 24; // slices fetched ahead on either side
const AHEAD = 2; // requests at a time, so that what the user waits for finds a free connection
const KINDS = { u8: Uint8Array, u16: Uint16Array, i16: Int16Array };

function frameAddress(slice) {
  return `${viewer.data.images}${slice.id}/frame.bin?frame=${slice.frame}`;
}

// Whether a pane's slices come as pictures that the server drew: colour, and tables of the file's own.
function comesAsPicture(pane) {
  return pane.width === null;
}

function addressOf(pane, slice) {
  return comesAsPicture(pane) ? address(pane, slice, "png") : frameAddress(slice);
}

// Why a frame is not here, in words; `passing` where it may come if it is asked for again.
class Trouble extends Error {
  constructor(words, passing, signedOut = false) {
    super(words);
    Object.assign(this, { passing, signedOut });
  }
}

async function ask(where, priority) {
  let response;
  try {
    response = await fetch(where, { redirect: "manual", priority });
  } catch {
    throw new Trouble(viewer.words.frameOffline, true);
  }
  if (response.type === "opaqueredirect" || response.status === 401) {
    throw new Trouble(viewer.words.signedOut, true, true);
  }
  if (response.ok || response.status === 415) return response;
  const plain = (response.headers.get("Content-Type") || "").startsWith("text/plain");
  const told = plain ? (await response.text()).slice(0, 300) : "";
  if (response.status === 422) throw new Trouble(told, false);
  if (response.status === 404) throw new Trouble(told || viewer.words.frameGone, false);
  throw new Trouble(told || fill(viewer.words.frameFailed, response.status), true);
}

async function fetchFrame(where, priority) {
  const response = await ask(where, priority);
  if (response.status === 415) return { asPicture: true };
  const said = response.headers.get("X-Frame");
  try {
    if (said === null) return { bitmap: await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" }) };
    const described = JSON.parse(said);
    return { ...described, pixels: new KINDS[described.type](await response.arrayBuffer()) };
  } catch {
    throw new Trouble(viewer.words.frameOffline, true); // the connection broke in the middle
  }
}

// A frame that is here, or undefined.
function known(where) {
  const frame = frames.kept.get(where);
  if (frame) {
    frames.kept.delete(where);
    frames.kept.set(where, frame);
  }
  return frame;
}

// A Promise of a frame; rejected with a Trouble. What is final is kept, what may pass is asked for again.
function load(where, priority = "high") {
  if (frames.coming.has(where)) return frames.coming.get(where);
  const coming = fetchFrame(where, priority)
    .catch((trouble) => {
      if (trouble.passing) throw trouble;
      return { refused: trouble.message };
    })
    .then((frame) => keep(where, frame))
    .finally(() => frames.coming.delete(where));
  frames.coming.set(where, coming);
  return coming;
}

function keep(where, frame) {
  frames.kept.set(where, frame);
  frames.bytes += sizeOf(frame);
  for (const [oldest, one] of frames.kept) {
    if (frames.bytes <= frames.most) break;
    if (oldest === where) continue;
    frames.kept.delete(oldest);
    frames.bytes -= sizeOf(one);
  }
  return frame;
}

function sizeOf(frame) {
  if (frame.pixels) return frame.pixels.byteLength;
  return frame.bitmap ? frame.bitmap.width * frame.bitmap.height * 4 : 200;
}

// Where one key leads from a slice: its neighbours, the ends of the series, then all around it, the
// nearest first.
function placesAhead(pane, most) {
  const around = (step) => [pane.at + step, pane.at - step];
  const steps = Array.from({ length: most }, (_none, index) => index + 1);
  const ends = most > 1 ? [pane.slices.length - 1, 0] : [];
  return [...around(1), ...ends, ...steps.slice(1).flatMap(around)];
}

// Fetch ahead what every pane may show next, in turns, as much as fits into half of the memory.
function prefetch() {
  const wanted = viewer.panes.map((pane) => {
    const { rows, columns } = current(pane);
    const room = frames.most / (viewer.panes.length * 4 * rows * columns * (comesAsPicture(pane) ? 4 : 2));
    const slices = placesAhead(pane, Math.min(NEIGHBOURS, Math.max(1, Math.floor(room)))).map((at) => pane.slices[at]);
    return slices.filter((slice) => slice && slice.held).map((slice) => addressOf(pane, slice));
  });
  const longest = Math.max(...wanted.map((addresses) => addresses.length));
  const turns = Array.from({ length: longest }, (_none, turn) => wanted.map((addresses) => addresses[turn]));
  frames.queue = turns.flat().filter(Boolean);
  pump();
}

function pump() {
  while (frames.ahead < AHEAD && frames.queue.length) {
    const where = frames.queue.shift();
    if (frames.kept.has(where) || frames.coming.has(where)) continue;
    frames.ahead += 1;
    load(where, "low")
      .catch(() => (frames.queue = [])) // said where it is wanted, not where it is only fetched ahead
      .finally(() => {
        frames.ahead -= 1;
        pump();
      });
  }
}

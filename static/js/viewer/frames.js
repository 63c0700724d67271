// Frames on their way: fetched as numbers (or as the server's picture, where numbers will not do), kept
// in memory within bounds, the neighbours ahead of time.
import { fill } from "../shared/pure/text.js";
import { FrameStore, inTurns, placesAhead } from "./pure/frame-store.js";
import { current, viewer } from "./state.js";

const NEIGHBOURS = 24; // slices fetched ahead on either side
const AHEAD = 2; // requests at a time, so that what the user waits for finds a free connection
const KINDS = { u8: Uint8Array, u16: Uint16Array, i16: Int16Array };

const store = new FrameStore(256 * 1024 * 1024);
const coming = new Map(); // address -> Promise of a frame
let queue = []; // addresses to fetch ahead, the nearest first
let ahead = 0; // how many of them are on their way

// Why a frame is not here, in words; `passing` where it may come if it is asked for again.
class Trouble extends Error {
  constructor(words, passing, signedOut = false) {
    super(words);
    Object.assign(this, { passing, signedOut });
  }
}

export function metadataAddress(slice) {
  return `${viewer.data.images}${slice.id}/metadata/?frame=${slice.frame}`;
}

// Of the picture that the server draws.
export function pictureAddress(pane, slice) {
  const window = pane.width === null ? "" : `&center=${pane.center}&width=${pane.width}`;
  return `${viewer.data.images}${slice.id}/image.png?frame=${slice.frame}${window}`;
}

export function frameAddress(pane, slice) {
  if (comesAsPicture(pane)) return pictureAddress(pane, slice);
  return `${viewer.data.images}${slice.id}/frame.bin?frame=${slice.frame}`;
}

// Colour, and tables of the file's own.
function comesAsPicture(pane) {
  return pane.width === null;
}

// A frame that is here, or undefined.
export function knownFrame(address) {
  return store.get(address);
}

// A Promise of a frame; rejected with a Trouble. What is final is kept, what may pass is asked for again.
export function loadFrame(address, priority = "high") {
  if (coming.has(address)) return coming.get(address);
  const promise = fetchFrame(address, priority)
    .catch((trouble) => {
      if (trouble.passing) throw trouble;
      return { refused: trouble.message };
    })
    .then((frame) => store.add(address, frame))
    .finally(() => coming.delete(address));
  coming.set(address, promise);
  return promise;
}

async function fetchFrame(address, priority) {
  const response = await ask(address, priority);
  if (response.status === 415) return { asPicture: true };
  const description = response.headers.get("X-Frame");
  try {
    if (description === null) {
      const picture = await response.blob();
      return { bitmap: await createImageBitmap(picture, { colorSpaceConversion: "none" }) };
    }
    const described = JSON.parse(description);
    return { ...described, pixels: new KINDS[described.type](await response.arrayBuffer()) };
  } catch {
    throw new Trouble(viewer.words.frameOffline, true); // the connection broke in the middle
  }
}

async function ask(address, priority) {
  const { words } = viewer;
  let response;
  try {
    response = await fetch(address, { redirect: "manual", priority });
  } catch {
    throw new Trouble(words.frameOffline, true);
  }
  if (response.type === "opaqueredirect" || response.status === 401) {
    throw new Trouble(words.signedOut, true, true);
  }
  if (response.ok || response.status === 415) return response;
  const isPlain = (response.headers.get("Content-Type") || "").startsWith("text/plain");
  const reason = isPlain ? (await response.text()).slice(0, 300) : "";
  if (response.status === 422) throw new Trouble(reason, false);
  if (response.status === 404) throw new Trouble(reason || words.frameGone, false);
  throw new Trouble(reason || fill(words.frameFailed, response.status), true);
}

// Fetch ahead what every pane may show next, in turns, as much as fits into half of the memory.
export function prefetch() {
  const wanted = viewer.panes.map((pane) => {
    const { rows, columns } = current(pane);
    const size = rows * columns * (comesAsPicture(pane) ? 4 : 2);
    const fitting = Math.floor(store.most / (viewer.panes.length * 4 * size));
    const most = Math.min(NEIGHBOURS, Math.max(1, fitting));
    const slices = placesAhead(pane.at, pane.slices.length, most).map((at) => pane.slices[at]);
    return slices.filter((slice) => slice?.held).map((slice) => frameAddress(pane, slice));
  });
  queue = inTurns(wanted);
  pump();
}

function pump() {
  while (ahead < AHEAD && queue.length) {
    const address = queue.shift();
    if (store.has(address) || coming.has(address)) continue;
    ahead += 1;
    loadFrame(address, "low")
      .catch(() => {
        queue = []; // told where the frame is wanted, not where it is only fetched ahead
      })
      .finally(() => {
        ahead -= 1;
        pump();
      });
  }
}

export function framesSettled() {
  return Promise.allSettled(coming.values());
}

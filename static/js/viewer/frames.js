// Fetch frames as stored values, or as the server's picture if that is not possible. Frames are cached up
// to a size limit, and neighbouring slices are prefetched.
import { fill } from "../shared/pure/text.js";
import { FrameStore, inTurns, placesAhead } from "./pure/frame-store.js";
import { current, viewer } from "./state.js";

const NEIGHBOURS = 24; // slices prefetched on either side
const AHEAD = 2; // concurrent prefetch requests; few, so that the current slice gets a free connection
const KINDS = { u8: Uint8Array, u16: Uint16Array, i16: Int16Array };

const store = new FrameStore(256 * 1024 * 1024);
const coming = new Map(); // URL -> Promise of a frame
let queue = []; // URLs to prefetch, nearest slices first
let ahead = 0; // number of prefetch requests in progress

// Why a frame could not be loaded; `retryable` if another request may succeed.
class Trouble extends Error {
  constructor(words, passing, signedOut = false) {
    super(words);
    Object.assign(this, { passing, signedOut });
  }
}

export function metadataAddress(slice) {
  return `${viewer.data.images}${slice.id}/metadata/?frame=${slice.frame}`;
}

export function pictureAddress(pane, slice) {
  const window = pane.width === null ? "" : `&center=${pane.center}&width=${pane.width}`;
  return `${viewer.data.images}${slice.id}/image.png?frame=${slice.frame}${window}`;
}

export function frameAddress(pane, slice) {
  if (comesAsPicture(pane)) return pictureAddress(pane, slice);
  return `${viewer.data.images}${slice.id}/frame.bin?frame=${slice.frame}`;
}

// Colour images, and images with their own lookup table.
function comesAsPicture(pane) {
  return pane.width === null;
}

export function knownFrame(address) {
  return store.get(address);
}

// Return a Promise of a frame. Permanent errors are cached; others reject it and can be retried.
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
    throw new Trouble(viewer.words.frameOffline, true); // the connection was lost during the response
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

// Prefetch the slices that each pane may show next, up to half of the cache.
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
        queue = []; // the error is shown when the user goes to that slice
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

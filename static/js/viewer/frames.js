// Fetch frames as stored values, or as the server's picture if that is not possible. Frames are cached up
// to a size limit, and neighbouring slices are prefetched.
import { fill } from "../shared/pure/text.js";
import { FrameStore, interleave, prefetchOrder } from "./pure/frame-store.js";
import { current, viewer } from "./state.js";

const NEIGHBOURS = 24; // slices prefetched on either side
const AHEAD = 2; // concurrent prefetch requests; few, so that the current slice gets a free connection
const KINDS = { u8: Uint8Array, u16: Uint16Array, i16: Int16Array };

const store = new FrameStore(256 * 1024 * 1024);
const pending = new Map(); // URL -> Promise of a frame
let queue = []; // URLs to prefetch, in the order of prefetchOrder
let ahead = 0; // number of prefetch requests in progress

// The reason a frame could not be loaded; `retryable` is true if another request may succeed.
class FrameError extends Error {
  constructor(message, retryable, signedOut = false) {
    super(message);
    Object.assign(this, { retryable, signedOut });
  }
}

export function metadataUrl(slice) {
  return `${viewer.data.images}${slice.id}/metadata/?frame=${slice.frame}`;
}

export function pictureUrl(pane, slice) {
  const window = pane.width === null ? "" : `&center=${pane.center}&width=${pane.width}`;
  return `${viewer.data.images}${slice.id}/image.png?frame=${slice.frame}${window}`;
}

export function frameUrl(pane, slice) {
  if (isServerRendered(pane)) return pictureUrl(pane, slice);
  return `${viewer.data.images}${slice.id}/frame.bin?frame=${slice.frame}`;
}

// True for colour images and for images with their own lookup table.
function isServerRendered(pane) {
  return pane.width === null;
}

export function cachedFrame(url) {
  return store.get(url);
}

// Return a Promise of a frame. A permanent error is cached as a frame with `refused`; any other error rejects
// the Promise, and the request can be retried.
export function loadFrame(url, priority = "high") {
  if (pending.has(url)) return pending.get(url);
  const promise = fetchFrame(url, priority)
    .catch((error) => {
      if (error.retryable) throw error;
      return { refused: error.message };
    })
    .then((frame) => store.add(url, frame))
    .finally(() => pending.delete(url));
  pending.set(url, promise);
  return promise;
}

async function fetchFrame(url, priority) {
  const response = await request(url, priority);
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
    throw new FrameError(viewer.messages.frameOffline, true); // the connection was lost during the response
  }
}

async function request(url, priority) {
  const { messages } = viewer;
  let response;
  try {
    response = await fetch(url, { redirect: "manual", priority });
  } catch {
    throw new FrameError(messages.frameOffline, true);
  }
  if (response.type === "opaqueredirect" || response.status === 401) {
    throw new FrameError(messages.signedOut, true, true);
  }
  if (response.ok || response.status === 415) return response;
  const isPlain = (response.headers.get("Content-Type") || "").startsWith("text/plain");
  const reason = isPlain ? (await response.text()).slice(0, 300) : "";
  if (response.status === 422) throw new FrameError(reason, false);
  if (response.status === 404) throw new FrameError(reason || messages.frameGone, false);
  throw new FrameError(reason || fill(messages.frameFailed, response.status), true);
}

// Prefetch the slices that each pane may show next, using up to half of the cache.
export function prefetch() {
  const wanted = viewer.panes.map((pane) => {
    const { rows, columns } = current(pane);
    const size = rows * columns * (isServerRendered(pane) ? 4 : 2);
    const affordable = Math.floor(store.maxBytes / (viewer.panes.length * 4 * size));
    const count = Math.min(NEIGHBOURS, Math.max(1, affordable));
    const slices = prefetchOrder(pane.at, pane.slices.length, count).map((at) => pane.slices[at]);
    return slices.filter((slice) => slice?.held).map((slice) => frameUrl(pane, slice));
  });
  queue = interleave(wanted);
  pump();
}

function pump() {
  while (ahead < AHEAD && queue.length) {
    const url = queue.shift();
    if (store.has(url) || pending.has(url)) continue;
    ahead += 1;
    loadFrame(url, "low")
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
  return Promise.allSettled(pending.values());
}

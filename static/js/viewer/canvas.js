// Draw a pane's slice, either from its stored values and the window's lookup table or from the server's
// picture. A pane shows the current slice or a message, never another slice.
import { fill } from "../shared/pure/text.js";
import { cachedFrame, frameUrl, loadFrame, pictureUrl } from "./frames.js";
import { announce } from "./messages.js";
import { minimumOf, tableOf } from "./pure/greys.js";
import { current, viewer } from "./state.js";

const LOADS = 2; // concurrent requests per pane

const nameOf = (slice) => `${slice.id}/${slice.frame}`;

export function isShown(pane) {
  return Boolean(pane.painted) && pane.painted === nameOf(current(pane));
}

// Mark the pane's initial slice as drawn: the page as served already contains its picture.
export function takePicture(pane) {
  if (pane.image.src && current(pane).held) pane.painted = nameOf(current(pane));
}

export function hasFailed(pane) {
  return ["failed", "signed-out"].includes(pane.stage.dataset.state);
}

export function paintFrame(pane) {
  const slice = current(pane);
  if (!slice.held) return blank(pane, "missing", viewer.messages.held);
  const url = frameUrl(pane, slice);
  const asPicture = cachedFrame(url)?.asPicture;
  return paintFrom(pane, slice, asPicture ? pictureUrl(pane, slice) : url);
}

function paintFrom(pane, slice, url) {
  pane.wanted = url;
  const frame = cachedFrame(url);
  if (!frame) return wait(pane, slice, url);
  if (frame.refused) return blank(pane, "refused", frame.refused);
  if (frame.pixels) paintValues(pane, slice, frame);
  else paintPicture(pane, slice, frame.bitmap);
  pane.painted = nameOf(slice);
  pane.canvas.dataset.shown = url;
  pane.canvas.hidden = false;
  pane.image.hidden = true;
  return setState(pane, "shown");
}

// If only the window has changed, keep showing the slice in its old window until the new picture is loaded;
// otherwise show a message. During fast scrolling, only some slices are requested, but always the last one.
function wait(pane, slice, url) {
  if (pane.painted !== nameOf(slice)) {
    blank(pane, "loading", fill(viewer.messages.loading, pane.at + 1, pane.slices.length));
  }
  if (pane.loads >= LOADS) return;
  pane.loads += 1;
  loadFrame(url)
    .then(
      () => null,
      (error) => error,
    )
    .then((error) => {
      pane.loads -= 1;
      if (error && pane.wanted === url) {
        blank(pane, error.signedOut ? "signed-out" : "failed", error.message);
      } else if (pane.wanted) paintFrame(pane);
    });
}

function blank(pane, state, text) {
  if (state !== "loading") pane.wanted = "";
  pane.painted = "";
  pane.canvas.hidden = true;
  pane.image.hidden = true;
  delete pane.canvas.dataset.shown;
  setState(pane, state, text);
  if (state !== "loading") announce(text);
}

function setState(pane, state, text = "") {
  if (pane.stage.dataset.state === state && pane.troubleText.textContent === text) return;
  pane.stage.dataset.state = state;
  pane.troubleText.textContent = text;
  pane.trouble.hidden = state === "shown";
  pane.trouble.querySelector("[data-retry]").hidden = !hasFailed(pane);
  pane.trouble.querySelector("[data-sign-in]").hidden = state !== "signed-out";
}

function paintValues(pane, slice, frame) {
  const inverted = (frame.photometric === "MONOCHROME1") !== pane.inverted;
  const table = tableOf(frame, pane.center, pane.width, inverted);
  const minimum = minimumOf(frame);
  const data = new ImageData(frame.columns, frame.rows);
  const out = new Uint32Array(data.data.buffer);
  const { pixels } = frame;
  for (let at = 0; at < pixels.length; at += 1) out[at] = table[pixels[at] - minimum];
  const context = sizedContext(pane.canvas, slice);
  if (slice.width === data.width && slice.height === data.height) {
    context.putImageData(data, 0, 0);
    return;
  }
  const plain = new OffscreenCanvas(data.width, data.height);
  plain.getContext("2d").putImageData(data, 0, 0);
  context.drawImage(plain, 0, 0, slice.width, slice.height);
}

// The canvas has square pixels, so images whose pixels are not square are scaled to their true proportions.
function sizedContext(canvas, slice) {
  if (canvas.width !== slice.width || canvas.height !== slice.height) {
    canvas.width = slice.width;
    canvas.height = slice.height;
  }
  return canvas.getContext("2d");
}

function paintPicture(pane, slice, bitmap) {
  const context = sizedContext(pane.canvas, slice);
  context.drawImage(bitmap, 0, 0, slice.width, slice.height);
  if (!pane.inverted) return;
  context.globalCompositeOperation = "difference";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, slice.width, slice.height);
  context.globalCompositeOperation = "source-over";
}

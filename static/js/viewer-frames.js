// Frames: fetched as numbers, kept in memory within bounds, windowed through a table and painted on a
// canvas. What a table cannot show (colour, a stored lookup table) is shown as the server's picture.
"use strict";

const frames = {
  kept: new Map(), // address -> frame, a Promise of it, or null where a picture has to do; oldest first
  bytes: 0,
  most: 256 * 1024 * 1024,
  tables: new Map(),
};
const NEIGHBOURS = 24; // slices fetched ahead on either side
const KINDS = { u8: Uint8Array, u16: Uint16Array, i16: Int16Array };

function frameAddress(slice) {
  return `${viewer.data.images}${slice.id}/frame.bin?frame=${slice.frame}`;
}

async function fetchFrame(slice) {
  const response = await fetch(frameAddress(slice));
  if (!response.ok) return { refused: response.status, words: (await response.text()).slice(0, 300) };
  const said = JSON.parse(response.headers.get("X-Frame"));
  return { ...said, pixels: new KINDS[said.type](await response.arrayBuffer()) };
}

// A frame that is here, or undefined while it is on its way; `then` is called when it has come.
function getFrame(slice, then) {
  const address = frameAddress(slice);
  const known = frames.kept.get(address);
  if (known && !(known instanceof Promise)) {
    frames.kept.delete(address);
    frames.kept.set(address, known);
    return known;
  }
  const coming = known || fetchFrame(slice);
  if (!known) {
    frames.kept.set(address, coming);
    coming.then((frame) => keep(address, frame), () => frames.kept.delete(address));
  }
  if (then) coming.then(then, () => {});
  return undefined;
}

function keep(address, frame) {
  frames.kept.delete(address);
  frames.kept.set(address, frame);
  frames.bytes += sizeOf(frame);
  for (const [oldest, one] of frames.kept) {
    if (frames.bytes <= frames.most) return;
    if (one instanceof Promise || oldest === address) continue;
    frames.kept.delete(oldest);
    frames.bytes -= sizeOf(one);
  }
}

function sizeOf(frame) {
  return frame.pixels ? frame.pixels.byteLength : 200;
}

function prefetch(pane) {
  for (let step = 1; step <= NEIGHBOURS; step += 1) {
    for (const at of [pane.at + step, pane.at - step]) {
      const slice = pane.slices[at];
      if (slice && slice.held) getFrame(slice);
    }
  }
}

// The table of a window: a colour for each stored value (PS3.3 C.11.2.1.2, C.11.2.1.3) -------------

function tableOf(frame, center, width, inverted) {
  const key = [frame.type, frame.slope, frame.intercept, frame.function, center, width, inverted].join(" ");
  let table = frames.tables.get(key);
  if (!table) {
    if (frames.tables.size > 8) frames.tables.clear();
    table = makeTable(frame, center, width, inverted);
    frames.tables.set(key, table);
  }
  return table;
}

function makeTable(frame, center, width, inverted) {
  const [first, count] = { u8: [0, 256], u16: [0, 65536], i16: [-32768, 65536] }[frame.type];
  const table = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    const value = (first + at) * frame.slope + frame.intercept;
    let shade = halfToEven(Math.max(0, Math.min(255, shadeOf(value, center, width, frame.function))));
    if (inverted) shade = 255 - shade;
    table[at] = 0xff000000 | (shade << 16) | (shade << 8) | shade;
  }
  return table;
}

function shadeOf(value, center, width, kind) {
  if (kind === "SIGMOID") return 255 / (1 + Math.exp((-4 * (value - center)) / width));
  if (kind === "LINEAR_EXACT") return ((value - center) / width + 0.5) * 255;
  if (width === 1) return value > center - 0.5 ? 255 : 0;
  return ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
}

// As the server rounds, so that both pictures are the same.
function halfToEven(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 ? low + 1 : low;
}

// Painting -------------------------------------------------------------------------------------

function paintFrame(pane, slice) {
  if (!slice.held) return hidePicture(pane);
  const wanted = frameAddress(slice);
  pane.wanted = wanted;
  const frame = getFrame(slice, () => {
    if (pane.wanted === wanted) paintFrame(pane, slice);
  });
  if (frame === undefined) return; // the slice before stays until this one is here
  if (!frame.pixels || pane.width === null) return showPicture(pane, slice, frame);
  paintCanvas(pane, slice, frame);
}

function hidePicture(pane) {
  pane.wanted = "";
  pane.canvas.hidden = pane.image.hidden = true;
}

function paintCanvas(pane, slice, frame) {
  const inverted = (frame.photometric === "MONOCHROME1") !== pane.inverted;
  const table = tableOf(frame, pane.center, pane.width, inverted);
  const offset = frame.type === "i16" ? 32768 : 0;
  const data = new ImageData(frame.columns, frame.rows);
  const out = new Uint32Array(data.data.buffer);
  const { pixels } = frame;
  for (let at = 0; at < pixels.length; at += 1) out[at] = table[pixels[at] + offset];
  putOn(pane.canvas, data, slice);
  pane.canvas.hidden = false;
  pane.image.hidden = true;
  pane.canvas.dataset.shown = pane.wanted;
}

// Pixels that are not square are stretched to the proportions of the body.
function putOn(canvas, data, slice) {
  const square = slice.width === data.width && slice.height === data.height;
  if (canvas.width !== slice.width || canvas.height !== slice.height) {
    canvas.width = slice.width;
    canvas.height = slice.height;
  }
  const context = canvas.getContext("2d");
  if (square) return context.putImageData(data, 0, 0);
  const plain = new OffscreenCanvas(data.width, data.height);
  plain.getContext("2d").putImageData(data, 0, 0);
  context.drawImage(plain, 0, 0, slice.width, slice.height);
}

function showPicture(pane, slice, frame) {
  const refused = frame.refused && frame.refused !== 415;
  pane.canvas.hidden = true;
  pane.image.hidden = Boolean(refused);
  const message = pane.root.querySelector("[data-refused]");
  message.hidden = !refused;
  message.textContent = refused ? frame.words : "";
  if (!refused) pane.image.src = address(pane, slice, "png");
}

// Painting a slice on its canvas: stored values through the table of a window, or the server's picture.
// A pane shows the picture of the slice that its number names, or says why there is none; never another.
"use strict";

const tables = new Map();

// The table of a window: a colour for each stored value (PS3.3 C.11.2.1.2, C.11.2.1.3) -------------

function tableOf(frame, center, width, inverted) {
  const key = [frame.type, frame.slope, frame.intercept, frame.function, center, width, inverted].join(" ");
  let table = tables.get(key);
  if (!table) {
    if (tables.size > 8) tables.clear();
    table = makeTable(frame, center, width, inverted);
    tables.set(key, table);
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

// What a pane shows ------------------------------------------------------------------------------

const nameOf = (slice) => `${slice.id}/${slice.frame}`;

function paintFrame(pane, slice) {
  if (!slice.held) return blank(pane, "missing", viewer.words.held);
  if (comesAsPicture(pane)) return paintFrom(pane, slice, addressOf(pane, slice));
  const where = frameAddress(slice);
  const frame = known(where);
  if (frame && frame.asPicture) return paintFrom(pane, slice, address(pane, slice, "png"));
  return paintFrom(pane, slice, where);
}

function paintFrom(pane, slice, where) {
  pane.wanted = where;
  const frame = known(where);
  if (!frame) return wait(pane, slice, where);
  if (frame.refused) return blank(pane, "refused", frame.refused);
  if (frame.pixels) paintValues(pane, slice, frame);
  else paintPicture(pane, slice, frame.bitmap);
  pane.painted = nameOf(slice);
  pane.canvas.dataset.shown = where;
  pane.canvas.hidden = false;
  pane.image.hidden = true;
  return setState(pane, "shown");
}

// The same slice in another window may stay until the new picture is here; another slice may not. Of
// many slices passed at once, those at the end are asked for.
function wait(pane, slice, where) {
  if (pane.painted !== nameOf(slice)) {
    blank(pane, "loading", fill(viewer.words.loading, pane.at + 1, pane.slices.length));
  }
  if (pane.loads >= 2) return;
  pane.loads += 1;
  load(where)
    .then(() => null, (trouble) => trouble)
    .then((trouble) => {
      pane.loads -= 1;
      if (trouble && pane.wanted === where) {
        blank(pane, trouble.signedOut ? "signed-out" : "failed", trouble.message);
      } else if (pane.wanted) paintFrame(pane, current(pane));
    });
}

function blank(pane, state, words) {
  if (state !== "loading") pane.wanted = "";
  pane.painted = "";
  pane.canvas.hidden = pane.image.hidden = true;
  delete pane.canvas.dataset.shown;
  setState(pane, state, words);
  if (state !== "loading") say(words);
}

function setState(pane, state, words = "") {
  if (pane.stage.dataset.state === state && pane.troubleWords.textContent === words) return;
  pane.stage.dataset.state = state;
  pane.troubleWords.textContent = words;
  pane.trouble.hidden = state === "shown";
  pane.trouble.querySelector("[data-retry]").hidden = !["failed", "signed-out"].includes(state);
  pane.trouble.querySelector("[data-sign-in]").hidden = state !== "signed-out";
}

function isShown(pane) {
  return Boolean(pane.painted) && pane.painted === nameOf(current(pane));
}

// Ask again for what did not come.
function retry() {
  for (const pane of viewer.panes) {
    if (["failed", "signed-out"].includes(pane.stage.dataset.state)) paint(pane);
  }
}

function paintValues(pane, slice, frame) {
  const inverted = (frame.photometric === "MONOCHROME1") !== pane.inverted;
  const table = tableOf(frame, pane.center, pane.width, inverted);
  const offset = frame.type === "i16" ? 32768 : 0;
  const data = new ImageData(frame.columns, frame.rows);
  const out = new Uint32Array(data.data.buffer);
  const { pixels } = frame;
  for (let at = 0; at < pixels.length; at += 1) out[at] = table[pixels[at] + offset];
  const context = sized(pane.canvas, slice);
  if (slice.width === data.width && slice.height === data.height) return context.putImageData(data, 0, 0);
  const plain = new OffscreenCanvas(data.width, data.height);
  plain.getContext("2d").putImageData(data, 0, 0);
  return context.drawImage(plain, 0, 0, slice.width, slice.height);
}

// Pixels that are not square are stretched to the proportions of the body.
function sized(canvas, slice) {
  if (canvas.width !== slice.width || canvas.height !== slice.height) {
    canvas.width = slice.width;
    canvas.height = slice.height;
  }
  return canvas.getContext("2d");
}

function paintPicture(pane, slice, bitmap) {
  const context = sized(pane.canvas, slice);
  context.drawImage(bitmap, 0, 0, slice.width, slice.height);
  if (!pane.inverted) return;
  context.globalCompositeOperation = "difference";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, slice.width, slice.height);
  context.globalCompositeOperation = "source-over";
}

addEventListener("online", retry);
document.addEventListener("visibilitychange", () => document.hidden || retry());

// The viewer: panes, slices and windows. Panes that move together: viewer-sync.js; frames and their
// painting: viewer-frames.js, viewer-paint.js; zoom, cine, reference lines: viewer-view.js; marks:
// viewer-marks.js, viewer-place.js, viewer-saving.js; keys: viewer-keys.js; wheel, pointer and buttons:
// viewer-hands.js.
"use strict";

const viewer = {
  root: document.getElementById("viewer"),
  data: JSON.parse(document.getElementById("viewer-data").textContent),
  words: document.querySelector("[data-words]").dataset,
  active: 0,
  synced: true,
  showMarks: true,
  panes: [],
};
const SVG = "http://www.w3.org/2000/svg";

function fill(template, ...values) {
  return template.replace(/%(\d)/g, (_whole, number) => values[number - 1]);
}

function say(text) {
  viewer.root.querySelector("[data-status]").textContent = text;
}

// A line above the pictures; with `again`, a button beside it tries again what was not saved.
function show(text, again = "") {
  viewer.root.querySelector("[data-message]").hidden = !text;
  viewer.root.querySelector("[data-message-words]").textContent = text;
  viewer.root.querySelector("[data-save-again]").hidden = !again;
  viewer.root.querySelector("[data-message] [data-sign-in]").hidden = again !== "signed-out";
}

function makePane(data, at) {
  const root = viewer.root.querySelector(`[data-pane="${at}"]`);
  return {
    ...data,
    number: at,
    root,
    stage: root.querySelector("[data-stage]"),
    image: root.querySelector("[data-image]"),
    canvas: root.querySelector("[data-canvas]"),
    view: root.querySelector("[data-view]"),
    lines: root.querySelector("[data-lines-layer]"),
    overlay: root.querySelector("[data-overlay]"),
    trouble: root.querySelector("[data-trouble]"),
    troubleWords: root.querySelector("[data-trouble-words]"),
    layer: root.querySelector("[data-marks-layer]"),
    wanted: "", // address of the frame that is waited for
    painted: "", // the slice whose picture is to be seen
    loads: 0,
    offset: 0,
    zoom: 1,
    pan: { x: 0, y: 0 },
    inverted: false,
    empty: false,
  };
}

function current(pane) {
  return pane.slices[pane.at];
}

function address(pane, slice, format) {
  const window = pane.width === null ? "" : `&center=${pane.center}&width=${pane.width}`;
  return `${viewer.data.images}${slice.id}/image.${format}?frame=${slice.frame}${window}`;
}

function paint(pane) {
  const slice = current(pane);
  if (!slice) return;
  paintFrame(pane, slice);
  frame(pane, slice);
  paintMarks(pane);
  paintLines();
}

function frame(pane, slice) {
  pane.image.width = slice.width;
  pane.image.height = slice.height;
  pane.overlay.setAttribute("viewBox", `0 0 ${slice.width} ${slice.height}`);
  const scale = `scale(${slice.width / slice.columns} ${slice.height / slice.rows})`;
  for (const layer of [pane.layer, pane.lines]) layer.setAttribute("transform", `${scale} translate(0.5 0.5)`);
  for (const place of ["left", "right", "top", "bottom"]) {
    const letter = slice.letters ? slice.letters[place] : "";
    pane.root.querySelector(`[data-letter="${place}"]`).textContent = letter;
  }
  pane.root.querySelector("[data-no-letters]").hidden = Boolean(slice.letters);
  pane.root.querySelector("[data-counter]").textContent = `${pane.at + 1}/${pane.slices.length}`;
  pane.root.querySelector("[data-stack]").textContent = stackWords(pane, slice);
  pane.root.querySelector("[data-level]").textContent = slice.level || "";
  pane.root.querySelector("[data-no-match]").hidden = !pane.empty;
  pane.root.querySelector("[data-metadata]").href = metadataAddress(slice);
  pane.canvas.setAttribute("aria-label", nameOfSlice(pane));
  pane.image.alt = nameOfSlice(pane);
  setFields(pane);
}

function nameOfSlice(pane) {
  const name = pane.root.querySelector("h2").textContent.trim();
  return `${name}, ${fill(viewer.words.slice, pane.at + 1, pane.slices.length)}`;
}

function metadataAddress(slice) {
  return `${viewer.data.images}${slice.id}/metadata/?frame=${slice.frame}`;
}

// Which stack of several, and what is missing or doubled before this slice.
function stackWords(pane, slice) {
  const stacks = pane.slices[pane.slices.length - 1].stack + 1;
  const words = [];
  if (stacks > 1) {
    const number = fill(viewer.words.stack, slice.stack + 1, stacks);
    words.push(slice.stackWords ? `${number}: ${slice.stackWords}` : number);
  }
  if (!slice.position) words.push(viewer.words.unplaced);
  if (slice.gap !== null) words.push(fill(viewer.words.gap, slice.gap));
  if (slice.repeated) words.push(viewer.words.repeated);
  return words.join(" · ");
}

function setFields(pane) {
  for (const field of pane.root.querySelectorAll("[data-slice-field]")) field.value = pane.at + 1;
  if (pane.number === 0) {
    for (const field of viewer.root.querySelectorAll("aside [data-slice-field]")) field.value = pane.at + 1;
  }
  const center = pane.root.querySelector("[data-center]");
  if (center && document.activeElement !== center) center.value = round(pane.center);
  const width = pane.root.querySelector("[data-width]");
  if (width && document.activeElement !== width) width.value = round(pane.width);
  const words = pane.root.querySelector("[data-window-words]");
  if (words) words.textContent = `${round(pane.center)} / ${round(pane.width)}`;
  for (const step of pane.root.querySelectorAll("[data-step]")) {
    const next = pane.at + Number(step.dataset.step);
    const none = next < 0 || next >= pane.slices.length;
    step.toggleAttribute("aria-disabled", none);
    if (none) step.setAttribute("aria-disabled", "true");
    else if (!step.hasAttribute("href")) step.href = "#";
  }
}

function round(value) {
  return value === null ? "" : String(Math.round(value * 100) / 100);
}

// Slices ---------------------------------------------------------------------------------------

function clamp(value, most) {
  return Math.max(0, Math.min(most, value));
}

function goTo(pane, at) {
  const next = clamp(at, pane.slices.length - 1);
  if (next === pane.at) return;
  showSlice(pane, next);
  follow(pane);
  if (!cine.timer) say(fill(viewer.words.slice, pane.at + 1, pane.slices.length));
  remember();
  prefetch();
}

function showSlice(pane, at, empty = false) {
  pane.at = at;
  pane.empty = empty;
  leaveMarks(pane);
  paint(pane);
}

// Windows --------------------------------------------------------------------------------------

function setWindow(pane, center, width) {
  if (pane.width === null || !Number.isFinite(center) || !Number.isFinite(width)) return;
  pane.center = Math.round(center * 100) / 100;
  pane.width = Math.max(1, Math.round(width * 100) / 100);
  paint(pane);
  const usual = pane.usual;
  viewer.data.windows.forEach(([, up, wider], at) => {
    const link = pane.root.querySelector(`[data-window="${at}"]`);
    const chosen = near(pane.center, usual[0] * up) && near(pane.width, usual[1] * wider);
    if (chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  remember();
}

function near(a, b) {
  return Math.abs(a - b) < 0.02;
}

function reset(pane) {
  pane.inverted = false;
  fit(pane);
  if (pane.width !== null) setWindow(pane, pane.usual[0], pane.usual[1]);
  else paint(pane);
}

function toggleMarks() {
  viewer.showMarks = !viewer.showMarks;
  viewer.root.classList.toggle("no-marks", !viewer.showMarks);
  press("annotations", viewer.showMarks);
}

// The address names what is shown, so a reload, a bookmark and Back work -----------------------

let remembering = 0;

function addressOfView() {
  const query = new URLSearchParams();
  for (const pane of viewer.panes) {
    query.set(`${pane.prefix}slice`, pane.at + 1);
    if (pane.center !== pane.usual[0] || pane.width !== pane.usual[1]) {
      query.set(`${pane.prefix}center`, pane.center);
      query.set(`${pane.prefix}width`, pane.width);
    }
    if (pane.prefix) query.append("beside", pane.series);
    if (viewer.synced && pane.offset) query.set(`${pane.prefix}offset`, pane.offset);
    if (viewer.synced && pane.shift.some(Boolean)) query.set(`${pane.prefix}shift`, pane.shift.map((value) => value.toFixed(2)).join(","));
    if (pane.inverted) query.set(`${pane.prefix}inverted`, 1);
    if (pane.zoom !== 1) {
      const shares = [pane.pan.x / pane.stage.clientWidth, pane.pan.y / pane.stage.clientHeight];
      query.set(`${pane.prefix}view`, [pane.zoom, ...shares].map((value) => value.toFixed(3)).join(","));
    }
  }
  if (viewer.panes.length > 1 && !viewer.synced) query.set("apart", 1);
  return query;
}

function remember() {
  clearTimeout(remembering);
  remembering = setTimeout(rememberNow, 150);
}

function rememberNow() {
  clearTimeout(remembering);
  history.replaceState(null, "", `?${addressOfView()}`);
  for (const field of viewer.root.querySelectorAll("[data-view-field]")) field.value = location.search.slice(1);
}

// What an address says of how a pane is looked at, beyond what the server reads from it.
function recall() {
  const query = new URLSearchParams(location.search);
  viewer.synced = viewer.panes.length > 1 && query.get("apart") !== "1";
  press("sync", viewer.synced);
  for (const pane of viewer.panes) {
    const numbers = (name) => (query.get(pane.prefix + name) || "x").split(",").map(Number);
    const [shift, [offset]] = [numbers("shift"), numbers("offset")];
    if (shift.length === 3 && shift.every(Number.isFinite)) {
      pane.shift = shift;
      setOffset(pane, offset || 0);
    } else if (Number.isFinite(offset)) setOffset(pane, offset);
    pane.inverted = query.get(`${pane.prefix}inverted`) === "1";
    const [zoom, x, y] = numbers("view");
    if (![zoom, x, y].every(Number.isFinite) || zoom <= 1) continue;
    zoomTo(pane, zoom);
    panTo(pane, x * pane.stage.clientWidth, y * pane.stage.clientHeight);
  }
}

viewer.panes = viewer.data.panes.filter((pane) => pane.slices.length).map(makePane);
viewer.synced = viewer.panes.length > 1;
viewer.root.classList.add("started");

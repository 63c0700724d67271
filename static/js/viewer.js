// The viewer: slices, windows and two panes that move together. Pictures come from the server, each
// under an address that never changes, so a slice seen once is there at once. Marks: viewer-marks.js;
// keys, wheel and pointer: viewer-keys.js.
"use strict";

const viewer = {
  root: document.getElementById("viewer"),
  data: JSON.parse(document.getElementById("viewer-data").textContent),
  words: document.querySelector("[data-words]").dataset,
  active: 0,
  synced: true,
  offset: 0,
  showMarks: true,
  panes: [],
};
const SVG = "http://www.w3.org/2000/svg";
const PRELOADED = 40; // slices on either side of the shown one

function fill(template, ...values) {
  return values.reduce((text, value, at) => text.replace(`%${at + 1}`, value), template);
}

function say(text) {
  viewer.root.querySelector("[data-status]").textContent = text;
}

function show(text) {
  const message = viewer.root.querySelector("[data-message]");
  message.textContent = text;
  message.hidden = !text;
}

function makePane(data, at) {
  const root = viewer.root.querySelector(`[data-pane="${at}"]`);
  return {
    ...data,
    number: at,
    root,
    stage: root.querySelector("[data-stage]"),
    image: root.querySelector("[data-image]"),
    overlay: root.querySelector("[data-overlay]"),
    layer: root.querySelector("[data-marks-layer]"),
    wanted: "",
    loading: false,
  };
}

function current(pane) {
  return pane.slices[pane.at];
}

function address(pane, slice, format) {
  const window = pane.width === null ? "" : `&center=${pane.center}&width=${pane.width}`;
  return `${viewer.data.images}${slice.id}/image.${format}?frame=${slice.frame}${window}`;
}

// While a picture is on its way only the newest wish is kept, so a drag never queues up requests.
function paint(pane, format = "png") {
  const slice = current(pane);
  if (!slice) return;
  pane.image.hidden = !slice.held;
  pane.root.querySelector("[data-not-held]").hidden = slice.held;
  pane.wanted = slice.held ? address(pane, slice, format) : "";
  load(pane);
  frame(pane, slice);
  paintMarks(pane);
}

function load(pane) {
  if (pane.loading || !pane.wanted || pane.image.getAttribute("src") === pane.wanted) return;
  pane.loading = true;
  pane.image.src = pane.wanted;
}

function loaded(pane) {
  pane.loading = false;
  load(pane);
}

function frame(pane, slice) {
  pane.image.width = slice.width;
  pane.image.height = slice.height;
  pane.overlay.setAttribute("viewBox", `0 0 ${slice.width} ${slice.height}`);
  const scale = `scale(${slice.width / slice.columns} ${slice.height / slice.rows})`;
  pane.layer.setAttribute("transform", `${scale} translate(0.5 0.5)`);
  for (const place of ["left", "right", "top", "bottom"]) {
    const letter = slice.letters ? slice.letters[place] : "";
    pane.root.querySelector(`[data-letter="${place}"]`).textContent = letter;
  }
  pane.root.querySelector("[data-no-letters]").hidden = Boolean(slice.letters);
  pane.root.querySelector("[data-counter]").textContent = `${pane.at + 1}/${pane.slices.length}`;
  const name = pane.root.querySelector("h2").textContent;
  const place = fill(viewer.words.slice, pane.at + 1, pane.slices.length);
  pane.image.alt = `${name}, ${place}`;
  setFields(pane);
}

function setFields(pane) {
  for (const field of pane.root.querySelectorAll("[data-slice-field]")) field.value = pane.at + 1;
  if (pane.number === 0) {
    for (const field of viewer.root.querySelectorAll(".marks [data-slice-field], .beside-form [name=slice]"))
      field.value = pane.at + 1;
  }
  const center = pane.root.querySelector("[data-center]");
  if (center && document.activeElement !== center) center.value = round(pane.center);
  const width = pane.root.querySelector("[data-width]");
  if (width && document.activeElement !== width) width.value = round(pane.width);
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

function goTo(pane, at, format) {
  const next = clamp(at, pane.slices.length - 1);
  if (next === pane.at) return;
  pane.at = next;
  paint(pane, format);
  follow(pane);
  say(fill(viewer.words.slice, pane.at + 1, pane.slices.length));
  remember();
  preload(pane);
}

function follow(pane) {
  if (!viewer.synced || viewer.panes.length < 2) return;
  const [first, second] = viewer.panes;
  if (pane === first && viewer.data.match[first.at] !== null) {
    second.at = clamp(viewer.data.match[first.at] + viewer.offset, second.slices.length - 1);
    paint(second);
  } else if (pane === second) {
    const wish = second.at - viewer.offset;
    const near = viewer.data.match.map((at, index) => [at === null ? Infinity : Math.abs(at - wish), index]);
    near.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    if (near.length && near[0][0] !== Infinity) {
      first.at = near[0][1];
      paint(first);
    }
  }
}

function toggleSync() {
  if (viewer.panes.length < 2) return;
  if (viewer.data.match.every((at) => at === null)) return show(viewer.words.planes);
  viewer.synced = !viewer.synced;
  if (viewer.synced) {
    const [first, second] = viewer.panes;
    const match = viewer.data.match[first.at];
    viewer.offset = match === null ? 0 : second.at - match;
  }
  press("sync", viewer.synced);
  say(viewer.synced ? viewer.words.synced : viewer.words.apart);
}

function press(tool, on) {
  const button = viewer.root.querySelector(`[data-tool="${tool}"]`);
  if (button) button.setAttribute("aria-pressed", String(on));
}

function preload(pane) {
  for (let step = 1; step <= PRELOADED; step += 1) {
    for (const at of [pane.at + step, pane.at - step]) {
      const slice = pane.slices[at];
      if (slice && slice.held) new Image().src = address(pane, slice, "png");
    }
  }
}

// Windows --------------------------------------------------------------------------------------

function setWindow(pane, center, width, format = "png") {
  if (pane.width === null || !Number.isFinite(center) || !Number.isFinite(width)) return;
  pane.center = Math.round(center * 100) / 100;
  pane.width = Math.max(1, Math.round(width * 100) / 100);
  paint(pane, format);
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
  if (pane.width !== null) setWindow(pane, pane.usual[0], pane.usual[1]);
}

function toggleMarks() {
  viewer.showMarks = !viewer.showMarks;
  viewer.root.classList.toggle("no-marks", !viewer.showMarks);
  press("annotations", viewer.showMarks);
}

// The address names what is shown, so a reload, a bookmark and Back work -----------------------

let remembering = 0;

function remember() {
  clearTimeout(remembering);
  remembering = setTimeout(() => {
    const query = new URLSearchParams();
    for (const pane of viewer.panes) {
      query.set(`${pane.prefix}slice`, pane.at + 1);
      if (pane.center !== pane.usual[0] || pane.width !== pane.usual[1]) {
        query.set(`${pane.prefix}center`, pane.center);
        query.set(`${pane.prefix}width`, pane.width);
      }
      if (pane.prefix) query.set("beside", pane.series);
    }
    history.replaceState(null, "", `?${query}`);
  }, 150);
}

viewer.panes = viewer.data.panes.filter((pane) => pane.slices.length).map(makePane);
for (const pane of viewer.panes) {
  pane.image.addEventListener("load", () => loaded(pane));
  pane.image.addEventListener("error", () => loaded(pane));
}
if (viewer.panes.length > 1) {
  const [first, second] = viewer.panes;
  const match = viewer.data.match[first.at];
  viewer.synced = match !== null;
  viewer.offset = match === null ? 0 : second.at - match;
  press("sync", viewer.synced);
}
for (const hidden of viewer.root.querySelectorAll("[data-scripted]")) hidden.hidden = false;

// Pointer, wheel and buttons of the viewer; and its start.
"use strict";

const DRAG_FROM = 3; // pixels before a press counts as a drag
let drag = null;
let wheel = 0;

function pointOn(shown, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  return point.matrixTransform(shown.layer.getScreenCTM().inverse());
}

const fingers = new Map(); // pointers that touch a stage: id -> [x, y]

function onPress(shown, event) {
  activate(shown);
  if (event.pointerType === "touch") return onTouch(shown, event);
  const panning = event.button === 1 || (event.button === 0 && event.shiftKey);
  if (marks.placing && event.button === 0 && TWO_ENDED.includes(marks.placing.kind) && !marks.placing.first) {
    drag = { shown, kind: "mark", x: event.clientX, y: event.clientY, moved: false };
    return undefined;
  }
  if ((event.button !== 0 && !panning) || marks.placing) return undefined;
  if (event.button === 1) event.preventDefault();
  drag = panning ? null : grip(shown, event);
  if (drag) return undefined;
  const kind = panning ? "pan" : "window";
  drag = { shown, kind, x: event.clientX, y: event.clientY, center: shown.center, width: shown.width, pan: { ...shown.pan }, moved: false };
  return undefined;
}

// The drag of a mark by where it was taken hold of, or null.
function grip(shown, event) {
  const hit = viewer.data.editable && !marks.placing && event.target.closest(".mark-hit");
  const mark = hit && of(shown).find((one) => one.key === hit.dataset.key);
  if (!mark) return null;
  return { shown, kind: "carry", mark, end: hit.dataset.end, from: pointOn(shown, event), x: event.clientX, y: event.clientY, moved: false };
}

// One finger walks through the slices, or moves the selected mark; two zoom and pan.
function onTouch(shown, event) {
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  const [one, two] = [...fingers.values()];
  const start = { shown, pan: { ...shown.pan }, zoom: shown.zoom, at: shown.at, x: event.clientX, y: event.clientY };
  if (two) drag = { ...start, kind: "pinch", span: Math.hypot(one[0] - two[0], one[1] - two[1]), middle: [(one[0] + two[0]) / 2, (one[1] + two[1]) / 2] };
  else drag = { ...start, kind: "slices", moved: false };
  const held = two ? null : grip(shown, event);
  if (held && held.mark === marks.selected) drag = held;
}

function onMove(event) {
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, [event.clientX, event.clientY]);
  if (marks.placing && marks.placing.pane && event.pointerType === "mouse" && event.buttons === 0) return;
  if (drag && event.pointerType === "mouse" && event.buttons === 0) drag = null; // let go outside the window
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (drag.kind !== "pinch" && !drag.moved && Math.hypot(dx, dy) < DRAG_FROM) return;
  drag.moved = true;
  MOVES[drag.kind](dx, dy, event);
}

const TOUCH_STEP = 14; // pixels of a finger a slice
const MOVES = {
  window(dx, dy) {
    if (drag.width === null) return;
    const unit = (drag.shown.usual[1] || drag.width) / 300;
    setWindow(drag.shown, drag.center - dy * unit, drag.width + dx * unit);
  },
  pan: (dx, dy) => panTo(drag.shown, drag.pan.x + dx, drag.pan.y + dy),
  slices(dx, dy) {
    stopCine();
    if (drag.shown.zoom > 1 && marks.placing) return;
    goTo(drag.shown, drag.at + Math.round(dy / TOUCH_STEP));
  },
  pinch() {
    const [one, two] = [...fingers.values()];
    if (!two) return;
    const share = Math.hypot(one[0] - two[0], one[1] - two[1]) / Math.max(1, drag.span);
    zoomTo(drag.shown, drag.zoom * share);
    const [x, y] = [(one[0] + two[0]) / 2 - drag.middle[0], (one[1] + two[1]) / 2 - drag.middle[1]];
    panTo(drag.shown, drag.pan.x + x, drag.pan.y + y);
  },
  carry(dx, dy, event) {
    if (marks.selected !== drag.mark) select(drag.mark);
    marks.end = drag.end;
    const point = pointOn(drag.shown, event);
    nudge(point.x - drag.from.x, point.y - drag.from.y);
    drag.from = point;
  },
  mark(dx, dy, event) {
    if (!marks.placing) return;
    if (!marks.placing.first) {
      const from = pointOn(drag.shown, { clientX: drag.x, clientY: drag.y });
      place(drag.shown, from.x, from.y);
    }
    const point = pointOn(drag.shown, event);
    Object.assign(marks.placing, { x: point.x, y: point.y });
    repaint();
  },
};

function onRelease(event) {
  fingers.delete(event.pointerId);
  if (drag && drag.kind === "mark" && drag.moved && marks.placing) {
    const point = pointOn(drag.shown, event);
    place(drag.shown, point.x, point.y);
    ignoreClick();
  }
  if (drag && drag.kind === "carry" && drag.moved) {
    marks.end = "both";
    saveNow();
    ignoreClick();
  }
  drag = null;
}

let suppressClick = false; // a drag of a mark ends with a click, which must not place another or select none

function ignoreClick() {
  suppressClick = true;
  setTimeout(() => (suppressClick = false), 0);
}

function onWheel(shown, event) {
  event.preventDefault();
  activate(shown);
  if (event.ctrlKey) {
    const box = shown.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2];
    zoomTo(shown, shown.zoom * (event.deltaY < 0 ? ZOOMS.step : 1 / ZOOMS.step), x, y);
    return;
  }
  stopCine();
  wheel += event.deltaMode === 0 ? event.deltaY : event.deltaY * 40;
  const steps = Math.trunc(wheel / 40);
  if (!steps) return;
  wheel -= steps * 40;
  goTo(shown, shown.at + Math.sign(steps));
}

for (const shown of viewer.panes) {
  shown.stage.addEventListener("pointerdown", (event) => onPress(shown, event));
  shown.stage.addEventListener("wheel", (event) => onWheel(shown, event), { passive: false });
  shown.stage.addEventListener("focus", () => activate(shown));
  shown.stage.addEventListener("click", (event) => {
    if (suppressClick) return;
    if (marks.placing) {
      const point = pointOn(shown, event);
      place(shown, point.x, point.y);
    } else if (marks.selected && !event.target.closest(".mark-hit")) select(null);
  });
  for (const step of shown.root.querySelectorAll("[data-step]")) {
    step.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(shown, shown.at + Number(step.dataset.step));
    });
  }
  for (const link of shown.root.querySelectorAll("[data-window]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const [, up, wider] = viewer.data.windows[link.dataset.window];
      setWindow(shown, shown.usual[0] * up, shown.usual[1] * wider);
    });
  }
  shown.root.querySelector("[data-window-form]")?.addEventListener("submit", (event) => {
    const [center, width] = ["center", "width"].map((name) =>
      Number(shown.root.querySelector(`[data-${name}]`).value.replace(",", ".")),
    );
    event.preventDefault();
    const right = Number.isFinite(center) && width >= 1;
    show(right ? "" : viewer.words.wrongWindow);
    if (right) setWindow(shown, center, width);
  });
}
window.addEventListener("pointermove", onMove);
window.addEventListener("pointerup", onRelease);
window.addEventListener("pointercancel", (event) => {
  fingers.delete(event.pointerId);
  drag = null;
});

// Buttons --------------------------------------------------------------------------------------

for (const button of viewer.root.querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => useTool(button.dataset.tool));
}
for (const shown of viewer.panes) {
  shown.root.querySelector("[data-retry]").addEventListener("click", () => {
    shown.stage.focus({ preventScroll: true }); // the button goes away
    retry();
  });
}
viewer.root.querySelector("[data-save-again]").addEventListener("click", saveWaiting);
viewer.root.querySelector("[data-shortcuts]").checked = !/(?:^|; )viewer_shortcuts=off/.test(document.cookie);
viewer.root.querySelector("[data-shortcuts]").addEventListener("change", (event) => keepShortcuts(event.target.checked));
viewer.root.querySelector("[data-speed]").addEventListener("change", (event) => setSpeed(Number(event.target.value)));
for (const button of viewer.root.querySelectorAll("[data-preset]")) {
  button.addEventListener("click", () => startPlacing(viewer.data.presets[button.dataset.preset]));
}
for (const button of viewer.root.querySelectorAll("[data-kind]")) {
  button.addEventListener("click", () => startKind(button.dataset.kind));
}
for (const shown of viewer.panes) {
  shown.root.querySelector("[data-offset]")?.addEventListener("change", (event) => {
    setOffset(shown, Number(event.target.value));
    const partner = viewer.panes.find((other) => other !== shown && wayBetween(other, shown) !== "none");
    if (partner) goBeside(partner, shown);
    remember();
  });
}
viewer.root.querySelector("[data-place-this]")?.addEventListener("click", () => {
  const form = viewer.root.querySelector("[data-mark-form]");
  if (form.elements.structure.reportValidity()) startPlacing(typedPreset(form));
});
for (const select of viewer.root.querySelectorAll("[data-beside]")) {
  // By keys each option passed on the way counts as a change: then the button decides.
  let pointed = false;
  select.addEventListener("pointerdown", () => (pointed = true));
  select.addEventListener("keydown", () => (pointed = false));
  select.addEventListener("change", () => pointed && showBeside());
}
viewer.root.querySelector(".beside-form").addEventListener("submit", (event) => {
  event.preventDefault();
  showBeside();
});
for (const form of viewer.root.querySelectorAll("aside form")) form.addEventListener("submit", rememberNow);

// Other series beside the first: what stays keeps its slice, window and look.
function showBeside() {
  const [first, ...others] = viewer.panes;
  const names = ["", ...Array.from({ length: 3 }, (_none, at) => viewer.data.prefixes[at + 1])];
  const now = addressOfView();
  const query = new URLSearchParams();
  const copy = (from, to) => {
    for (const name of ["slice", "center", "width", "offset", "shift", "inverted", "view"]) {
      if (now.has(from + name)) query.set(to + name, now.get(from + name));
    }
  };
  copy(first.prefix, "");
  const chosen = [...viewer.root.querySelectorAll("[data-beside]")].map((select) => select.value).filter(Boolean);
  chosen.forEach((series, at) => {
    query.append("beside", series);
    const stays = others.find((other) => String(other.series) === series);
    if (stays) copy(stays.prefix, names[at + 1]);
  });
  location.assign(`?${query}`);
}

// Start ------------------------------------------------------------------------------------------

// Small pictures of the other series come one by one, behind what the user looks at.
async function showThumbnails() {
  const waiting = [...viewer.root.querySelectorAll("[data-thumbnail]")];
  const near = (small) => Math.abs(small.getBoundingClientRect().top - strip.getBoundingClientRect().top - strip.clientHeight / 2);
  for (const small of waiting.sort((a, b) => near(a) - near(b))) {
    small.src = small.dataset.thumbnail;
    await small.decode().catch(() => {});
  }
}

const strip = viewer.root.querySelector(".strip");
const here = strip.querySelector("[aria-current]");
if (here) {
  strip.scrollTop = here.offsetTop - strip.offsetTop - strip.clientHeight / 3;
  strip.scrollLeft = here.offsetLeft - strip.offsetLeft - strip.clientWidth / 3;
}
if (viewer.panes.length) {
  activate(viewer.panes[0]);
  keepOffsets();
  recall();
  if (viewer.synced) follow(viewer.panes[0]);
  viewer.panes.forEach((shown) => {
    if (shown.image.src && current(shown).held) shown.painted = nameOf(current(shown)); // drawn by the server
    paint(shown);
  });
  viewer.panes[0].stage.focus({ preventScroll: true });
  flashNamed();
  prefetch();
}
Promise.allSettled(frames.coming.values()).then(showThumbnails);

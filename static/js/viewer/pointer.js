// Mouse, wheel and touch events on the pictures.
import { stopCine } from "./cine.js";
import { repaintMarks } from "./drawing.js";
import { moveSelected, saveNow, select } from "./edits.js";
import { panTo, setWindow, zoomTo } from "./looks.js";
import { place } from "./placing.js";
import { isTwoEnded } from "./pure/shapes.js";
import { ZOOM_STEP } from "./pure/zooming.js";
import { activate, goTo } from "./slices.js";
import { marks, marksOf, viewer } from "./state.js";

const DRAG_FROM = 3; // pixels; a shorter movement is a click
const TOUCH_STEP = 14; // pixels of finger movement per slice
const WHEEL_STEP = 40; // pixels of wheel movement per slice
const WINDOW_DRAG = 300; // pixels of movement that change the window by its default width
const LEFT = 0;
const MIDDLE = 1;

const fingers = new Map(); // active touches: pointer id -> [x, y]
let drag = null;
let wheel = 0; // pixels left over after the last whole step
let ignoresClick = false; // dragging a mark ends with a click event, which must not place or deselect

export function listenToPointer() {
  for (const pane of viewer.panes) {
    const { stage } = pane;
    stage.addEventListener("pointerdown", (event) => onPress(pane, event));
    stage.addEventListener("wheel", (event) => onWheel(pane, event), { passive: false });
    stage.addEventListener("focus", () => activate(pane));
    stage.addEventListener("click", (event) => onClick(pane, event));
  }
  addEventListener("pointermove", onMove);
  addEventListener("pointerup", onRelease);
  addEventListener("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    drag = null;
  });
}

// Return the pointer's position in pixels of the slice.
function pointOn(pane, { clientX, clientY }) {
  return new DOMPoint(clientX, clientY).matrixTransform(pane.layer.getScreenCTM().inverse());
}

function markUnder(pane, event) {
  const hit = event.target.closest(".mark-hit");
  const mark = hit && marksOf(pane).find((one) => one.key === hit.dataset.key);
  return mark ? { mark, end: hit.dataset.end } : null;
}

function onClick(pane, event) {
  if (ignoresClick) return;
  if (marks.placing) {
    const point = pointOn(pane, event);
    place(pane, point.x, point.y);
    return;
  }
  const hit = markUnder(pane, event);
  if (hit && viewer.data.editable) select(hit.mark);
  else if (marks.selected) select(null);
}

// Press ------------------------------------------------------------------------------------------

function onPress(pane, event) {
  activate(pane);
  if (event.pointerType === "touch") onTouch(pane, event);
  else if (marks.placing) pressPlacing(pane, event);
  else pressPicture(pane, event);
}

function startOf(pane, event, kind) {
  const { center, width, zoom, pan, at } = pane;
  const start = { center, width, zoom, pan: { ...pan }, at };
  return { pane, kind, x: event.clientX, y: event.clientY, start, moved: false };
}

function pressPlacing(pane, event) {
  const { kind, first } = marks.placing;
  if (event.button === LEFT && isTwoEnded(kind) && !first) drag = startOf(pane, event, "mark");
}

function pressPicture(pane, event) {
  const pans = event.button === MIDDLE || (event.button === LEFT && event.shiftKey);
  if (event.button !== LEFT && !pans) return;
  if (event.button === MIDDLE) event.preventDefault();
  if (pans) drag = startOf(pane, event, "pan");
  else drag = grabbed(pane, event) || startOf(pane, event, "window");
}

// Return a drag of the mark under the pointer, or null.
function grabbed(pane, event) {
  const hit = viewer.data.editable && !marks.placing && markUnder(pane, event);
  if (!hit) return null;
  return { ...startOf(pane, event, "carry"), ...hit, from: pointOn(pane, event) };
}

// One finger scrolls through the slices or moves the selected mark; two fingers zoom and pan.
function onTouch(pane, event) {
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  if (fingers.size > 1) {
    drag = { ...startOf(pane, event, "pinch"), pinch: pinchOf(fingers) };
    return;
  }
  const mark = grabbed(pane, event);
  drag = mark && mark.mark === marks.selected ? mark : startOf(pane, event, "slices");
}

function pinchOf(touching) {
  const [one, two] = [...touching.values()];
  const middle = [(one[0] + two[0]) / 2, (one[1] + two[1]) / 2];
  return { span: Math.hypot(one[0] - two[0], one[1] - two[1]), middle };
}

// Drag -------------------------------------------------------------------------------------------

const DRAGS = {
  window({ pane, start }, dx, dy) {
    if (start.width === null) return;
    const unit = (pane.usual[1] || start.width) / WINDOW_DRAG;
    setWindow(pane, start.center - dy * unit, start.width + dx * unit);
  },
  pan: ({ pane, start }, dx, dy) => panTo(pane, start.pan.x + dx, start.pan.y + dy),
  slices({ pane, start }, _dx, dy) {
    stopCine();
    if (pane.zoom > 1 && marks.placing) return;
    goTo(pane, start.at + Math.round(dy / TOUCH_STEP));
  },
  pinch({ pane, start, pinch }) {
    if (fingers.size < 2) return;
    const now = pinchOf(fingers);
    zoomTo(pane, (start.zoom * now.span) / Math.max(1, pinch.span));
    const [dx, dy] = [0, 1].map((axis) => now.middle[axis] - pinch.middle[axis]);
    panTo(pane, start.pan.x + dx, start.pan.y + dy);
  },
  carry(carried, _dx, _dy, event) {
    if (marks.selected !== carried.mark) select(carried.mark);
    marks.end = carried.end;
    const point = pointOn(carried.pane, event);
    moveSelected(point.x - carried.from.x, point.y - carried.from.y);
    carried.from = point;
  },
  mark({ pane, x, y }, _dx, _dy, event) {
    if (!marks.placing) return;
    if (!marks.placing.first) {
      const from = pointOn(pane, { clientX: x, clientY: y });
      place(pane, from.x, from.y);
    }
    const point = pointOn(pane, event);
    Object.assign(marks.placing, { x: point.x, y: point.y });
    repaintMarks();
  },
};

function onMove(event) {
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, [event.clientX, event.clientY]);
  if (event.pointerType === "mouse" && event.buttons === 0) {
    if (!marks.placing) drag = null; // the button was released outside the browser window
    return;
  }
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (drag.kind !== "pinch" && !drag.moved && Math.hypot(dx, dy) < DRAG_FROM) return;
  drag.moved = true;
  DRAGS[drag.kind](drag, dx, dy, event);
}

function onRelease(event) {
  fingers.delete(event.pointerId);
  if (drag?.kind === "mark" && drag.moved && marks.placing) {
    const point = pointOn(drag.pane, event);
    place(drag.pane, point.x, point.y);
    ignoreClick();
  }
  if (drag?.kind === "carry" && drag.moved) {
    marks.end = "both";
    saveNow();
    ignoreClick();
  }
  drag = null;
}

function ignoreClick() {
  ignoresClick = true;
  setTimeout(() => {
    ignoresClick = false;
  }, 0);
}

// Wheel ------------------------------------------------------------------------------------------

function onWheel(pane, event) {
  event.preventDefault();
  activate(pane);
  if (event.ctrlKey) {
    const box = pane.stage.getBoundingClientRect();
    const x = event.clientX - box.x - box.width / 2;
    const y = event.clientY - box.y - box.height / 2;
    zoomTo(pane, pane.zoom * (event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP), x, y);
    return;
  }
  stopCine();
  const inPixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL;
  wheel += inPixels ? event.deltaY : event.deltaY * WHEEL_STEP;
  const steps = Math.trunc(wheel / WHEEL_STEP);
  if (!steps) return;
  wheel -= steps * WHEEL_STEP;
  goTo(pane, pane.at + Math.sign(steps));
}

// The crop of a figure, drawn on its first picture. The number fields hold it; this shows and moves
// it, in millimetres: a square whose middle lies right of and below the middle of the picture.
"use strict";

const crop = document.querySelector("[data-crop]");
const LEAST_MM = 5;
const STEP_MM = 1;

function startCropping() {
  const wide = Number(crop.dataset.width);
  const high = Number(crop.dataset.height);
  const svg = crop.querySelector("svg");
  const square = crop.querySelector("[data-square]");
  const corner = crop.querySelector("[data-corner]");
  const shade = crop.querySelector("[data-shade]");
  const fields = ["crop_size_mm", "crop_x_mm", "crop_y_mm"].map((name) => document.querySelector(`[name=${name}]`));
  const saved = fields.map((field) => field.value);

  const read = () => fields.map((field) => Number(field.value) || 0);

  function write(size, x, y) {
    const most = Math.min(wide, high);
    const held = Math.min(Math.max(size, LEAST_MM), most);
    const within = (value, side) => Math.min(Math.max(value, (held - side) / 2), (side - held) / 2);
    const values = [held, within(x, wide), within(y, high)];
    values.forEach((value, at) => {
      fields[at].value = Math.round(value * 10) / 10;
    });
    draw();
  }

  function draw() {
    const [size, x, y] = read();
    const shown = size >= LEAST_MM;
    for (const part of [square, corner, shade]) part.setAttribute("display", shown ? "inline" : "none");
    if (!shown) return;
    const left = wide / 2 + x - size / 2;
    const top = high / 2 + y - size / 2;
    const set = (part, values) => Object.entries(values).forEach(([name, value]) => part.setAttribute(name, value));
    set(square, { x: left, y: top, width: size, height: size });
    const grip = wide / 24;
    set(corner, { x: left + size - grip / 2, y: top + size - grip / 2, width: grip, height: grip });
    shade.setAttribute("d", `M0 0H${wide}V${high}H0ZM${left} ${top}h${size}v${size}h${-size}Z`);
    square.setAttribute("aria-valuenow", size);
    square.setAttribute("aria-valuetext", fields.map((field) => `${field.value} mm`).join(", "));
  }

  function placeOf(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x, at.y];
  }

  function drag(part, move) {
    part.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      part.setPointerCapture(event.pointerId);
      const [startX, startY] = placeOf(event);
      const before = read();
      const follow = (now) => {
        const [x, y] = placeOf(now);
        write(...move(before, x - startX, y - startY));
      };
      part.addEventListener("pointermove", follow);
      const end = () => part.removeEventListener("pointermove", follow);
      part.addEventListener("pointerup", end, { once: true });
      part.addEventListener("pointercancel", end, { once: true });
    });
  }

  drag(square, ([size, x, y], dx, dy) => [size, x + dx, y + dy]);
  drag(corner, ([size, x, y], dx, dy) => {
    const grown = Math.max(dx, dy);
    return [size + grown, x + grown / 2, y + grown / 2];
  });

  const KEYS = {
    ArrowLeft: [0, -STEP_MM, 0],
    ArrowRight: [0, STEP_MM, 0],
    ArrowUp: [0, 0, -STEP_MM],
    ArrowDown: [0, 0, STEP_MM],
    "+": [2 * STEP_MM, 0, 0],
    "-": [-2 * STEP_MM, 0, 0],
  };
  square.addEventListener("keydown", (event) => {
    const by = KEYS[event.key];
    if (!by) return;
    event.preventDefault();
    write(...read().map((value, at) => value + by[at] * (event.shiftKey ? 10 : 1)));
  });
  for (const field of fields) field.addEventListener("input", draw);
  crop.querySelector("[data-begin]").addEventListener("click", () => {
    write(Math.min(wide, high) / 2, 0, 0);
    square.focus();
  });
  crop.querySelector("[data-whole]").addEventListener("click", () => {
    for (const field of fields) field.value = "";
    draw();
  });
  crop.querySelector("[data-saved]").addEventListener("click", () => {
    saved.forEach((value, at) => {
      fields[at].value = value;
    });
    draw();
  });
  crop.hidden = false;
  draw();
}

if (crop) startCropping();

// The crop of a figure, drawn on its first picture. The number fields contain its values; this script displays
// the crop and lets the user drag it.
import { cornerOf, firstCrop, MIN_SIZE, moved, resized, stepped, within } from "./pure/crop.js";

const FIELDS = ["crop_size_mm", "crop_x_mm", "crop_y_mm"];

export function startCropping(root) {
  const picture = { wide: Number(root.dataset.width), high: Number(root.dataset.height) };
  const square = root.querySelector("[data-square]");
  const corner = root.querySelector("[data-corner]");
  const fields = FIELDS.map((name) => document.querySelector(`[name=${name}]`));
  const saved = fields.map((field) => field.value);

  const read = () => fields.map((field) => Number(field.value) || 0);
  const show = () => draw(root, picture, read(), fields);
  const fill = (values) => {
    values.forEach((value, at) => {
      fields[at].value = value;
    });
    show();
  };
  const write = (crop) => fill(within(crop, picture));

  onDrag(root, square, read, (crop, dx, dy) => write(moved(crop, dx, dy)));
  onDrag(root, corner, read, (crop, dx, dy) => write(resized(crop, dx, dy)));
  square.addEventListener("keydown", (event) => {
    const crop = stepped(read(), event);
    if (!crop) return;
    event.preventDefault();
    write(crop);
  });
  for (const field of fields) field.addEventListener("input", show);
  const onClick = (name, act) => root.querySelector(name).addEventListener("click", act);
  onClick("[data-begin]", () => {
    write(firstCrop(picture));
    square.focus();
  });
  onClick("[data-whole]", () => fill(["", "", ""]));
  onClick("[data-saved]", () => fill(saved));
  show();
}

function setAttributes(element, values) {
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
}

function draw(root, picture, crop, fields) {
  const { wide, high } = picture;
  const [size] = crop;
  const square = root.querySelector("[data-square]");
  const corner = root.querySelector("[data-corner]");
  const shade = root.querySelector("[data-shade]");
  const display = size >= MIN_SIZE ? "inline" : "none";
  for (const part of [square, corner, shade]) part.setAttribute("display", display);
  if (size < MIN_SIZE) return;
  const { left, top } = cornerOf(crop, picture);
  const grip = wide / 24;
  const [gripLeft, gripTop] = [left + size - grip / 2, top + size - grip / 2];
  setAttributes(corner, { x: gripLeft, y: gripTop, width: grip, height: grip });
  setAttributes(shade, {
    d: `M0 0H${wide}V${high}H0ZM${left} ${top}h${size}v${size}h${-size}Z`,
  });
  setAttributes(square, {
    x: left,
    y: top,
    width: size,
    height: size,
    "aria-valuenow": size,
    "aria-valuetext": fields.map((field) => `${field.value} mm`).join(", "),
  });
}

// While `part` is dragged, call `move` with the crop before the drag and the distance dragged, in mm.
function onDrag(root, part, read, move) {
  const svg = root.querySelector("svg");
  const positionOf = ({ clientX, clientY }) =>
    new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  part.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    part.setPointerCapture(event.pointerId);
    const start = positionOf(event);
    const before = read();
    const follow = (now) => {
      const position = positionOf(now);
      move(before, position.x - start.x, position.y - start.y);
    };
    const end = () => part.removeEventListener("pointermove", follow);
    part.addEventListener("pointermove", follow);
    part.addEventListener("pointerup", end, { once: true });
    part.addEventListener("pointercancel", end, { once: true });
  });
}

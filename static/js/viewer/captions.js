// The text and fields around a pane's picture: orientation letters, slice number, level, window.
import { fill } from "../shared/pure/text.js";
import { metadataUrl } from "./frames.js";
import { formatNumber, stackText } from "./pure/wording.js";
import { current, viewer } from "./state.js";

const SIDES = ["left", "right", "top", "bottom"];

export function writeCaptions(pane) {
  const slice = current(pane);
  const part = (name) => pane.root.querySelector(`[data-${name}]`);
  fitOverlay(pane, slice);
  for (const side of SIDES) {
    const letter = pane.root.querySelector(`[data-letter="${side}"]`);
    letter.textContent = slice.letters ? slice.letters[side] : "";
  }
  part("no-letters").hidden = Boolean(slice.letters);
  part("counter").textContent = `${pane.at + 1}/${pane.slices.length}`;
  part("stack").textContent = stackText(pane.slices, pane.at, viewer.messages);
  part("level").textContent = slice.level || "";
  part("no-match").hidden = !pane.empty;
  part("metadata").href = metadataUrl(slice);
  pane.canvas.setAttribute("aria-label", nameOfSlice(pane));
  pane.image.alt = nameOfSlice(pane);
  setFields(pane);
  setSteps(pane);
}

// Marks use the pixel coordinates of the file, in which (0, 0) is the centre of the first pixel.
function fitOverlay(pane, slice) {
  pane.image.width = slice.width;
  pane.image.height = slice.height;
  pane.overlay.setAttribute("viewBox", `0 0 ${slice.width} ${slice.height}`);
  const scale = `scale(${slice.width / slice.columns} ${slice.height / slice.rows})`;
  for (const layer of [pane.layer, pane.lines]) {
    layer.setAttribute("transform", `${scale} translate(0.5 0.5)`);
  }
}

function nameOfSlice(pane) {
  const name = pane.root.querySelector("h2").textContent.trim();
  return `${name}, ${fill(viewer.messages.slice, pane.at + 1, pane.slices.length)}`;
}

// Do not overwrite a field while the user is typing in it.
export function setField(field, value) {
  if (field && document.activeElement !== field) field.value = value;
}

function setFields(pane) {
  const fields = [...pane.root.querySelectorAll("[data-slice-field]")];
  if (pane.number === 0) fields.push(...viewer.root.querySelectorAll("aside [data-slice-field]"));
  for (const field of fields) field.value = pane.at + 1;
  const [center, width] = [pane.center, pane.width].map(formatNumber);
  setField(pane.root.querySelector("[data-center]"), center);
  setField(pane.root.querySelector("[data-width]"), width);
  const windowText = pane.root.querySelector("[data-window-words]");
  if (windowText) windowText.textContent = `${center} / ${width}`;
}

function setSteps(pane) {
  for (const step of pane.root.querySelectorAll("[data-step]")) {
    const next = pane.at + Number(step.dataset.step);
    const isPossible = next >= 0 && next < pane.slices.length;
    if (!isPossible) step.setAttribute("aria-disabled", "true");
    else {
      step.removeAttribute("aria-disabled");
      if (!step.hasAttribute("href")) step.href = "#";
    }
  }
}

// The list of marks next to the pictures.
import { fill } from "../shared/pure/text.js";
import { descriptionOf, measurementText } from "./pure/wording.js";
import { isOn, marks, viewer } from "./state.js";

const list = viewer.root.querySelector("[data-marks]");

export function listMarks() {
  const focused = document.activeElement?.dataset.line;
  const lines = linesOf(viewer.panes).map((line) => makeLine(line));
  if (lines.length) list.replaceChildren(...lines);
  else list.replaceChildren(make("li", { textContent: viewer.messages.none }));
  if (focused) list.querySelector(`[data-line="${CSS.escape(focused)}"]`)?.focus();
}

// Call `open` with {pane, at, mark} when a line of the list is clicked.
export function onLineOpened(open) {
  list.addEventListener("click", (event) => {
    const key = event.target.closest("[data-line]")?.dataset.line;
    const line = key && linesOf(viewer.panes).find(({ mark }) => mark.key === key);
    if (line) open(line);
  });
}

// List each mark once, for the first pane that contains its slice.
function linesOf(panes) {
  const seen = new Set();
  const lines = [];
  for (const pane of panes) {
    pane.slices.forEach((slice, at) => {
      for (const mark of marks.all) {
        if (seen.has(mark) || !isOn(mark, slice)) continue;
        seen.add(mark);
        lines.push({ pane, at, mark });
      }
    });
  }
  return lines;
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function makeLine({ pane, at, mark }) {
  const { messages, data } = viewer;
  const line = make("li", { className: mark === marks.selected ? "selected" : "" });
  const number = make("button", { type: "button", className: "link", textContent: `${at + 1}` });
  number.dataset.line = mark.key;
  const position = fill(messages.slice, at + 1, pane.slices.length);
  number.setAttribute("aria-label", `${position}: ${mark.words}`);
  const swatch = make("span", { className: `swatch swatch-${mark.colour} swatch-${mark.shape}` });
  swatch.setAttribute("aria-hidden", "true");
  const kind = data.kinds[mark.kind];
  const name = kind ? `${kind}: ${descriptionOf(mark)}` : mark.words;
  const text = [name, measurementText(mark, messages)].filter(Boolean).join(": ");
  line.append(number, swatch, make("span", { textContent: text }));
  if (data.editable) line.append(mark.id ? editLink(mark) : messages.unsaved);
  return line;
}

function editLink(mark) {
  const href = `${viewer.data.marksPage}${mark.id}/`;
  const link = make("a", { href, textContent: viewer.messages.edit });
  link.append(make("span", { className: "visually-hidden", textContent: ` ${mark.words}` }));
  return link;
}

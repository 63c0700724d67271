// Map a key to a command of the viewer and its arguments.

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEPS = { ArrowUp: -1, ArrowLeft: -1, PageUp: -5, ArrowDown: 1, ArrowRight: 1, PageDown: 5 };
const ENDS = { Home: "first", End: "last" };
const PAN_STEP = 40; // pixels
const TURN_STEP = 15; // degrees
const TOOLS = {
  r: "reset",
  a: "annotations",
  i: "invert",
  c: "cine",
  m: "metadata",
  f: "fit",
  ",": "slower",
  ".": "faster",
  "+": "closer",
  "=": "closer",
  "-": "farther",
};
const PAIR_TOOLS = { b: "beside", s: "sync", k: "lines" };
const EDIT_TOOLS = { n: "level" };

// Return [command, ...arguments], or null for a key that the viewer does not use. `now` is the state of the
// viewer: `editable`, `several` (panes), `placing`, `selected`, `onStage`, `singleKeys` (whether single keys are
// enabled), and the marks that can be placed: `presets` (the number of presets) and `kinds` (key -> kind).
export function commandOf(event, now) {
  const key = event.key.toLowerCase(); // ignore Caps Lock
  if (event.ctrlKey || event.metaKey) {
    if (!now.editable) return null;
    if (key === "z") return [event.shiftKey ? "redo" : "undo"];
    return key === "y" ? ["redo"] : null;
  }
  if (event.altKey && !ARROWS[event.key]) return null;
  return arrowCommand(event, now) || editCommand(event, now) || letterCommand(key, now);
}

function arrowCommand(event, { placing, selected }) {
  const arrow = ARROWS[event.key];
  if (arrow && (placing || selected)) {
    const far = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
    return ["nudge", arrow[0] * far, arrow[1] * far];
  }
  if (event.altKey) return null; // Alt with an arrow key is a browser shortcut (back, forward)
  if (arrow && event.shiftKey) return ["pan", -arrow[0] * PAN_STEP, -arrow[1] * PAN_STEP];
  if (Object.hasOwn(STEPS, event.key)) return ["step", STEPS[event.key]];
  return Object.hasOwn(ENDS, event.key) ? [ENDS[event.key]] : null;
}

function editCommand(event, { placing, selected, onStage }) {
  if (event.key === "Escape" && placing) return ["stopPlacing"];
  if (event.key === "Escape" && selected) return ["deselect"];
  if (event.key === "Enter" && placing && onStage) return ["place"];
  if (["Delete", "Backspace"].includes(event.key) && selected) return ["delete"];
  return null;
}

function letterCommand(key, { singleKeys, several, editable, selected, presets, kinds }) {
  if (!singleKeys) return null;
  if (/^[1-9]$/.test(key) && key <= presets) return ["preset", key - 1];
  if (key === "[" && selected) return ["turn", -TURN_STEP];
  if (key === "]" && selected) return ["turn", TURN_STEP];
  if (key === "x" && selected) return ["switchEnd"];
  const tools = { ...TOOLS, ...(several && PAIR_TOOLS), ...(editable && EDIT_TOOLS) };
  if (Object.hasOwn(tools, key)) return ["tool", tools[key]];
  return Object.hasOwn(kinds, key) ? ["kind", kinds[key]] : null;
}

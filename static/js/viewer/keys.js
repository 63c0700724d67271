// Keyboard handling of the viewer; pure/keymap.js maps keys to commands.
import { singleKeysAreOn } from "../shared/single-keys.js";
import { stopCine } from "./cine.js";
import {
  deleteSelected,
  moveSelected,
  redo,
  select,
  switchEnd,
  turnSelected,
  undo,
} from "./edits.js";
import { panTo } from "./looks.js";
import { movePlacing, placeHere, startKind, startPlacing, stopPlacing } from "./placing.js";
import { commandOf } from "./pure/keymap.js";
import { goTo } from "./slices.js";
import { activePane, marks, viewer } from "./state.js";
import { useTool } from "./tools.js";

const COMMANDS = {
  undo,
  redo,
  nudge: (dx, dy) => (marks.placing ? movePlacing(dx, dy) : moveSelected(dx, dy)),
  pan: (dx, dy) => panTo(activePane(), activePane().pan.x + dx, activePane().pan.y + dy),
  step: (steps) => stepTo(activePane().at + steps),
  first: () => stepTo(0),
  last: () => stepTo(activePane().slices.length - 1),
  stopPlacing,
  deselect: () => select(null),
  place: placeHere,
  delete: deleteSelected,
  preset: (number) => startPlacing(viewer.data.presets[number]),
  kind: startKind,
  turn: turnSelected,
  switchEnd,
  tool: useTool,
};

export function listenToKeys() {
  const kinds = keysOfKinds();
  document.addEventListener("keydown", (event) => {
    if (!viewer.panes.length || isTyping(event.target) || event.defaultPrevented) return;
    const command = commandOf(event, keyContext(event, kinds));
    if (!command) return;
    const [name, ...values] = command;
    event.preventDefault();
    COMMANDS[name](...values);
  });
}

function keyContext(event, kinds) {
  const { editable, presets } = viewer.data;
  return {
    editable,
    several: viewer.panes.length > 1,
    placing: Boolean(marks.placing),
    selected: Boolean(marks.selected),
    onStage: Boolean(event.target.closest("[data-stage]")),
    singleKeys: singleKeysAreOn(),
    presets: editable ? presets.length : 0,
    kinds: editable ? kinds : {},
  };
}

function keysOfKinds() {
  const buttons = [...viewer.root.querySelectorAll("[data-kind-key]")];
  return Object.fromEntries(buttons.map(({ dataset }) => [dataset.kindKey, dataset.kind]));
}

function isTyping(target) {
  return target.closest("input, select, textarea, dialog, summary") !== null;
}

function stepTo(at) {
  stopCine();
  goTo(activePane(), at);
}

// Print {group: keys} of all keys that the keymaps handle, for tests/test_keys.py. The argument is a JSON object with
// `kinds` and `presets`, as in the viewer's keymap.
import { commandOf as compareCommand } from "../../static/js/compare/pure/keymap.js";
import { commandOf as entryCommand, pickerCommandOf } from "../../static/js/entry/pure/keymap.js";
import { stepped } from "../../static/js/figure/pure/crop.js";
import { commandOf as pageCommand } from "../../static/js/shared/pure/keymap.js";
import { commandOf as viewerCommand } from "../../static/js/viewer/pure/keymap.js";

const NAMED = ["Arrow", "Page"].flatMap((start) =>
  (start === "Page" ? ["Up", "Down"] : ["Up", "Down", "Left", "Right"]).map((end) => start + end),
);
const OTHERS = ["Home", "End", "Enter", "Tab", "Escape", "Delete", "Backspace", "Insert"];
const FUNCTION_KEYS = Array.from({ length: 12 }, (_none, at) => `F${at + 1}`);
const PRINTED = Array.from({ length: 95 }, (_none, at) => String.fromCharCode(32 + at));
const KEYS = [
  ...NAMED,
  ...OTHERS,
  ...FUNCTION_KEYS,
  ...PRINTED.filter((key) => !/[A-Z]/.test(key)),
];
const MODIFIERS = [["Shift"], ["Ctrl"], ["Alt"], ["Ctrl", "Shift"], ["Ctrl", "Alt"]];

function eventOf(key, modifiers = []) {
  const isHeld = (name) => modifiers.includes(name);
  return { key, shiftKey: isHeld("Shift"), ctrlKey: isHeld("Ctrl"), altKey: isHeld("Alt") };
}

// Return the keys for which `command` returns something. A key with modifiers is listed only if its command
// differs from that of the key alone and with the modifiers tried before.
function handled(command) {
  const textOf = (key, modifiers) => JSON.stringify(command(eventOf(key, modifiers)) ?? null);
  const found = [];
  for (const key of KEYS) {
    const known = new Set(["null", textOf(key)]);
    if (textOf(key) !== "null") found.push(key);
    for (const modifiers of MODIFIERS) {
      const text = textOf(key, modifiers);
      if (!known.has(text)) found.push([...modifiers, key].join("+"));
      known.add(text);
    }
  }
  return found;
}

// Return the keys that have a command in `state` that they do not have in the state `before`.
function added(command, state, before) {
  return handled((event) => {
    const now = command(event, state);
    return JSON.stringify(now) === JSON.stringify(command(event, before)) ? null : now;
  });
}

const { kinds, presets } = JSON.parse(process.argv[2]);
const reader = { singleKeys: true, onStage: true, kinds: {}, presets: 0 };
const author = { ...reader, editable: true, kinds, presets };
const states = [author, { ...author, selected: true }, { ...author, placing: true }];
const table = { inTable: true };
const groups = {
  everywhere: handled((event) => pageCommand(event, reader)),
  compare: handled((event) => compareCommand(event, reader)),
  figure: handled((event) => stepped([50, 0, 0], event)),
  entry: handled((event) => entryCommand(event, { inTable: false })),
  table: added(entryCommand, table, { inTable: false }),
  picker: [
    ...handled((event) => pickerCommandOf(event, { isOpen: false })),
    ...handled((event) =>
      pickerCommandOf(event, { isOpen: true, hasOptions: true, hasActive: true }),
    ),
  ],
  strength: added(entryCommand, { ...table, fills: true }, table),
  map: added(entryCommand, { inTable: false, isRegion: true }, { inTable: false }),
  viewer: handled((event) => viewerCommand(event, reader)),
  panes: added(viewerCommand, { ...reader, several: true }, reader),
  marks: [...new Set(states.flatMap((state) => added(viewerCommand, state, reader)))],
};
process.stdout.write(JSON.stringify(groups));

// The keys of entry pages.

// Return "save", "saveAndGo" (to the next page), "addVisit", a command for the table ("down", "fill", "undo", "move", "select",
// "repeat", "fillDown"), or null. `now` describes the focused element: `inTable`; `isLong`, a multi-line text field;
// `fills`, a cell in which "=" fills in the normal value; `isVisit`, the name of a new visit;
// `isRegion`, a region of the body map, for which it returns "grade", "nextRegion" or "previousRegion".
export function commandOf(event, now) {
  if (event.ctrlKey || event.metaKey) return controlCommand(event, now);
  if (now.isVisit && event.key === "Enter") return "addVisit";
  if (now.isRegion) return regionCommand(event);
  if (!now.inTable || event.isComposing || event.altKey) return null;
  if (event.key === "=") return now.fills ? "fill" : null;
  if (event.shiftKey) return now.isLong ? null : selectCommand(event.key);
  if (event.key === "Enter") return now.isLong ? null : "down";
  return event.key.startsWith("Arrow") ? "move" : null;
}

const REGION_KEYS = {
  Enter: "grade",
  " ": "grade",
  ArrowRight: "nextRegion",
  ArrowDown: "nextRegion",
  ArrowLeft: "previousRegion",
  ArrowUp: "previousRegion",
};

function regionCommand({ key, altKey, shiftKey }) {
  return altKey || shiftKey ? null : (REGION_KEYS[key] ?? null);
}

function selectCommand(key) {
  return ["ArrowUp", "ArrowDown"].includes(key) ? "select" : null;
}

function controlCommand({ key, altKey, shiftKey }, { inTable }) {
  if (key.toLowerCase() === "s") return "save";
  if (key === "Enter") return "saveAndGo";
  if (!inTable || altKey) return null;
  if (key === "'") return "repeat"; // with Shift on some keyboards
  if (shiftKey) return null;
  return { z: "undo", d: "fillDown" }[key] ?? null;
}

// Return the command for the list of a cell with a catalogue: "open", "next" or "previous" option, "choose",
// "chooseAndLeave", "close", or null, for the state of the list: `hasActive` if an option
// is highlighted.
export function pickerCommandOf(event, { isOpen, hasOptions, hasActive }) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  if (event.altKey) return event.key === "ArrowDown" && !isOpen ? "open" : null;
  if (!isOpen) return null;
  if (event.key === "Escape") return "close";
  if (hasOptions && event.key === "ArrowDown") return "next";
  if (hasOptions && event.key === "ArrowUp") return "previous";
  if (hasActive && event.key === "Enter") return "choose";
  return hasActive && event.key === "Tab" ? "chooseAndLeave" : null;
}

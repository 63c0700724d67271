// The keys of the strength comparison.

// Return "toggle" (all rows or only the changed ones), or null. `singleKeys` is whether single keys are enabled.
export function commandOf({ key, ctrlKey, metaKey, altKey }, { singleKeys }) {
  return singleKeys && key === "c" && !ctrlKey && !metaKey && !altKey ? "toggle" : null;
}

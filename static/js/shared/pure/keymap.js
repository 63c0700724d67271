// The keys of every page. caserecords/help/keys.py describes all keys; tests/test_keys.py compares the two.

// Return "keys" (show the keys of the page), "close" (an open menu), or null. `singleKeys` is whether single keys
// are enabled.
export function commandOf({ key, ctrlKey, metaKey, altKey }, { singleKeys }) {
  if (key === "Escape") return "close";
  return singleKeys && key === "?" && !ctrlKey && !metaKey && !altKey ? "keys" : null;
}

// The catalogues, loaded from the REST API once for each page.
import { prepare } from "./pure/search.js";

const loading = new Map(); // {name: promise of the entries}
const loaded = new Map(); // {name: entries}

function addressOf(name) {
  return `${document.getElementById("entry").dataset.catalogues}${name}/`;
}

async function fetchEntries(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.statusText);
  return prepare((await response.json()).entries);
}

// Start to load a catalogue. If it fails, the next call tries again.
export function load(name) {
  if (!loading.has(name)) {
    const started = fetchEntries(addressOf(name));
    loading.set(name, started);
    started.then(
      (entries) => loaded.set(name, entries),
      () => loading.delete(name),
    );
  }
  return loading.get(name);
}

// Return the entries of a catalogue, or null while it is not loaded.
export function entriesOf(name) {
  return loaded.get(name) ?? null;
}

// Return [{entry, matched, rank}] for the entries whose names are spelt like a text.
export async function fetchSimilar(name, text, specimen) {
  const query = new URLSearchParams({ q: text, ...(specimen && { specimen }) });
  const found = await fetchEntries(`${addressOf(name)}?${query}`);
  return found.map((entry) => ({ entry, matched: entry.matched, rank: 4 }));
}

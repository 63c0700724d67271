// When a diagnosis or drug is entered, fill the row's empty cells from the catalogue: its codes, and a drug's kind
// and usual route. Do so once for each name, so that a cell that the user clears stays empty.
import { entriesOf, load } from "./catalogues.js";
import { write } from "./cells.js";
import { findEntry, showCodes } from "./pure/search.js";

const NAMED = { diagnoses: "text", drugs: "agent" };

export function listenToNames(form) {
  form.addEventListener("change", (event) => {
    const catalogue = event.target.dataset.picker;
    if (Object.hasOwn(NAMED, catalogue)) complete(form, event.target, catalogue);
  });
}

async function complete(form, cell, catalogue) {
  const prefix = cell.name.slice(0, -NAMED[catalogue].length);
  const done = form.elements[`${prefix}completed`];
  const name = cell.value.trim();
  if (!done || !name || done.value === name) return;
  const lists = [catalogue, ...(catalogue === "drugs" ? ["treatment_kinds", "routes"] : [])];
  try {
    await Promise.all(lists.map(load));
  } catch {
    return; // the server fills the cells when the page is saved
  }
  if (cell.value.trim() !== name) return;
  const entry = findEntry(entriesOf(catalogue), name);
  const filled = entry ? fill(form, prefix, valuesOf(entry)) : [];
  done.value = name;
  if (filled.length) announce(form, cell, filled);
}

function valuesOf(entry) {
  const labelOf = (list, id) => entriesOf(list).find((one) => one.id === id)?.label;
  const values = { codes: showCodes(entry.codes) };
  if (entry.kind) values.kind = labelOf("treatment_kinds", entry.kind);
  if (entry.routes?.length === 1) values.route = labelOf("routes", entry.routes[0]);
  return values;
}

// Write the values into empty cells; return the labels of the cells.
function fill(form, prefix, values) {
  const filled = [];
  for (const [column, text] of Object.entries(values)) {
    const cell = form.elements[prefix + column];
    if (!cell || cell.value.trim() || !text) continue;
    write(cell, text);
    filled.push(labelOf(cell));
  }
  return filled;
}

function labelOf(cell) {
  return cell.labels[0]?.textContent ?? cell.getAttribute("aria-label").split(",")[0];
}

function announce(form, cell, filled) {
  const state = cell.closest(".card-section").querySelector("[data-grid-state]");
  if (state) state.textContent = `${form.dataset.filled} ${filled.join(", ")}`;
}

// When the diagnosis or drug of a row is entered or changed, fill in its codes and a drug's kind from the catalogue, and
// remove those of the name before. Do so once for each name, so that a cell that the user clears stays empty.
import { entriesOf, load } from "./catalogues.js";
import { write } from "./cells.js";
import { findEntry, replaced, showCodes } from "./pure/search.js";

const NAMED = { diagnoses: "text", drugs: "agent" };
const FURTHER = { drugs: ["treatment_kinds"] }; // catalogues of the cells that an entry fills

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
  if (!done || done.value === name) return;
  try {
    await Promise.all([catalogue, ...(FURTHER[catalogue] ?? [])].map(load));
  } catch {
    return; // the server changes the cells when the page is saved
  }
  if (cell.value.trim() !== name) return;
  const [before, now] = [done.value, name].map((one) => findEntry(entriesOf(catalogue), one));
  done.value = name;
  if (before === now) return;
  announce(form, cell, replaceAll(form, prefix, valuesOf(before), valuesOf(now)));
}

// Return {column: text} that an entry brings; {} without an entry.
function valuesOf(entry) {
  if (!entry) return {};
  const values = { codes: showCodes(entry.codes) };
  if (entry.kind)
    values.kind = entriesOf("treatment_kinds").find((one) => one.id === entry.kind)?.label ?? "";
  return values;
}

// Replace the values of the entry before; return the labels of the cells that changed.
function replaceAll(form, prefix, before, now) {
  const changed = [];
  for (const column of Object.keys({ ...before, ...now })) {
    const cell = form.elements[prefix + column];
    const text = replaced(cell.value.trim(), before[column] ?? "", now[column] ?? "");
    if (text === cell.value) continue;
    write(cell, text);
    changed.push(labelOf(cell));
  }
  return changed;
}

function labelOf(cell) {
  return cell.labels[0]?.textContent ?? cell.getAttribute("aria-label").split(",")[0];
}

function announce(form, cell, changed) {
  const state = cell.closest(".card-section").querySelector("[data-grid-state]");
  if (state && changed.length) state.textContent = `${form.dataset.filled} ${changed.join(", ")}`;
}

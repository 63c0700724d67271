// Copy a cell down: the cell above to the focused one, or the first selected cell to the others.
import { apply, isText, positionOf } from "./cells.js";

let selected = []; // cells of one column, from top to bottom

export function listenToSelection() {
  document.addEventListener("focusin", ({ target }) => {
    if (!selected.includes(target)) select([]);
  });
}

// Extend the selection from the focused cell by one row, or make it one row shorter.
export function extend(table, cell, step) {
  const { rows, row, column } = positionOf(table, cell);
  const next = rows[row + step]?.[column];
  if (!isCopied(cell) || !next || !isCopied(next)) return;
  const isShorter = selected.includes(next);
  const kept = selected.includes(cell) ? selected : [cell];
  const ends = step > 0 ? [...kept, next] : [next, ...kept];
  select(isShorter ? kept.filter((one) => one !== cell) : ends);
  next.focus();
  announce(table);
}

export function fillDown(table, cell) {
  if (selected.length < 2) {
    repeat(table, cell);
    return;
  }
  const [first, ...others] = selected;
  if (isEmpty(first)) return;
  apply(others.map((other) => ({ cell: other, after: first.value })));
}

export function repeat(table, cell) {
  const { rows, row, column } = positionOf(table, cell);
  const above = rows[row - 1]?.[column];
  if (!above || !isCopied(cell) || !isCopied(above) || isEmpty(above)) return;
  apply([{ cell, after: above.value }]);
  cell.select?.();
}

// An empty cell is not copied: that would erase the cells below.
function isEmpty(cell) {
  return ["", "not_stated"].includes(cell.value.trim());
}

function isCopied(cell) {
  return isText(cell) || cell.tagName === "SELECT" || cell.tagName === "TEXTAREA";
}

function select(cells) {
  for (const cell of selected) cell.classList.remove("is-selected");
  selected = cells;
  for (const cell of selected) cell.classList.add("is-selected");
}

function announce(table) {
  const state = table.closest(".card-section").querySelector("[data-grid-state]");
  if (state) state.textContent = `${selected.length} ${table.dataset.selected}`;
}

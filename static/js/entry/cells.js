// The cells of a table with data-grid. Filling or pasting into several cells is undone in one step.
import { isGrade, isKeptAsWords } from "./pure/grades.js";

const done = []; // steps that can be undone, see record()

export function tableOf(element) {
  return element.closest("table[data-grid]");
}

export function isStrength(table) {
  return table.dataset.grid === "strength";
}

export function rowElements(table) {
  return [...table.querySelectorAll("tbody > tr:not(.more)")];
}

export function rowsOf(table) {
  return rowElements(table).map((row) => [
    ...row.querySelectorAll("td > .cell, td > .form-check-input"),
  ]);
}

export function positionOf(table, cell) {
  const rows = rowsOf(table);
  const row = rows.findIndex((cells) => cells.includes(cell));
  return { rows, row, column: row < 0 ? -1 : rows[row].indexOf(cell) };
}

export function isText(cell) {
  return cell.tagName === "INPUT" && cell.type === "text";
}

export function write(cell, text) {
  cell.value = text;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

// Set each cell to its `after` value, as one step that can be undone. Return the step, or null if nothing changed.
export function apply(changes) {
  const real = changes.filter(({ cell, after }) => cell.value !== after);
  for (const change of real) change.before = change.cell.value;
  for (const { cell, after } of real) write(cell, after);
  for (const { cell } of real) check(cell);
  if (!real.length) return null;
  const step = {
    isCurrent: () => real.every(({ cell, after }) => cell.isConnected && cell.value === after),
    revert: () => {
      for (const { cell, before } of real) write(cell, before);
      for (const { cell } of real) check(cell);
    },
  };
  record(step);
  return step;
}

// Remember a step: `isCurrent` returns whether its cells are still as the step left them, and
// `revert` undoes it.
export function record(step) {
  done.push(step);
}

// Undo the last step, unless one of its cells was edited or replaced since, or it is not the `expected` one. Return
// whether it was undone.
export function undo(expected = null) {
  const last = done.at(-1);
  if (!last?.isCurrent() || (expected && last !== expected)) return false;
  done.pop();
  last.revert();
  return true;
}

function scaleOf(table) {
  const { grades, words: states } = table.dataset;
  return [grades.split(" "), states.toLowerCase().split("|")];
}

export function isGradeOf(table, text) {
  return isGrade(text, ...scaleOf(table));
}

// Below a cell's row, show an error if the cell is not valid, or a note if it is kept as text.
export function check(cell) {
  const table = tableOf(cell);
  if (!table || !isStrength(table) || !cell.matches(".cell-grade")) return;
  const isValid = isGradeOf(table, cell.value);
  const isKept = isValid && isKeptAsWords(cell.value, ...scaleOf(table));
  cell.removeAttribute("aria-describedby");
  cell.removeAttribute("aria-invalid");
  for (const ending of ["error", "note"]) document.getElementById(`${cell.id}_${ending}`)?.remove();
  if (isValid && !isKept) return;
  const [ending, css, words] = isKept
    ? ["note", "unlisted-note", table.dataset.kept]
    : ["error", "cell-error", table.dataset.wrong];
  if (!isKept) cell.setAttribute("aria-invalid", "true");
  const id = `${cell.id}_${ending}`;
  cell.setAttribute("aria-describedby", id);
  const message = Object.assign(document.createElement("span"), { id, className: css });
  message.setAttribute("role", "status");
  message.textContent = `${cell.value} ${words}`;
  cell.closest("tr").nextElementSibling.firstElementChild.append(message);
}

// Keyboard entry in tables: Enter moves down, arrow keys move in any direction, and "=" fills empty cells with
// the normal value; other keys copy cells down.
import { apply, check, isText, positionOf, rowsOf, tableOf, undo, write } from "./cells.js";
import { extend, fillDown, repeat } from "./fill-down.js";
import { gradeRegion, moveRegion } from "./map-grading.js";
import { commandOf } from "./pure/keymap.js";

const COMMANDS = {
  undo: onUndo,
  down: onEnter,
  fill: onFill,
  move: onArrow,
  select: onSelect,
  repeat: prevented(repeat),
  fillDown: prevented(fillDown),
  grade: prevented((_table, region) => gradeRegion(region)),
  nextRegion: prevented((_table, region) => moveRegion(region, 1)),
  previousRegion: prevented((_table, region) => moveRegion(region, -1)),
};

let filled = null; // the step of the button that fills the empty cells
let lastFill = null; // the cell in which "=" last filled its column; pressing "=" there again fills the table

export function listenToGrid() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onKeyOutside);
  document.addEventListener("input", forgetFill);
  document.addEventListener("focusout", (event) => {
    if (tableOf(event.target)) settle(event.target);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target !== lastFill) lastFill = null;
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-fill]");
    if (button) fillAll(button.closest(".card-section").querySelector("table"));
    const back = target.closest("[data-fill-undo]");
    if (back && undoFill()) back.closest(".card-section").querySelector("[data-fill]").focus();
  });
}

// Focus the first cell or, in a table with a normal value, the first empty cell, if possible one at
// the visit that was copied last. Do nothing if the
// page shows errors or a merge, if other fields come before the table, or if the table has rows but no normal value.
export function focusFirst(form) {
  const fields = form.querySelectorAll("input:not([type=hidden]), textarea, select");
  const first = [...fields].find((field) => !field.closest(".choice-bar, .visit-bar"));
  const table = first && tableOf(first);
  if (!table || document.querySelector("#error-summary, #merge")) return;
  const { normal, start } = table.dataset;
  if (!normal && table.querySelector("tbody[data-row]:not(.is-new)")) return;
  const cells = rowsOf(table).flat();
  const empty = cells.filter((one) => !normal || !one.value);
  const cell = empty.find((one) => one.dataset.visit === start) || empty[0] || cells[0];
  cell?.focus({ preventScroll: true });
}

function onKey(event) {
  const cell = event.target;
  const table = tableOf(cell);
  const fills = Boolean(table?.dataset.normal) && cell.matches(".cell-grade");
  const isRegion = cell.matches("path.region");
  const now = { inTable: table !== null, isLong: cell.tagName === "TEXTAREA", fills, isRegion };
  COMMANDS[commandOf(event, now)]?.(event, table, cell);
}

function onUndo(event) {
  if (!undo()) return;
  event.preventDefault();
  lastFill = null;
}

function onEnter(event, table, cell) {
  if (["SUMMARY", "BUTTON"].includes(cell.tagName)) return;
  settle(cell);
  event.preventDefault();
  goDown(table, cell);
}

function onFill(event, table, cell) {
  event.preventDefault();
  fill(table, cell);
}

function onSelect(event, table, cell) {
  event.preventDefault();
  extend(table, cell, event.key === "ArrowDown" ? 1 : -1);
}

function prevented(command) {
  return (event, table, cell) => {
    event.preventDefault();
    command(table, cell);
  };
}

function onArrow(event, table, cell) {
  if (!isText(cell)) return;
  const { selectionStart, selectionEnd, value } = cell;
  const atStart = selectionStart === 0 && selectionEnd === 0;
  const atEnd = selectionStart === value.length && selectionEnd === value.length;
  const isEmptyAtEnd = selectionStart === 0 && atEnd;
  const moves = {
    ArrowUp: !cell.list && [-1, 0],
    ArrowDown: !cell.list && [1, 0],
    ArrowLeft: (atStart || (isEmptyAtEnd && value)) && [0, -1],
    ArrowRight: atEnd && [0, 1],
  };
  const move = moves[event.key];
  if (move && goBy(table, cell, ...move)) event.preventDefault();
}

function goDown(table, cell) {
  const { rows, row, column } = positionOf(table, cell);
  if (row < 0) return;
  const navigable = rows.filter((cells) => isNavigable(cells, cell));
  const below = navigable[navigable.indexOf(rows[row]) + 1];
  const next = below ? below[column] : navigable[0][column + 1];
  if (next) focus(next);
}

// Enter skips the empty row for adding a muscle.
function isNavigable(cells, from) {
  const row = cells[0].closest("tr");
  if (!row.hasAttribute("data-free") || cells.includes(from)) return true;
  return Boolean(row.querySelector("th input").value);
}

function goBy(table, cell, down, right) {
  const { rows, row, column } = positionOf(table, cell);
  const next = rows[row + down]?.[column + right];
  if (next) focus(next);
  return Boolean(next);
}

function focus(cell) {
  cell.focus();
  if (cell.select) cell.select();
}

// When the user leaves a cell or presses Enter, replace a shortcut (n, 1, 2 …) with its value and check the cell.
function settle(cell) {
  if (!isText(cell)) return;
  const { notTested } = tableOf(cell).dataset;
  const text = cell.value.trim();
  const keys = cell.dataset.keys ? JSON.parse(cell.dataset.keys) : {};
  if (notTested && cell.matches(".cell-grade")) keys.n = notTested;
  const meant = Object.hasOwn(keys, text) ? keys[text] : text;
  if (meant !== cell.value) write(cell, meant);
  check(cell);
}

// Fill the empty cells of the cell's column, or of the whole table if `cell` is null or its column has just
// been filled.
function fill(table, cell) {
  const { rows, column } = positionOf(table, cell);
  const isWhole = !cell || lastFill === cell;
  const named = rows.filter((cells) => !cells[0].closest("tr").hasAttribute("data-free"));
  const cells = isWhole ? named.flat() : named.map((row) => row[column]);
  const empty = cells.filter((one) => one && !one.value);
  const step = apply(empty.map((one) => ({ cell: one, after: table.dataset.normal })));
  lastFill = cell;
  return { step, count: empty.length };
}

// Fill the empty cells of a table, say how many were filled, and offer to undo it.
function fillAll(table) {
  const { step, count } = fill(table, null);
  filled = step;
  announceFill(table.closest(".card-section"), `${count} ${table.dataset.filled}`);
}

function announceFill(section, text) {
  section.querySelector("[data-grid-state]").textContent = text;
  section.querySelector("[data-fill-undo]").hidden = !(text && filled);
}

function undoFill() {
  return Boolean(filled) && undo(filled); // its changes to the cells make forgetFill() hide the button
}

// Offer Undo only as long as no filled cell was changed.
function forgetFill() {
  if (!filled || filled.isCurrent()) return;
  filled = null;
  announceFill(document.querySelector("[data-fill-undo]").closest(".card-section"), "");
}

// Ctrl+Z undoes the filling as long as the focus is on the button or elsewhere outside a field.
function onKeyOutside(event) {
  const isField = event.target.matches("input, textarea, select");
  if (isField || commandOf(event, { inTable: true }) !== "undo") return;
  if (undoFill()) event.preventDefault();
}

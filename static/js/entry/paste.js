// Paste a block of spreadsheet cells into a table.
import { apply, isGradeOf, isStrength, isText, positionOf, rowElements, tableOf } from "./cells.js";
import { matchesOption, placeBlock, readBlock } from "./pure/block.js";
import { plainGrade } from "./pure/grades.js";

export function listenToPaste() {
  document.addEventListener("paste", (event) => {
    const cell = event.target;
    const table = tableOf(cell);
    if (!table || !isText(cell) || !cell.closest("td")) return;
    const block = readBlock(event.clipboardData.getData("text/plain"));
    if (!block) return;
    event.preventDefault();
    paste(table, cell, block);
  });
}

function paste(table, cell, block) {
  const { rows, row, column } = positionOf(table, cell);
  const changes = [];
  const messages = new Set();
  for (const one of placeBlock(block, { row, column, ...labelsOf(table) })) {
    if ("unknownRow" in one) {
      messages.add(`“${one.unknownRow}” ${table.dataset.unknownRow}`);
      continue;
    }
    const target = rows[one.row]?.[one.column];
    const after = valueFor(table, target, one.text);
    if (after !== null) changes.push({ cell: target, after });
    else if (one.text.trim()) messages.add(refusal(table, target, one.text));
  }
  apply(changes);
  const state = table.closest(".card-section").querySelector("[data-grid-state]");
  if (state) state.textContent = [...messages].join(" ");
}

// In a strength table, pasted lines are matched to rows by name.
function labelsOf(table) {
  if (!isStrength(table)) return {};
  const names = rowElements(table).map((row) => (row.dataset.names || "").toLowerCase().split("|"));
  return {
    rowOf(label) {
      const wanted = label.trim().toLowerCase();
      return wanted ? names.findIndex((known) => known.includes(wanted)) : -1;
    },
    isValue: (text) => isGradeOf(table, text),
  };
}

// Return the value to set for a pasted string; null if the cell does not accept it.
function valueFor(table, cell, text) {
  if (cell && isText(cell)) return isStrength(table) ? plainGrade(text) : text.trim();
  if (cell?.tagName !== "SELECT") return null;
  return [...cell.options].find((option) => matchesOption(option, text))?.value ?? null;
}

function refusal(table, cell, text) {
  if (cell?.tagName !== "SELECT") return table.dataset.tooWide;
  return `“${text.trim()}” ${table.dataset.unknownChoice}`;
}

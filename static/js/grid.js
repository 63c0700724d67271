/* Fast entry in tables of text cells: Enter goes down, arrows move, a block is pasted and taken back
   in one step. A table with data-grid="strength" also checks grades and fills normal ones. */
"use strict";

(function () {
  const tables = [...document.querySelectorAll("table[data-grid]")];
  const done = []; // what Ctrl+Z takes back: lists of {cell, before, after}
  let lastFill = null;

  // The cells as rows of inputs; free rows and columns of other kinds are walked only when asked.

  function rowsOf(table) {
    const rows = [...table.querySelectorAll("tbody > tr:not(.more)")];
    return rows.map((row) => [...row.querySelectorAll("td > .cell, td > .form-check-input")]);
  }

  function place(table, cell) {
    const rows = rowsOf(table);
    const row = rows.findIndex((cells) => cells.includes(cell));
    return { rows, row, column: row < 0 ? -1 : rows[row].indexOf(cell) };
  }

  function isWalked(cells, from) {
    const row = cells[0].closest("tr");
    if (!row.hasAttribute("data-free") || cells.includes(from)) return true;
    return Boolean(row.querySelector("th input").value);
  }

  function goDown(table, cell) {
    const { rows, row, column } = place(table, cell);
    if (row < 0) return false;
    const walked = rows.filter((cells) => isWalked(cells, cell));
    const at = walked.indexOf(rows[row]);
    const below = walked[at + 1];
    const next = below ? below[column] : walked[0][column + 1];
    if (next) focus(next);
    return true;
  }

  function goTo(table, cell, down, right) {
    const { rows, row, column } = place(table, cell);
    const next = rows[row + down] && rows[row + down][column + right];
    if (next) focus(next);
    return Boolean(next);
  }

  function focus(cell) {
    cell.focus();
    if (cell.select) cell.select();
  }

  function isText(cell) {
    return cell.tagName === "INPUT" && cell.type === "text";
  }

  // Keys

  function onKey(event) {
    const cell = event.target;
    const table = cell.closest("table[data-grid]");
    if (!table || event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.shiftKey) return undo(event);
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && cell.tagName !== "TEXTAREA" && !event.shiftKey) {
      if (cell.tagName === "SUMMARY" || cell.tagName === "BUTTON") return;
      settle(cell);
      event.preventDefault();
      goDown(table, cell);
    } else if (event.key === "=" && table.dataset.normal && cell.matches(".cell-grade")) {
      event.preventDefault();
      fill(table, cell);
    } else if (event.key.startsWith("Arrow")) {
      onArrow(event, table, cell);
    }
  }

  function onArrow(event, table, cell) {
    if (!isText(cell) || event.shiftKey) return;
    const start = cell.selectionStart === 0 && cell.selectionEnd === 0;
    const end = cell.selectionStart === cell.value.length && cell.selectionEnd === cell.value.length;
    const all = cell.selectionStart === 0 && end;
    const moves = {
      ArrowUp: !cell.list && [-1, 0],
      ArrowDown: !cell.list && [1, 0],
      ArrowLeft: (start || (all && cell.value)) && [0, -1],
      ArrowRight: end && [0, 1],
    };
    const move = moves[event.key];
    if (move && goTo(table, cell, ...move)) event.preventDefault();
  }

  // What one key means, once the cell is left: n, 1, 2 …

  function settle(cell) {
    if (!isText(cell)) return;
    const table = cell.closest("table[data-grid]");
    const text = cell.value.trim();
    const keys = cell.dataset.keys ? JSON.parse(cell.dataset.keys) : {};
    if (table.dataset.notTested && cell.matches(".cell-grade")) keys.n = table.dataset.notTested;
    const meant = Object.hasOwn(keys, text) ? keys[text] : text;
    if (meant !== cell.value) write(cell, meant);
    check(cell);
  }

  function write(cell, text) {
    cell.value = text;
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Grades

  const SIGNS = { "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-", "\uff0d": "-", "\u207b": "-", "\uff0b": "+", "\u207a": "+" };

  function plain(text) {
    let found = text.trim().replace(/\s+/g, " ");
    found = found.replace(/[\u2212\u2010\u2011\u2013\u2014\uff0d\u207b\uff0b\u207a]/g, (sign) => SIGNS[sign]);
    return found.replace(/^([+-])([0-5])$/, "$2$1").replace(/^([0-5]) ([+-])$/, "$1$2");
  }

  function isGrade(table, text) {
    const grades = table.dataset.grades.split(" ");
    const words = ["n", "nt", "pain", "amputation", "not done", "immobilized", "pain limited"];
    const known = [...words, ...table.dataset.words.toLowerCase().split("|")];
    const found = plain(text).replace(/^(MRC|M) ?(?=[0-5])/i, "");
    if (!found || known.includes(found.toLowerCase().replace(/[-_]/g, " "))) return true;
    const points = found.replace(/ ?\/ ?5\b/g, "").split(/ to | - |(?<=[0-5+-])-(?=[0-5])/);
    return points.length < 3 && points.every((point) => grades.includes(plain(point)));
  }

  function check(cell) {
    const table = cell.closest("table[data-grid='strength']");
    if (!table || !cell.matches(".cell-grade")) return;
    const right = isGrade(table, cell.value);
    const place = cell.closest("tr").querySelector(".row-message");
    const id = cell.id + "_error";
    const old = document.getElementById(id);
    if (old) old.remove();
    cell.toggleAttribute("aria-invalid", !right);
    if (right) {
      cell.removeAttribute("aria-describedby");
      return;
    }
    cell.setAttribute("aria-invalid", "true");
    cell.setAttribute("aria-describedby", id);
    const message = document.createElement("span");
    message.className = "cell-error";
    message.id = id;
    message.setAttribute("role", "status");
    message.textContent = cell.getAttribute("aria-label") + ": " + cell.value + " " + table.dataset.wrong;
    place.append(message);
  }

  // Fill, paste, and taking both back

  function apply(changes) {
    const real = changes.filter((change) => change.cell.value !== change.after);
    real.forEach((change) => (change.before = change.cell.value));
    real.forEach((change) => write(change.cell, change.after));
    real.forEach((change) => check(change.cell));
    if (real.length) done.push(real);
    return real.length;
  }

  function fill(table, cell) {
    const { rows, column } = place(table, cell);
    const whole = !cell || lastFill === cell;
    const named = rows.filter((cells) => !cells[0].closest("tr").hasAttribute("data-free"));
    const cells = whole ? named.flat() : named.map((one) => one[column]);
    const empty = cells.filter((one) => one && !one.value);
    apply(empty.map((one) => ({ cell: one, after: table.dataset.normal })));
    lastFill = cell;
  }

  function undo(event) {
    const last = done[done.length - 1];
    if (!last || last.some((change) => change.cell.value !== change.after)) return;
    event.preventDefault();
    done.pop();
    last.forEach((change) => write(change.cell, change.before));
    last.forEach((change) => check(change.cell));
    lastFill = null;
  }

  function onPaste(event) {
    const cell = event.target;
    const table = cell.closest("table[data-grid]");
    if (!table || !isText(cell) || !cell.closest("td")) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    if (!text.includes("\t") && !text.includes("\n")) return;
    event.preventDefault();
    paste(table, cell, text.split("\n").map((line) => line.split("\t")));
  }

  function paste(table, cell, block) {
    const { rows, row, column } = place(table, cell);
    const strength = table.dataset.grid === "strength";
    const labelled = strength && block.some((line) => line.length > 1 && findRow(table, line[0]) >= 0);
    const changes = [];
    const said = [];
    block.forEach((line, number) => {
      const cells = labelled ? line.slice(1) : line;
      if (!cells.some((text) => text.trim())) return;
      const at = labelled ? findRow(table, line[0]) : row + number;
      if (labelled && at < 0) {
        if (number > 0 || cells.some((text) => isGrade(table, text) && text.trim())) {
          said.push("“" + line[0].trim() + "” " + table.dataset.unknownRow);
        }
        return;
      }
      cells.forEach((text, offset) => {
        const target = rows[at] && rows[at][column + offset];
        const isChoice = Boolean(target) && target.tagName === "SELECT";
        const choice = isChoice && findChoice(target, text);
        if (target && isText(target)) changes.push({ cell: target, after: strength ? plain(text) : text.trim() });
        else if (choice) changes.push({ cell: target, after: choice.value });
        else if (text.trim()) said.push(isChoice ? "“" + text.trim() + "” " + table.dataset.unknownChoice : table.dataset.tooWide);
      });
    });
    apply(changes);
    const state = table.closest(".card-section").querySelector("[data-grid-state]");
    if (state) state.textContent = [...new Set(said)].join(" ");
  }

  // The option that a pasted text names by its words, its value, or the number that it begins with.

  function findChoice(select, text) {
    const wanted = text.trim().toLowerCase();
    const names = (one) => [one.value, one.text.trim(), one.text.split(":")[0]].map((name) => name.toLowerCase());
    return [...select.options].find((one) => names(one).includes(wanted));
  }

  function findRow(table, label) {
    const wanted = label.trim().toLowerCase();
    const rows = [...table.querySelectorAll("tbody > tr:not(.more)")];
    return rows.findIndex((row) => wanted && (row.dataset.names || "").toLowerCase().split("|").includes(wanted));
  }

  // Ready

  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
  document.addEventListener("focusout", (event) => {
    if (event.target.closest("table[data-grid]")) settle(event.target);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target !== lastFill) lastFill = null;
  });
  document.querySelectorAll("[data-fill]").forEach((button) => {
    button.addEventListener("click", () => fill(button.closest(".card-section").querySelector("table"), null));
  });
  const grid = document.querySelector("table[data-grid='strength']") || tables[0];
  const summary = document.getElementById("error-summary");
  if (grid && !summary && !document.getElementById("merge")) {
    const cells = rowsOf(grid).flat();
    const isUsed = !grid.dataset.normal && grid.querySelector("tbody[data-row]:not(.is-new)");
    const first = cells.find((cell) => !grid.dataset.normal || !cell.value) || cells[0];
    if (first && !isUsed) first.focus({ preventScroll: true });
  }
})();

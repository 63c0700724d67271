// Comboboxes for cells with a catalogue (ARIA 1.2: the focus stays in the text field, and a list offers entries).
// Text that is not in the catalogue stays as typed. Without JavaScript, the cells have datalists.
import { entriesOf, fetchSimilar, load } from "./catalogues.js";
import { write } from "./cells.js";
import { pickerCommandOf } from "./pure/keymap.js";
import { findEntry, nameOf, search, splitUnit } from "./pure/search.js";

const MOST = 30; // options shown
const LEAST_SIMILAR = 3; // characters to type before similar names are looked for
const WAIT = 250; // ms after the last key press before similar names are requested from the server
const MARGIN = 8; // px between the list and the edges of the window
const WIDEST = 440; // px

const COMMANDS = {
  open: onOpen,
  next: onStep,
  previous: onStep,
  choose: onChoose,
  chooseAndLeave: () => choose(now.active),
  close: onClose,
};

const now = { cell: null, options: [], active: -1 }; // the open list; `cell` is null while it is closed
let waiting = 0; // timer of the request for similar names
let popup;
let form;

export function listenToPickers(page) {
  form = page;
  popup = makePopup();
  becomeComboboxes(form);
  offerEntriesIn(form);
  form.addEventListener("refreshed", () => becomeComboboxes(form));
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("scroll", place, { capture: true, passive: true });
  new ResizeObserver(place).observe(document.documentElement);
}

// Offer the entries of catalogues in the cells of an element, such as the form or a dialog.
export function offerEntriesIn(element) {
  element.addEventListener("focusin", ({ target }) => {
    if (isPicker(target)) for (const name of catalogues(target)) load(name).catch(() => {});
  });
  element.addEventListener("focusout", close);
  element.addEventListener("input", (event) => {
    if (event.isTrusted && isPicker(event.target)) offer(event.target);
  });
}

function isPicker(element) {
  return Boolean(element.dataset?.picker);
}

// Return the names of the catalogues that a cell needs, for example movements and muscles for a
// row of the strength grid.
function catalogues(cell) {
  const within = cell.dataset.within ? ["specimens"] : [];
  return [...cell.dataset.picker.split(" "), ...within];
}

// Prepare the cells of an element when it is drawn and, as they are new, when it is drawn again.
export function becomeComboboxes(element) {
  close();
  element.append(popup.box, popup.status); // in a modal dialog, only what is inside can be used
  for (const cell of element.querySelectorAll("[data-picker]")) becomeCombobox(cell);
}

function becomeCombobox(cell) {
  cell.removeAttribute("list");
  const attributes = {
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": "picker-list",
  };
  for (const [name, value] of Object.entries(attributes)) cell.setAttribute(name, value);
}

function makePopup() {
  const box = element("div", { className: "picker", hidden: true });
  const note = element("p", { className: "picker-note small" });
  const status = element("p", { className: "visually-hidden" });
  status.setAttribute("role", "status"); // always in the page, so that changes are read out
  const list = element("ul", { id: "picker-list" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.pickerLabel);
  // Keep the focus in the cell while an option is clicked.
  box.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose([...list.children].indexOf(option));
  });
  box.append(note, list);
  return { box, note, list, status };
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

// Offering entries

// Return the part of the cell's text to search for, and the text before it; null for a value
// without a unit.
function queryOf(cell) {
  if (cell.dataset.picker !== "units") return { before: "", text: cell.value.trim() };
  const parts = splitUnit(cell.value);
  return parts && { before: parts[0], text: parts[1].trim() };
}

function specimenOf(cell) {
  const { within } = cell.dataset;
  if (!within) return "";
  const other = form.elements[cell.name.replace(/[^-]+$/, within)];
  return findEntry(entriesOf("specimens") ?? [], other?.value ?? "")?.id ?? "";
}

async function offer(cell, all = false) {
  clearTimeout(waiting);
  const query = queryOf(cell);
  if (!query || !(query.text || all)) return close();
  const typed = cell.value;
  const names = catalogues(cell);
  if (!names.every(entriesOf)) {
    try {
      await Promise.all(names.map(load));
    } catch {
      return; // offline: the text is looked up when the page is saved
    }
    if (document.activeElement !== cell || cell.value !== typed) return;
  }
  show(cell, query, matchesOf(cell, query, all));
}

function matchesOf(cell, { text }, all) {
  const names = cell.dataset.picker.split(" ");
  const entries = names.flatMap(entriesOf);
  if (all && !text) return entries.map((entry) => ({ entry, matched: entry.label, rank: 0 }));
  return search(entries, text, specimenOf(cell));
}

function show(cell, query, matches) {
  if (matches.length) return open(cell, query, matches, "");
  if (cell.dataset.picker === "units") return close();
  open(cell, query, [], form.dataset.pickerUnlisted);
  if (query.text.length >= LEAST_SIMILAR) waiting = setTimeout(offerSimilar, WAIT, cell, query);
}

async function offerSimilar(cell, query) {
  const typed = cell.value;
  try {
    const names = cell.dataset.picker.split(" ");
    const found = await Promise.all(
      names.map((name) => fetchSimilar(name, query.text, specimenOf(cell))),
    );
    if (now.cell !== cell || cell.value !== typed || !found.flat().length) return;
    open(cell, query, found.flat(), `${form.dataset.pickerUnlisted} ${form.dataset.pickerSimilar}`);
  } catch {
    // Offline: the note that the text is kept stays.
  }
}

function open(cell, query, matches, note) {
  const shown = matches.slice(0, MOST);
  Object.assign(now, { cell, active: -1, before: query.before, options: shown });
  const around = cell.closest("dialog") || form;
  if (!around.contains(popup.box)) around.append(popup.box, popup.status);
  popup.note.textContent = note;
  popup.note.hidden = !note;
  popup.status.textContent = note || countOf(matches.length);
  popup.list.replaceChildren(...shown.map(optionOf));
  popup.list.hidden = !shown.length;
  popup.box.hidden = false;
  cell.setAttribute("aria-expanded", String(shown.length > 0));
  cell.removeAttribute("aria-activedescendant");
  place();
}

function countOf(number) {
  const { pickerOne, pickerMany } = form.dataset;
  return number === 1 ? pickerOne : pickerMany.replace("%s", number);
}

function optionOf({ entry, matched }, number) {
  const option = element("li", { id: `picker-${number}` });
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.append(element("span", { className: "picker-label", textContent: entry.label }));
  const isOther = ![entry.label, entry.id].includes(matched);
  if (isOther)
    option.append(" ", element("span", { className: "picker-name", textContent: matched }));
  const code = entry.codes[0]?.code;
  if (code && code !== entry.label)
    option.append(" ", element("span", { className: "picker-code", textContent: code }));
  return option;
}

// Place the list below the cell, or above it if there is more room, within the window.
function place() {
  if (!now.cell) return;
  const cell = now.cell.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const width = Math.min(Math.max(cell.width, WIDEST), clientWidth - 2 * MARGIN);
  const below = clientHeight - cell.bottom - MARGIN;
  const above = cell.top - MARGIN;
  const isAbove = below < 160 && above > below;
  const { style } = popup.box;
  style.width = `${width}px`;
  style.left = `${Math.max(MARGIN, Math.min(cell.left, clientWidth - width - MARGIN))}px`;
  style.maxHeight = `${Math.min(320, isAbove ? above : below)}px`;
  style.top = isAbove ? "auto" : `${cell.bottom + 2}px`;
  style.bottom = isAbove ? `${clientHeight - cell.top + 2}px` : "auto";
}

function close() {
  clearTimeout(waiting);
  now.cell?.setAttribute("aria-expanded", "false");
  now.cell?.removeAttribute("aria-activedescendant");
  Object.assign(now, { cell: null, options: [], active: -1 });
  popup.box.hidden = true;
}

// Keys

function onKey(event) {
  if (!isPicker(event.target)) return;
  const isOpen = now.cell === event.target;
  const state = { isOpen, hasOptions: now.options.length > 0, hasActive: now.active >= 0 };
  const command = pickerCommandOf(event, state);
  if (!command) return;
  COMMANDS[command](event, command);
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onOpen(event) {
  stop(event);
  offer(event.target, true);
}

function onStep(event, command) {
  stop(event);
  const count = now.options.length;
  const from = now.active < 0 && command === "previous" ? 0 : now.active;
  activate((from + (command === "next" ? 1 : -1) + count) % count);
}

function activate(number) {
  now.active = number;
  [...popup.list.children].forEach((option, at) => {
    option.setAttribute("aria-selected", String(at === number));
  });
  const option = popup.list.children[number];
  now.cell.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function onChoose(event) {
  stop(event);
  choose(now.active);
}

function onClose(event) {
  stop(event);
  close();
}

function choose(number) {
  const { cell, before, options } = now;
  const isDiagnosis = cell.dataset.picker === "diagnoses";
  close();
  write(cell, before + (isDiagnosis ? nameOf(options[number]) : options[number].entry.label));
  cell.dispatchEvent(new Event("change", { bubbles: true }));
}

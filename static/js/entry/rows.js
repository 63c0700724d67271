// Add rows without reloading, and offer events and visits as options once their labels are entered.
import { carryDown, emptyIndex } from "./carrying.js";

const ADDED = 3; // rows per click

export function listenToRows(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    event.preventDefault();
    const table = button.closest(".table-foot").previousElementSibling.querySelector("table");
    addRows(table)[0].querySelector("input, select, textarea").focus();
  });
  form.addEventListener("change", (event) => offerEvent(form, event.target));
  form.addEventListener("focusin", (event) => {
    const hint = event.target.closest(".card-section")?.querySelector("[data-hint]");
    if (hint) hint.textContent = event.target.title || "";
  });
}

function addRows(table) {
  const bodies = [...table.tBodies];
  const last = bodies.at(-1);
  const numbers = bodies.map((body) => Number(/^new(\d+)$/.exec(body.dataset.row)?.[1] || 0));
  const highest = Math.max(0, ...numbers);
  const steps = Array.from({ length: ADDED }, (_none, at) => at + 1);
  const added = steps.map((step) =>
    copyRow(last, table.dataset.prefix, `new${highest + step}`, String(bodies.length + step)),
  );
  table.append(...added);
  carryDown(last);
  return added;
}

// Return an empty copy of a row with a new name and number.
function copyRow(body, prefix, name, number) {
  const copy = body.cloneNode(true);
  const before = `${prefix}-${body.dataset.row}-`;
  const old = body.querySelector("th").textContent.trim();
  copy.dataset.row = name;
  copy.classList.add("is-new");
  for (const element of copy.querySelectorAll("[name], [id], [for]")) {
    for (const attribute of ["name", "id", "for"]) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replace(before, `${prefix}-${name}-`));
    }
  }
  for (const cell of copy.querySelectorAll("input, select, textarea")) empty(cell, old, number);
  const notes = ".cell-error, .unlisted-note, summary > .muted";
  for (const note of copy.querySelectorAll(notes)) note.remove();
  copy.querySelector("th").textContent = number;
  const hidden = copy.querySelector("summary .visually-hidden");
  if (hidden) hidden.textContent = hidden.textContent.replace(old, number);
  return copy;
}

function empty(cell, old, number) {
  if (cell.type === "checkbox") cell.checked = false;
  else if (cell.tagName === "SELECT") cell.selectedIndex = emptyIndex(cell);
  else cell.value = "";
  cell.removeAttribute("aria-invalid");
  cell.removeAttribute("aria-describedby");
  const label = cell.getAttribute("aria-label");
  if (label) cell.setAttribute("aria-label", label.replace(new RegExp(`${old}$`), number));
}

// Add a new event or visit to the select fields before it is saved, with its label as the option's value.
function offerEvent(form, field) {
  const kind = /^(events|visits)-.*-label$/.exec(field.name || "")?.[1];
  const label = kind && field.value.trim();
  if (!label) return;
  for (const select of form.querySelectorAll(`select[data-options="${kind}"]`)) {
    const isKnown = [...select.options].some((option) => option.text === label);
    if (!isKnown) select.add(new Option(label, label));
  }
}

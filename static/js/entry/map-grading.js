// Grade from the body map: a click on a region, or Enter, goes to the cell of its movement in the
// strength grid, at the visit of the last focused cell. Without scripts, the map is only a picture.
import { load } from "./refresh.js";

// Make the regions buttons, of which Tab reaches one and the arrow keys reach the others.
export function prepareMap() {
  const map = document.getElementById("strength-map");
  if (!map) return;
  for (const view of map.querySelectorAll(".body-view svg")) view.setAttribute("role", "group");
  const labels = labelsOf(map);
  regionsOf(map).forEach((region, number) => {
    region.setAttribute("role", "button");
    region.setAttribute("tabindex", number ? "-1" : "0");
    const names = choicesOf(map, region).map((row) => labels.get(row));
    region.setAttribute("aria-label", `${names.join(", ")}, ${map.dataset[region.dataset.side]}`);
  });
}

export function listenToMap(form) {
  form.addEventListener("click", ({ target }) => {
    const region = target.closest("#strength-map path.region");
    if (region) gradeRegion(region);
    const choice = target.closest(".map-choice button");
    if (choice) choose(form, choice);
    const toggle = target.closest("[data-map-toggle]");
    if (toggle) toggleMap(toggle);
  });
}

export function moveRegion(region, step) {
  const regions = regionsOf(region.closest("#strength-map"));
  const next = regions[(regions.indexOf(region) + step + regions.length) % regions.length];
  for (const one of regions) one.setAttribute("tabindex", one === next ? "0" : "-1");
  next.focus();
}

export function gradeRegion(region) {
  const map = region.closest("#strength-map");
  const rows = choicesOf(map, region);
  if (rows.length === 1) grade(map, rows[0], region.dataset.side);
  else offer(map, rows, region.dataset.side);
}

function regionsOf(map) {
  return [...map.querySelectorAll("path.region[data-shows]")];
}

function labelsOf(map) {
  const rows = [...map.querySelectorAll("[data-map-rows] > li")];
  return new Map(rows.map((row) => [row.dataset.row, row.textContent]));
}

// Return the rows of a region: its movements, and those of its muscles that are in the grid; if
// there are none, all its muscles.
function choicesOf(map, region) {
  const shown = region.dataset.shows.split(" ");
  const rows = [...labelsOf(map).keys()].filter((row) => shown.includes(row.split(".")[1]));
  const isInGrid = (row) => tableOf(map).querySelector(`tr[data-row="${row}"]`) !== null;
  const found = rows.filter((row) => row.startsWith("movement.") || isInGrid(row));
  return found.length ? found : rows;
}

function tableOf(map) {
  return map.closest(".strength-section").querySelector("table");
}

// Offer the movements and muscles of a region in a dialog.
function offer(map, rows, side) {
  const dialog = map.querySelector(".map-choice");
  const labels = labelsOf(map);
  const { visit } = map.dataset;
  const { visitLabel } = tableOf(map).querySelector(`.cell-grade[data-visit="${visit}"]`).dataset;
  const items = rows.map((row) => {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "btn btn-outline-secondary",
      textContent: `${labels.get(row)}, ${map.dataset[side]}, ${visitLabel}`,
    });
    Object.assign(button.dataset, { row, side });
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  dialog.querySelector("ul").replaceChildren(...items);
  dialog.showModal();
}

function choose(form, button) {
  button.closest("dialog").close();
  const { row, side } = button.dataset;
  if (row) grade(form.querySelector("#strength-map"), row, side);
}

// Focus the cell of a row and side at the visit being edited; show the side and the row if they are not in the grid.
async function grade(map, row, side) {
  const { visit } = map.dataset;
  const form = map.closest("form");
  if (!tableOf(map).querySelector(`.cell-grade[data-side="${side}"]`)) await showBothSides(form);
  const now = form.querySelector("#strength-map");
  const table = tableOf(now);
  const line = table.querySelector(`tr[data-row="${row}"]`) || addLine(table, row, labelsOf(now));
  const cell = line.querySelector(`.cell-grade[data-side="${side}"][data-visit="${visit}"]`);
  cell?.focus();
  cell?.select();
}

function showBothSides(form) {
  const query = new URLSearchParams(location.search);
  query.set("sides", "both");
  return load(form, `?${query}`, "sides");
}

// Add a row to the grid as a copy of its first row, above the free rows.
function addLine(table, row, labels) {
  const first = table.querySelector("tbody > tr[data-row]:not([data-free])");
  const old = { row: first.dataset.row, label: first.querySelector("th").textContent };
  const [line, messages] = [first, first.nextElementSibling].map((one) => one.cloneNode(true));
  const label = labels.get(row);
  const number = table.querySelectorAll("tr[data-row]").length;
  Object.assign(line.dataset, { row, names: label });
  line.querySelector("th").textContent = label;
  messages.firstElementChild.replaceChildren();
  line.querySelectorAll(".cell-grade").forEach((cell, place) => {
    cell.name = cell.name.replace(old.row, row);
    cell.id = `grade-${number}-${place}`;
    cell.value = "";
    cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(old.label, label));
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
  });
  const free = table.querySelector("tr[data-free]");
  free.before(line, messages);
  return line;
}

// On narrow screens, the map is shown only on request.
function toggleMap(button) {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  const map = document.getElementById("strength-map");
  map.classList.toggle("is-open", !isOpen);
  if (!isOpen) map.scrollIntoView({ block: "center" });
}

// The body map next to the strength grid. It shows the grades of the focused cell's visit as they are typed,
// and outlines that cell's region. The server renders the map of the first visit.
import { isGradeOf } from "./cells.js";
import { gradeOf, lookOf } from "./pure/grades.js";

const HALVES = {
  left: ["left"],
  right: ["right"],
  both: ["left", "right"],
  midline: ["left", "right"],
};

export function showBodyMap() {
  const map = document.getElementById("entry-map");
  const table = document.querySelector("table[data-grid='strength']");
  if (!map || !table) return;
  const views = viewsOf(map);
  const show = (cell) => showVisit(map, views, table, cell);
  table.addEventListener("focusin", (event) => {
    if (event.target.matches(".cell-grade")) show(event.target);
  });
  table.addEventListener("input", (event) => {
    if (!event.target.matches(".cell-grade")) return;
    const focused = document.activeElement;
    const isCell = table.contains(focused) && focused.matches(".cell-grade");
    show(isCell ? focused : event.target);
  });
}

function viewsOf(map) {
  return [...map.querySelectorAll("svg")].map((view) => {
    const title = view.querySelector("title");
    const labels = view.querySelectorAll(".region-label");
    const regions = [...view.querySelectorAll("path.region")].map((path, number) => ({
      path,
      label: labels[number],
      names: path.dataset.shows.split(" "),
      side: path.dataset.side,
    }));
    const description = title.textContent.replace(/^.*, /, ""); // remove the visit's label
    return { title, desc: view.querySelector("desc"), description, regions };
  });
}

function nameOf(cell) {
  return cell.closest("tr").dataset.row.replace(/^(movement|muscle)\./, "");
}

function halvesOf(cell) {
  return HALVES[cell.dataset.side] || [];
}

function isAt(region, { name, halves }) {
  return region.names.includes(name) && halves.includes(region.side);
}

function gradesOf(table, visit) {
  const order = table.dataset.grades.split(" ");
  const cells = [...table.querySelectorAll(".cell-grade")];
  const found = cells
    .filter((cell) => cell.dataset.visit === visit)
    .map((cell) => ({
      cell,
      name: nameOf(cell),
      halves: halvesOf(cell),
      grade: gradeOf(cell.value, order),
    }));
  return found.filter(({ cell, grade }) => grade && isGradeOf(table, cell.value));
}

function showVisit(map, views, table, cell) {
  const found = gradesOf(table, cell.dataset.visit);
  const focused = { name: nameOf(cell), halves: halvesOf(cell) };
  const { visit, visitLabel } = cell.dataset;
  map.closest(".strength-map").dataset.visit = visit;
  const caption = map.querySelector("figcaption");
  if (caption) caption.textContent = visitLabel;
  for (const view of views) {
    const descriptions = new Set();
    for (const region of view.regions) {
      const here = found.filter((one) => isAt(region, one));
      paint(region, lookOf(here.map(({ grade }) => grade)));
      region.path.classList.toggle("is-focused", isAt(region, focused));
      for (const one of here)
        descriptions.add(`${one.cell.getAttribute("aria-label")}: ${one.cell.value}`);
    }
    view.title.textContent = `${visitLabel}, ${view.description}`;
    if (descriptions.size) view.desc.textContent = [...descriptions].join("; ");
  }
}

function paint(region, { css, text }) {
  region.path.setAttribute("class", `region region-${css}`);
  const element = region.label.querySelector("text");
  if (!element.classList.contains("outside")) element.setAttribute("class", `on-${css}`);
  element.textContent = text;
  region.label.toggleAttribute("data-empty", !text);
}

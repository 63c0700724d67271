/* The body map beside the strength grid: it shows the grades of the visit that is being entered, as
   they are typed, and outlines the region of the focused cell. The server draws the first visit. */
"use strict";

(function () {
  const map = document.getElementById("entry-map");
  const table = document.querySelector("table[data-grid='strength']");
  if (!map || !table) return;
  const caption = map.querySelector("figcaption");
  const order = table.dataset.grades.split(" ");
  const views = [...map.querySelectorAll("svg")].map((view) => ({
    desc: view.querySelector("desc"),
    title: view.querySelector("title"),
    regions: [...view.querySelectorAll("path.region")].map((path, number) => ({
      path,
      label: view.querySelectorAll(".region-label")[number],
      names: path.dataset.shows.split(" "),
      side: path.dataset.side,
    })),
  }));
  views.forEach((view) => (view.words = view.title.textContent.replace(/^.*, /, "")));
  const HALVES = { left: ["left"], right: ["right"], both: ["left", "right"], midline: ["left", "right"] };
  const SIGNS = /[\u2212\u2010\u2011\u2012\u2013\u2014\u207b\ufe63\uff0d]/g;

  // A grade of a cell as its lower end and the text for the map; a state; null for nothing.
  function read(text) {
    const plain = text.trim().replace(SIGNS, "-").replace(/\uff0b|\u207a/g, "+").replace(/^(MRC|M) ?(?=[0-5])/i, "");
    if (!plain) return null;
    const ends = plain.replace(/ ?\/ ?5\b/g, "").split(/ to | - |(?<=[0-5+-])-(?=[0-5])/);
    const grades = ends.map((end) => end.replace(/ /g, "").replace(/^([+-])([0-5])$/, "$2$1"));
    if (grades.length > 2 || !grades.every((grade) => order.includes(grade))) return { state: true };
    return { rank: order.indexOf(grades[0]), base: grades[0][0], text: grades.join("…").replace(/-/g, "\u2212") };
  }

  function nameOf(cell) {
    return cell.closest("tr").dataset.row.replace(/^(movement|muscle)\./, "");
  }

  function gradesOf(visit) {
    const cells = [...table.querySelectorAll(".cell-grade")].filter((cell) => cell.dataset.visit === visit);
    return cells
      .map((cell) => ({ cell, name: nameOf(cell), halves: HALVES[cell.dataset.side] || [], grade: read(cell.value) }))
      .filter((one) => one.grade);
  }

  function lowest(found) {
    const grades = found.map((one) => one.grade).filter((grade) => !grade.state);
    if (!grades.length) return found.length ? { css: "state", text: "" } : { css: "blank", text: "" };
    const low = grades.reduce((one, other) => (other.rank < one.rank ? other : one));
    return { css: "grade-" + low.base, text: low.text };
  }

  function paint(region, look) {
    region.path.setAttribute("class", "region region-" + look.css);
    const text = region.label.querySelector("text");
    if (!text.classList.contains("outside")) text.setAttribute("class", "on-" + look.css);
    text.textContent = look.text;
    region.label.toggleAttribute("data-empty", !look.text);
  }

  function show(cell) {
    const found = gradesOf(cell.dataset.visit);
    if (caption) caption.textContent = cell.dataset.visitLabel;
    for (const view of views) {
      const said = [];
      for (const region of view.regions) {
        const here = found.filter((one) => region.names.includes(one.name) && one.halves.includes(region.side));
        paint(region, lowest(here));
        here.forEach((one) => said.push(one.cell.getAttribute("aria-label") + ": " + one.cell.value));
      }
      view.title.textContent = cell.dataset.visitLabel + ", " + view.words;
      if (said.length) view.desc.textContent = [...new Set(said)].join("; ");
    }
    outline(cell);
  }

  function outline(cell) {
    const halves = HALVES[cell.dataset.side] || [];
    for (const region of views.flatMap((view) => view.regions)) {
      const isHere = region.names.includes(nameOf(cell)) && halves.includes(region.side);
      region.path.classList.toggle("is-focused", isHere);
    }
  }

  table.addEventListener("focusin", (event) => {
    if (event.target.matches(".cell-grade")) show(event.target);
  });
  table.addEventListener("input", (event) => {
    const focused = document.activeElement;
    if (event.target.matches(".cell-grade")) show(table.contains(focused) && focused.matches(".cell-grade") ? focused : event.target);
  });
})();

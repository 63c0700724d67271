// Give blank rows the visit and the side of the row above, as patients/entry/rows.py also does.

const CARRIED = ["visit", "side"];
const chosen = new WeakSet(); // the visits and sides that the user chose

export function listenToCarrying(form) {
  form.addEventListener("input", ({ target }) => {
    const body = target.closest("tbody[data-row]");
    if (!body || !carriedCells(body).includes(target)) return;
    chosen.add(target);
    carryDown(body);
  });
}

// Copy the visit and the side of a row to the blank rows that follow it.
export function carryDown(body) {
  const values = carriedCells(body).map(({ value }) => value);
  for (let row = body.nextElementSibling; row && isBlank(row); row = row.nextElementSibling) {
    carriedCells(row).forEach((cell, number) => {
      if (!chosen.has(cell)) cell.value = values[number];
    });
  }
}

// Return the index of the option of an empty select field: "not stated" or else the first.
export function emptyIndex(select) {
  const values = [...select.options].map(({ value }) => value);
  return Math.max(0, values.indexOf("not_stated"));
}

// Only tables that show a visit carry it, and the side if they show one.
function carriedCells(body) {
  const cells = CARRIED.map((name) => body.querySelector(`tr:not(.more) [name$="-${name}"]`));
  return cells[0] ? cells.filter(Boolean) : [];
}

export function isBlank(body) {
  if (!body.classList.contains("is-new") || body.classList.contains("is-offered")) return false;
  const carried = carriedCells(body);
  return [...body.querySelectorAll("input, select, textarea")].every(
    (cell) => carried.includes(cell) || isEmpty(cell),
  );
}

function isEmpty(cell) {
  if (cell.type === "checkbox") return !cell.checked;
  return cell.tagName === "SELECT" ? cell.selectedIndex === emptyIndex(cell) : !cell.value;
}

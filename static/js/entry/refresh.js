// Replace the form with one that the server renders from what was typed, without leaving the page:
// for buttons that add rows or a visit, and for the choice of rows and sides.
// Without scripts, these buttons reload the page.
import { csrfToken } from "../shared/csrf.js";
import { write } from "./cells.js";

const ADDING = "button[name=add]:not([data-add])"; // rows.js handles data-add

// What a button needs, by its value: the query of the page to show, and where the focus goes.
const ROWS = { query: queryOf, focus: focusRow };
const ACTIONS = {
  visit: { query: queryOf, focus: focusVisit },
  choice: { query: chosenQuery, focus: (form) => form.elements.set.focus() },
};

export function listenToRefresh(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest(ADDING);
    if (!button) return;
    event.preventDefault();
    const { query, focus } = ACTIONS[button.value] ?? ROWS;
    load(form, query(form), button.value).then(() => focus(form, button));
  });
}

// Replace the contents of the form with what the server renders from its inputs, and dispatch
// "refreshed" on the form. `add` is the value of the pressed button, or "choice" (rows and sides).
export async function load(form, query, add) {
  const content = textOf(form);
  try {
    const page = await post(query, `${content}&add=${encodeURIComponent(add)}`);
    if (textOf(form) !== content) {
      await load(form, query, add); // the user typed in the meantime
      return;
    }
    const made = new DOMParser().parseFromString(page, "text/html").getElementById("entry");
    form.setAttribute("action", made.getAttribute("action") || query || location.pathname);
    form.replaceChildren(...made.childNodes);
    history.replaceState(null, "", query || location.pathname);
    form.dispatchEvent(new Event("refreshed"));
    form.dispatchEvent(new Event("input", { bubbles: true })); // saves a draft
  } catch {
    for (const line of form.querySelectorAll("[data-draft-state]")) {
      line.textContent = form.dataset.failed;
    }
  }
}

function queryOf(form) {
  return form.getAttribute("action") || location.search;
}

function chosenQuery({ elements: { set, sides } }) {
  return `?${new URLSearchParams({ set: set.value, sides: sides.value })}`;
}

function textOf(form) {
  const data = new URLSearchParams(new FormData(form));
  data.set("csrfmiddlewaretoken", csrfToken());
  return data.toString();
}

async function post(query, body) {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const response = await fetch(query, { method: "POST", body, headers, redirect: "error" });
  if (!response.ok) throw new Error(response.status);
  return response.text();
}

// Focus the first cell of the visit just added; in a table of rows, select this visit in the first
// blank row.
function focusVisit(form) {
  const label = form.querySelector("[name=visit_label]");
  const added = [...form.querySelectorAll("[data-added-visit]")].at(-1);
  const isWrong = label.getAttribute("aria-invalid");
  const key = /^added_visits-(.*)-label$/.exec(added?.name || "")?.[1];
  const cell = isWrong ? null : form.querySelector(`.cell-grade[data-visit="${key}"]`);
  const visit = isWrong
    ? null
    : form.querySelector("tbody.is-new:not(.is-offered) [name$='-visit']");
  if (visit) write(visit, key);
  (cell || visit || label).focus();
}

// Focus the first empty row of the table above the button.
function focusRow(form, button) {
  const again = form.querySelector(`button[name=add][value="${CSS.escape(button.value)}"]`);
  const table = again?.closest(".card-section")?.querySelector("table");
  const free = table?.querySelector("tr[data-free] input:placeholder-shown");
  (free || again)?.focus();
}

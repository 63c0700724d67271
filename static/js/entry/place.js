// Return to the field and the scroll position after a page was saved and loaded again.
import { isBlank } from "./carrying.js";

const BUTTONS = "[data-save], [data-go-on]";

// Return what the page needs to know about the place, and tell the browser to leave scrolling to it.
export function notePlace(form) {
  const field = document.activeElement;
  history.scrollRestoration = "manual";
  const { top } = field.getBoundingClientRect();
  return { place: { ...nameOf(form, field), top, scroll: scrollY } };
}

// Focus the field, unless that would open the keyboard of a touch screen; return whether there is a place.
export function returnToPlace(form) {
  const { place, ...others } = history.state ?? {};
  if (!place) return false;
  addEventListener("pagehide", () => {
    history.scrollRestoration = "auto"; // not before: the browser scrolls when the page is complete
  });
  history.replaceState(others, "");
  const field = find(form, place);
  if (!field) {
    scrollTo(0, place.scroll);
    return true;
  }
  field.closest("details")?.setAttribute("open", "");
  scrollBy(0, field.getBoundingClientRect().top - place.top);
  const isKeyboardOpened = matchMedia("(pointer: coarse)").matches && !field.matches("button");
  if (!isKeyboardOpened) field.focus({ preventScroll: true });
  return true;
}

// A stored row keeps its name. A field of a new row is found by its column and the number of rows above it.
function nameOf(form, field) {
  if (field.matches(BUTTONS)) return { button: [...form.querySelectorAll(BUTTONS)].indexOf(field) };
  const { name } = field;
  if (!name || field.form !== form) return {};
  if (!/-new\d+-|\.new\d+-/.test(name)) return { name };
  const above = ofColumn(form, columnOf(name)).filter(isKept);
  const before = above.filter((one) => one.compareDocumentPosition(field) & 4);
  return { column: columnOf(name), number: before.length };
}

function find(form, { button, name, column, number }) {
  if (button >= 0) return form.querySelectorAll(BUTTONS)[button];
  if (name) return form.querySelector(`[name="${CSS.escape(name)}"]`);
  return column ? ofColumn(form, column)[number] : null;
}

// Table and column, such as "laboratory" and "note"; the phases of all treatments count as one table.
function columnOf(name) {
  return [name.split(/[-.]/)[0], name.split("-").at(-1)];
}

function ofColumn(form, [table, column]) {
  const fields = form.querySelectorAll(`[name^="${table}"][name$="-${column}"]:not([type=hidden])`);
  return [...fields];
}

// Saving removes blank rows and rows that are to be deleted.
function isKept(field) {
  const row = field.closest("[data-row]");
  return !row || !(isBlank(row) || row.querySelector("[name$='-delete']")?.checked);
}

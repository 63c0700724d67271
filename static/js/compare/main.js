// The strength comparison of two visits: the button, or `c`, switches between all rows and the changed rows.
// Without this script, the button is a link that does the same.
import { isTyping, singleKeysAreOn } from "../shared/single-keys.js";
import { commandOf } from "./pure/keymap.js";

const toggle = document.getElementById("only-changed");
const table = document.getElementById("compare");
const choice = document.querySelector(".compare-choice");

function urlFor(only) {
  const query = new URLSearchParams(location.search);
  query.delete("changed");
  if (only) query.set("changed", "1");
  return `?${query}`;
}

function isOnlyChanged() {
  return Boolean(table?.classList.contains("only-changed"));
}

function showOnlyChanged(only) {
  table.classList.toggle("only-changed", only);
  toggle.textContent = only ? toggle.dataset.all : toggle.dataset.changed;
  toggle.href = urlFor(!only);
  const url = urlFor(only);
  history.replaceState(null, "", url === "?" ? location.pathname : url);
}

// Keep the filter when the user chooses other visits.
function keepChoice() {
  const hidden = choice.querySelector("[name=changed]");
  if (hidden && !isOnlyChanged()) hidden.remove();
  if (!hidden && isOnlyChanged()) {
    const field = { type: "hidden", name: "changed", value: "1" };
    choice.append(Object.assign(document.createElement("input"), field));
  }
}

if (toggle && table) {
  toggle.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showOnlyChanged(!isOnlyChanged());
  });
  document.addEventListener("keydown", (event) => {
    const now = { singleKeys: singleKeysAreOn() && !isTyping(event.target) };
    if (commandOf(event, now) === "toggle") showOnlyChanged(!isOnlyChanged());
  });
}
choice?.addEventListener("submit", keepChoice);

// The strength table before and after: `c` or the button shows only what changed. Without this
// script the button is a link that does the same.
"use strict";

const toggle = document.getElementById("only-changed");
const table = document.getElementById("compare");
const choice = document.querySelector(".compare-choice");

function addressOf(only) {
  const query = new URLSearchParams(location.search);
  query.delete("changed");
  if (only) query.set("changed", "1");
  return "?" + query;
}

function showOnlyChanged(only) {
  table.classList.toggle("only-changed", only);
  toggle.textContent = only ? toggle.dataset.all : toggle.dataset.changed;
  toggle.href = addressOf(!only);
  const address = addressOf(only);
  history.replaceState(null, "", address === "?" ? location.pathname : address);
}

function isTyping(target) {
  return target.matches("input, textarea, select, [contenteditable]");
}

if (toggle && table) {
  toggle.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showOnlyChanged(!table.classList.contains("only-changed"));
  });
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "c" && plain && !isTyping(event.target)) {
      showOnlyChanged(!table.classList.contains("only-changed"));
    }
  });
}

// Another choice of visits keeps what is shown.
if (choice) {
  choice.addEventListener("submit", () => {
    const only = table && table.classList.contains("only-changed");
    const hidden = choice.querySelector("[name=changed]");
    if (hidden && !only) hidden.remove();
    if (only && !hidden) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "changed", value: "1" });
      choice.append(field);
    }
  });
}

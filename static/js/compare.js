// The strength table before and after: `c` or the button shows only what changed. Without this
// script the button is a link that does the same.
"use strict";

const toggle = document.getElementById("only-changed");
const table = document.getElementById("compare");

function showOnlyChanged(only) {
  table.classList.toggle("only-changed", only);
  toggle.textContent = only ? toggle.dataset.all : toggle.dataset.changed;
  const query = only ? "?changed=1" : "?";
  toggle.href = only ? "?" : "?changed=1";
  history.replaceState(null, "", only ? query : location.pathname);
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

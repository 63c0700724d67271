// The list of a page's keys: a dialog that "?" and the link "Keys" open. Without scripts, the link opens a page
// with the keys of all pages.
import { setSingleKeys, singleKeysAreOn } from "./single-keys.js";

const dialog = document.getElementById("keys");

export function showKeys() {
  dialog?.showModal();
}

export function listenToKeysDialog() {
  if (!dialog) return;
  for (const link of document.querySelectorAll("[data-keys-dialog]")) {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      showKeys();
    });
  }
  const box = dialog.querySelector("[data-single-keys]");
  box.checked = singleKeysAreOn();
  box.addEventListener("change", () => setSingleKeys(box.checked));
}

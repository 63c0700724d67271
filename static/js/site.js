// On every page: send forms without losing what was typed, ask before it is left unsent, show the page's keys, close menus on Escape and on a
// click outside, and show times in the browser's time zone. Pages also work without this script.
import { listenToKeysDialog, showKeys } from "./shared/keys-dialog.js";
import { listenToLeaving } from "./shared/leaving.js";
import { showLocalTimes } from "./shared/local-time.js";
import { commandOf } from "./shared/pure/keymap.js";
import { listenToForms } from "./shared/sending.js";
import { isTyping, singleKeysAreOn } from "./shared/single-keys.js";

const COMMANDS = { keys: showKeys, close: closeOpenMenu };

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

function closeOpenMenu() {
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  const command = commandOf(event, { singleKeys: singleKeysAreOn() && !isTyping(event.target) });
  COMMANDS[command]?.();
});

listenToForms();
listenToLeaving();
listenToKeysDialog();
showLocalTimes();

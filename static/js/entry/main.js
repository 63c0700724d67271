// Entry point of the entry pages. Without JavaScript, Save and the buttons that reload the page still work.
import { showBodyMap } from "./body-map.js";
import { listenToCarrying } from "./carrying.js";
import { listenToNames } from "./completing.js";
import { keepDrafts } from "./drafts.js";
import { listenToSelection } from "./fill-down.js";
import { focusFirst, listenToGrid } from "./grid.js";
import { listenToPaste } from "./paste.js";
import { listenToPickers } from "./pickers.js";
import { commandOf } from "./pure/keymap.js";
import { listenToRows } from "./rows.js";

const form = document.getElementById("entry");

const BUTTONS = { save: "[data-save]", saveAndGo: "[data-go-on]" };

function listenToSave() {
  document.addEventListener("keydown", (event) => {
    const button = BUTTONS[commandOf(event, { inTable: false })];
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(button));
  });
}

keepDrafts(form);
listenToSave();
listenToRows(form);
listenToCarrying(form);
listenToSelection();
listenToNames(form);
listenToPickers(form);
showBodyMap();
listenToGrid();
listenToPaste();
document.getElementById("error-summary")?.focus();
focusFirst(form);

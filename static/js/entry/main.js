// Entry point of the entry pages. Without JavaScript, Save and the buttons that reload the page still work.
import { showBodyMap } from "./body-map.js";
import { listenToCarrying } from "./carrying.js";
import { listenToNames } from "./completing.js";
import { repeatMessage } from "./draft-state.js";
import { keepDrafts } from "./drafts.js";
import { listenToSelection } from "./fill-down.js";
import { focusFirst, listenToGrid } from "./grid.js";
import { listenToMap, prepareMap } from "./map-grading.js";
import { listenToPaste } from "./paste.js";
import { listenToPickers } from "./pickers.js";
import { returnToPlace } from "./place.js";
import { commandOf } from "./pure/keymap.js";
import { listenToRefresh } from "./refresh.js";
import { listenToRows } from "./rows.js";
import { listenToSaving } from "./saving.js";

const form = document.getElementById("entry");

const BUTTONS = {
  save: "[data-save]",
  saveAndGo: "[data-go-on]",
  addVisit: "[name=add][value=visit]",
};

function listenToSave() {
  document.addEventListener("keydown", (event) => {
    const now = { inTable: false, isVisit: event.target.matches("[name=visit_label]") };
    const button = BUTTONS[commandOf(event, now)];
    if (!button) return;
    event.preventDefault();
    form.querySelector(button).click();
  });
}

function showMap() {
  showBodyMap();
  prepareMap();
}

const drafts = keepDrafts(form);
if (drafts) listenToSaving(form, drafts);
listenToSave();
listenToRows(form);
listenToCarrying(form);
listenToSelection();
listenToNames(form);
listenToPickers(form);
listenToRefresh(form);
listenToMap(form);
showMap();
form.addEventListener("refreshed", showMap);
listenToGrid();
listenToPaste(form);
document.getElementById("error-summary")?.focus();
if (drafts && returnToPlace(form)) repeatMessage(form);
else focusFirst(form);

// Keep the page's URL up to date with the view.
import { queryOf } from "./pure/query.js";
import { viewer } from "./state.js";

const PAUSE = 150; // milliseconds
let timer = 0;

export function viewQuery() {
  return queryOf(viewer.panes, viewer.synced);
}

export function remember() {
  clearTimeout(timer);
  timer = setTimeout(rememberNow, PAUSE);
}

export function rememberNow() {
  clearTimeout(timer);
  history.replaceState(null, "", `?${viewQuery()}`);
  const shown = location.search.slice(1);
  for (const field of viewer.root.querySelectorAll("[data-view-field]")) field.value = shown;
}

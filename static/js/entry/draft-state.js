// The status line of a page with unsaved changes (being stored, stored, none, offline or failed), why they cannot be
// stored, and the marks of unsaved changes in the title and the navigation.
import { showProblem } from "../shared/problems.js";

const TROUBLES = ["offline", "failed"];
const NOT_ACCEPTED = ["signed-out", "other-user", "denied"];

// Show a state; `reason` is the server's, if the state is "denied".
export function showState(form, state, reason) {
  const line = form.querySelector("[data-draft-state]");
  line.classList.remove("is-result");
  line.classList.toggle("draft-trouble", TROUBLES.includes(state));
  line.textContent = text(form.dataset, state);
  if (!["saving", "sending"].includes(state))
    showProblem(form, NOT_ACCEPTED.includes(state) ? state : "", reason);
  if (["saved", "unchanged"].includes(state)) showDraft(state);
}

// Repeat the message about a save in the status line, if the message is scrolled out of view.
export function repeatMessage(form) {
  const message = document.querySelector(".notice-success p");
  const line = form.querySelector("[data-draft-state]");
  if (!message || line.textContent || message.getBoundingClientRect().bottom > 0) return;
  line.classList.add("is-result");
  line.textContent = message.textContent;
}

// Show a link to the unsaved changes of another tab; an empty address hides it.
export function showOther(address) {
  const line = document.querySelector("[data-other-draft]");
  if (!line) return;
  line.hidden = !address;
  if (address) line.querySelector("a").href = address;
}

function text({ saving, sending, saved, unchanged, offline, failed }, state) {
  const texts = {
    saving,
    sending,
    unchanged,
    offline,
    failed,
    saved: `${saved} ${clock(new Date())}`,
  };
  return texts[state] || "";
}

// Mark the section as unsaved in the title and the navigation, and offer to discard the changes; remove the mark
// and the offer if `state` is "unchanged".
function showDraft(state) {
  for (const element of document.querySelectorAll("[data-draft-tag], [data-discard]")) {
    element.hidden = state === "unchanged";
  }
  document.querySelector("[data-own-draft]")?.toggleAttribute("hidden", state === "unchanged");
  const marks = document.querySelector(`[data-draft-marks="${state}"]`);
  if (!marks) return; // the page for a new case has no navigation
  const [summary, line] = marks.content.children;
  const current = document.querySelector(".section-nav [aria-current]");
  document.querySelector(".section-fold > summary").innerHTML = summary.innerHTML;
  current.innerHTML = line.innerHTML;
  current.className = line.className;
}

function clock(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

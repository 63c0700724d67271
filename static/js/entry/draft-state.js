// The status line of an entry page (saving, draft saved, no changes, offline, signed out or failed), and the
// marks of its draft in the title and the navigation.

const TROUBLES = ["offline", "failed", "signed-out"];

export function showState(form, state) {
  const line = form.querySelector("[data-draft-state]");
  const signedOut = form.querySelector("[data-signed-out]");
  signedOut.hidden = state !== "signed-out";
  line.classList.toggle("draft-trouble", TROUBLES.includes(state));
  line.textContent = text(form.dataset, state);
  if (["saved", "unchanged"].includes(state)) showDraft(state);
}

function text({ saving, saved, unchanged, offline, failed }, state) {
  const texts = { saving, unchanged, offline, failed, saved: `${saved} ${clock(new Date())}` };
  return texts[state] || "";
}

// Mark the section as unsaved in the title and the navigation, and offer to discard the draft; remove the mark
// and the offer if `state` is "unchanged".
function showDraft(state) {
  for (const element of document.querySelectorAll("[data-draft-tag], [data-discard]")) {
    element.hidden = state === "unchanged";
  }
  document.querySelector(".draft-line")?.toggleAttribute("hidden", state === "unchanged");
  const [summary, line] = document.querySelector(`[data-draft-marks="${state}"]`).content.children;
  const current = document.querySelector(".section-nav [aria-current]");
  document.querySelector(".section-fold > summary").innerHTML = summary.innerHTML;
  current.innerHTML = line.innerHTML;
  current.className = line.className;
}

function clock(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

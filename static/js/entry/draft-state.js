// The status line of an entry page: saving, draft saved, offline, signed out or failed.

const TROUBLES = ["offline", "failed", "signed-out"];

export function showState(form, state) {
  const line = form.querySelector("[data-draft-state]");
  const signedOut = form.querySelector("[data-signed-out]");
  signedOut.hidden = state !== "signed-out";
  line.classList.toggle("draft-trouble", TROUBLES.includes(state));
  line.textContent = text(form.dataset, state);
  if (state === "saved") showDraft();
}

function text({ saving, saved, offline, failed }, state) {
  const texts = { saving, offline, failed, saved: `${saved} ${clock(new Date())}` };
  return texts[state] || "";
}

// Mark the section as unsaved in the title and offer to discard the draft.
function showDraft() {
  for (const element of document.querySelectorAll("[data-draft-tag], [data-discard]")) {
    element.hidden = false;
  }
}

function clock(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

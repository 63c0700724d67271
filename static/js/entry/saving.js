// Save an entry page without leaving it before the server has answered: what is typed meanwhile becomes a draft on
// the saved version. Then the page is loaded again.
import { sendLater } from "../shared/sending.js";
import { showState } from "./draft-state.js";
import { notePlace } from "./place.js";

export function listenToSaving(form, drafts) {
  let isSaving = false;
  let failures = 0;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSaving) return;
    isSaving = true;
    await pasteClosed(); // save what is being pasted, too
    const isSent = await save(form, drafts, event.submitter);
    isSaving = false;
    failures = isSent ? 0 : failures + 1;
    if (!isSent) sendLater(form, event.submitter, failures);
  });
}

// Return whether the server answered.
async function save(form, drafts, submitter) {
  const { body, content } = drafts.beginSaving(submitter);
  showState(form, "sending");
  // As from a page: signed out meanwhile, the answer is a page that holds the input, not a redirect.
  const headers = { Accept: "text/html" };
  const options = { method: "POST", body, headers, redirect: "manual" };
  const response = await fetch(form.action, options).catch(() => null);
  const isSaved = response?.type === "opaqueredirect";
  drafts.endSaving(content, isSaved);
  if (!response || response.status >= 500) return false;
  if (isSaved) await leave(form, drafts, submitter?.dataset.goOn);
  else sendAsPage(form, drafts);
  return true;
}

// Go on to the next page or, if something was typed since, show it on this page.
async function leave(form, drafts, next) {
  if (next && !drafts.isUnsent) {
    form.inert = true;
    location.assign(next);
    return;
  }
  await pasteClosed();
  await drafts.stored();
  const address = new URL(form.action);
  address.searchParams.delete("draft");
  history.replaceState(notePlace(form), "", address);
  location.reload();
}

// Let the browser show the answer, such as a page with errors.
function sendAsPage(form, drafts) {
  drafts.leaving = true;
  form.inert = true;
  form.submit();
}

function pasteClosed() {
  const dialog = document.getElementById("paste");
  if (!dialog.open) return null;
  return new Promise((resolve) => {
    dialog.addEventListener("close", resolve, { once: true });
  });
}

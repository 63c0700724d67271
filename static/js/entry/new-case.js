// Entry point of the page for a new case: autosave, a timeline of the input, and how each time was
// understood. Without JavaScript, the page works without them.
import { csrfToken } from "../shared/csrf.js";
import { showState } from "./draft-state.js";
import { keepDrafts } from "./drafts.js";
import { showDrawing, showTimes } from "./times.js";

const PAUSE = 400; // milliseconds without typing before the input is sent
const PATIENCE = 15000; // milliseconds to wait for the new case

const form = document.getElementById("entry");
let timer = 0;
let running = null; // the AbortController of the current request

async function draw() {
  running?.abort();
  running = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set("csrfmiddlewaretoken", csrfToken());
  try {
    const request = { method: "POST", body, signal: running.signal, redirect: "error" };
    const response = await fetch(form.dataset.drawUrl, request);
    if (!response.ok) return;
    const { drawing, times } = await response.json();
    showDrawing(drawing);
    showTimes(times);
  } catch {
    // The drawing is an aid: without it, the times are checked when the case is created.
  }
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(draw, PAUSE);
});

const drafts = keepDrafts(form);

// What is typed while the case is being created would be lost, so the form takes no input meanwhile.
function setCreating(isCreating) {
  form.inert = isCreating;
  if (isCreating) showState(form, "sending");
}

if (drafts) {
  form.addEventListener("submit", () => {
    drafts.onSubmit();
    setCreating(true);
    setTimeout(() => {
      drafts.onNoAnswer();
      setCreating(false);
    }, PATIENCE);
  });
  addEventListener("pageshow", () => setCreating(false));
}

// Send a form only if the server would accept it, so that nothing typed is lost: otherwise the page stays, says
// what is wrong, and sends the form as soon as it can. Forms with an `opened_by` field are checked in this way.
import { csrfToken } from "./csrf.js";
import { showProblem } from "./problems.js";
import { pauseAfter } from "./pure/retrying.js";
import { checkSession } from "./session.js";

const REST = 3000; // milliseconds for which a second click is ignored after a form is sent
const FRESH = 30000; // milliseconds for which a check of the session is not repeated

let waiting = null; // {form, submitter, failures}
let isChecking = false;
let timer = 0;
let passing = null; // the form that was checked and is being sent
let sentAt = -REST;
let checkedAt = -FRESH;

export function listenToForms() {
  document.addEventListener("submit", onSubmit, true);
  onReturn(() => (waiting ? attempt() : checkIdle()));
}

// Call `action` when the network is back, or the user comes back to the page.
export function onReturn(action) {
  addEventListener("online", action);
  addEventListener("focus", action);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") action();
  });
}

function onSubmit(event) {
  const form = event.target;
  if (form.getAttribute("method")?.toLowerCase() !== "post") return;
  const token = form.elements.namedItem("csrfmiddlewaretoken");
  if (token) token.value = csrfToken();
  if (!form.elements.namedItem("opened_by") || form === passing) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (performance.now() - sentAt < REST) return;
  waiting = { form, submitter: event.submitter, failures: 0 };
  attempt();
}

// Send a form that the server did not answer again, as soon as possible after the `failures` so far.
export function sendLater(form, submitter, failures) {
  waiting = { form, submitter, failures };
  showProblem(form, navigator.onLine ? "failed" : "offline");
  timer = setTimeout(attempt, pauseAfter(failures));
}

async function attempt() {
  if (isChecking) return;
  clearTimeout(timer);
  isChecking = true;
  const { form } = waiting;
  const state = await check(form);
  isChecking = false;
  if (waiting.form !== form) attempt();
  else if (state === "ok") send();
  else {
    showProblem(form, state);
    waiting.failures += 1;
    timer = setTimeout(attempt, pauseAfter(waiting.failures));
  }
}

function send() {
  const { form, submitter } = waiting;
  waiting = null;
  showProblem(form, "");
  sentAt = performance.now();
  passing = form;
  form.requestSubmit(submitter?.form === form ? submitter : undefined);
  passing = null;
}

function check(form) {
  checkedAt = performance.now();
  return checkSession(form.elements.namedItem("opened_by").value);
}

// Notice without any input that the session has ended.
async function checkIdle() {
  const form = document.querySelector("form [name=opened_by]")?.form;
  const shown = form?.querySelector("[data-not-sent]")?.dataset.state;
  if (!form || shown === "denied" || (!shown && performance.now() - checkedAt < FRESH)) return;
  const state = await check(form);
  if (!waiting) showProblem(form, ["signed-out", "other-user"].includes(state) ? state : "");
}

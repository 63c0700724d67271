// Autosave input on the server; warn before the page is left with input that is not stored yet.
import { csrfToken } from "../shared/csrf.js";
import { ACCEPT, Denied, requireOk } from "../shared/denied.js";
import { pauseAfter } from "../shared/pure/retrying.js";
import { onReturn } from "../shared/sending.js";
import { checkSession } from "../shared/session.js";
import { showOther, showState } from "./draft-state.js";
import { isMissing } from "./pure/expected-draft.js";
import { showDrawing, showTimes } from "./times.js";

const PAUSE = 1000; // milliseconds from the first unsent character to a request
const AGAIN = 200; // milliseconds until a page is reloaded that lacks the newest input
const LIMIT = 15000; // milliseconds to wait for the server
const KEEPALIVE_LIMIT = 60000; // bytes; browsers reject larger keepalive requests
const CONTENT_TYPE = "application/x-www-form-urlencoded";

// Return the Drafts of the page, or null if the page will be reloaded.
export function keepDrafts(form) {
  if (awaitDraft(form)) return null;
  const drafts = new Drafts(form);
  form.addEventListener("input", () => drafts.onInput());
  onReturn(() => drafts.retry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") drafts.send();
  });
  addEventListener("pagehide", () => drafts.deliver());
  addEventListener("pageshow", () => {
    drafts.leaving = false;
  });
  addEventListener("beforeunload", (event) => {
    if (drafts.leaving || !drafts.isUnsent) return;
    event.preventDefault();
    drafts.deliver(); // before the browser asks for the next page, which may show this input
  });
  return drafts;
}

// Note in the tab's history what was sent when the page was closed, so that a reload can wait for it.
function expectDraft(page, sequence) {
  history.replaceState({ ...history.state, draft: { page, sequence } }, "");
}

// Reload a page that was opened before the input of its predecessor was stored; return whether it
// will be reloaded.
function awaitDraft(form) {
  const expected = history.state?.draft;
  if (!expected || !form.elements.continues) return false;
  if (!isMissing(expected, form.elements.continues.value, Date.now())) return false;
  form.inert = true; // what is typed now would be lost
  setTimeout(() => location.reload(), AGAIN);
  return true;
}

class Drafts {
  leaving = false;
  #form;
  #stored; // the form data that the server has; null if the page opened with unsaved input
  #saving = null; // the form data that is being saved
  #timer = 0;
  #running = null; // the AbortController of the current request
  #failures = 0;
  #isDenied = false; // whether the user may no longer change the case: only new input is sent
  #sequence = 0;
  #numbered; // the content with this sequence number

  constructor(form) {
    this.#form = form;
    const isUnsaved = form.hasAttribute("data-unsaved");
    this.#stored = isUnsaved ? null : this.#content;
    if (isUnsaved) this.#schedule(PAUSE);
  }

  get #content() {
    const data = new URLSearchParams(new FormData(this.#form));
    data.delete("csrfmiddlewaretoken");
    return data.toString();
  }

  get isUnsent() {
    return this.#content !== this.#stored;
  }

  onInput() {
    if (!this.isUnsent) return;
    if (!this.#failures) showState(this.#form, "saving");
    if (!this.#timer) this.#schedule(PAUSE);
  }

  // The form is sent, and its answer replaces the page.
  onSubmit() {
    this.leaving = true;
    this.#stop();
    this.#running?.abort();
  }

  // The form was sent, but the page is still there.
  onNoAnswer() {
    this.leaving = false;
    if (this.isUnsent) this.#schedule(PAUSE);
  }

  // Return {the body of a request that saves the page, its content}. What is typed from now on has a
  // higher number, so the server knows that it is not part of what is saved.
  beginSaving(submitter) {
    this.#stop();
    this.#running?.abort();
    const content = this.#content;
    this.#saving = content;
    const body = new URLSearchParams(new FormData(this.#form, submitter));
    body.set("csrfmiddlewaretoken", csrfToken());
    body.set("sequence", this.#number(content));
    return { body, content };
  }

  endSaving(content, isSaved) {
    this.#saving = null;
    if (isSaved && content === this.#content) this.#stored = content;
    else if (!this.#timer) this.#schedule(PAUSE);
  }

  // Wait until everything on the page is stored.
  async stored() {
    while (this.isUnsent) await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }

  // Send what could not be sent before, without waiting any longer.
  retry() {
    if (this.#failures) this.send();
  }

  // Send unsaved changes when the page is closed. The browser does not say whether they arrive.
  deliver() {
    if (this.leaving || !this.isUnsent) return;
    const data = new Blob([this.#message(this.#content)], { type: CONTENT_TYPE });
    if (!navigator.sendBeacon(this.#form.dataset.draftUrl, data)) this.send(); // too large
    const { page, form_token: token } = this.#form.elements;
    expectDraft((page ?? token).value, this.#sequence);
  }

  async send() {
    this.#stop();
    const content = this.#content;
    const isKnown = content === this.#stored || content === this.#saving;
    if (isKnown || this.leaving || this.#running) return;
    const running = new AbortController();
    this.#running = running;
    try {
      this.#take(await this.#post(content), content);
    } catch (error) {
      if (!running.signal.aborted) await this.#fail(error);
    } finally {
      this.#running = null;
    }
    if (this.isUnsent && !this.#timer && !this.#isDenied) this.#schedule(PAUSE);
  }

  #schedule(pause) {
    this.#stop();
    this.#timer = setTimeout(() => this.send(), pause);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  // Use the server's answer. If the page was saved or discarded before, it becomes a new page.
  #take(answer, content) {
    this.#failures = 0;
    this.#isDenied = false;
    if (answer.page) {
      this.#form.elements.page.value = answer.page;
      this.#stored = null;
      return;
    }
    this.#stored = content;
    draw(answer);
    showOther(answer.other);
    const state = answer.saved_at ? "saved" : "unchanged";
    showState(this.#form, this.isUnsent ? "saving" : state);
  }

  async #fail(error) {
    if (this.leaving) return;
    this.#failures += 1;
    this.#isDenied = error instanceof Denied;
    if (this.#isDenied) {
      showState(this.#form, "denied", error.message);
      return;
    }
    this.#schedule(pauseAfter(this.#failures));
    const state = await checkSession(this.#form.elements.opened_by.value);
    if (this.#failures && !this.leaving) showState(this.#form, state === "ok" ? "failed" : state);
  }

  async #post(content) {
    const response = await fetch(this.#form.dataset.draftUrl, {
      method: "POST",
      body: this.#message(content),
      headers: { "Content-Type": CONTENT_TYPE, ...ACCEPT },
      keepalive: content.length < KEEPALIVE_LIMIT,
      signal: AbortSignal.any([this.#running.signal, AbortSignal.timeout(LIMIT)]),
      redirect: "manual", // a redirect to the sign-in page is a failure
    });
    await requireOk(response);
    return response.json();
  }

  // The content with the CSRF token, and a number by which the server recognises a request that
  // arrives after a newer one.
  #message(content) {
    const token = encodeURIComponent(csrfToken());
    return `${content}&sequence=${this.#number(content)}&csrfmiddlewaretoken=${token}`;
  }

  #number(content) {
    if (content !== this.#numbered) this.#sequence = Math.max(this.#sequence + 1, Date.now());
    this.#numbered = content;
    return this.#sequence;
  }
}

// Replace the parts of the page that the server renders from the draft.
function draw({ drawing, times, localisation }) {
  showDrawing(drawing);
  showTimes(times);
  const panel = document.querySelector("[data-localisation]");
  if (panel && localisation) panel.innerHTML = localisation;
}

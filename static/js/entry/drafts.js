// Autosave drafts on the server, and warn before unsaved changes are lost.
import { csrfToken } from "../shared/csrf.js";
import { showState } from "./draft-state.js";

const PAUSE = 1000; // milliseconds without typing before a draft is sent
const KEEPALIVE_LIMIT = 60000; // bytes; browsers reject larger keepalive requests
const CONTENT_TYPE = "application/x-www-form-urlencoded";

export function keepDrafts(form) {
  const drafts = new Drafts(form);
  form.addEventListener("input", () => drafts.onInput());
  form.addEventListener("submit", () => drafts.onSubmit());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") drafts.deliver();
  });
  addEventListener("pagehide", () => drafts.deliver());
  addEventListener("pageshow", () => {
    drafts.leaving = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!drafts.leaving && drafts.isUnsent) event.preventDefault();
  });
}

class SignedOut extends Error {}

function troubleOf(error) {
  if (error instanceof SignedOut) return "signed-out";
  return navigator.onLine ? "failed" : "offline";
}

class Drafts {
  leaving = false;
  #form;
  #sent; // the form data last loaded or sent; null if the page opened with unsaved input
  #timer = 0;
  #running = null; // the AbortController of the current request

  constructor(form) {
    this.#form = form;
    const isUnsaved = form.hasAttribute("data-unsaved");
    this.#sent = isUnsaved ? null : this.#content;
    if (isUnsaved) this.#schedule(PAUSE);
  }

  get #content() {
    const data = new URLSearchParams(new FormData(this.#form));
    data.delete("csrfmiddlewaretoken");
    return data.toString();
  }

  get isUnsent() {
    return this.#content !== this.#sent;
  }

  onInput() {
    if (this.isUnsent) showState(this.#form, "saving");
    this.#schedule(PAUSE);
  }

  onSubmit() {
    this.leaving = true;
    this.#form.elements.csrfmiddlewaretoken.value = csrfToken();
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  // Send unsaved changes when the page is hidden or closed.
  deliver() {
    const content = this.#content;
    if (this.leaving || content === this.#sent) return;
    const data = new Blob([withToken(content)], { type: CONTENT_TYPE });
    if (navigator.sendBeacon(this.#form.dataset.draftUrl, data)) this.#sent = content;
  }

  #schedule(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), pause);
  }

  async #send() {
    const content = this.#content;
    if (content === this.#sent || this.leaving) return;
    if (this.#running) {
      this.#schedule(PAUSE);
      return;
    }
    this.#running = new AbortController();
    try {
      const answer = await this.#post(content);
      draw(answer);
      this.#sent = content;
      const state = answer.saved_at ? "saved" : "unchanged";
      showState(this.#form, this.isUnsent ? "saving" : state);
    } catch (error) {
      if (!this.leaving) {
        showState(this.#form, troubleOf(error));
        this.#schedule(5 * PAUSE);
      }
    } finally {
      this.#running = null;
    }
  }

  async #post(content) {
    const response = await fetch(this.#form.dataset.draftUrl, {
      method: "POST",
      body: withToken(content),
      headers: { "Content-Type": CONTENT_TYPE },
      keepalive: content.length < KEEPALIVE_LIMIT,
      signal: this.#running.signal,
      redirect: "manual",
    });
    if (response.type === "opaqueredirect") throw new SignedOut(); // to the sign-in page
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }
}

function withToken(content) {
  return `${content}&csrfmiddlewaretoken=${encodeURIComponent(csrfToken())}`;
}

// Replace the parts of the page that the server renders from the draft.
function draw({ drawing, localisation }) {
  for (const [selector, html] of [
    ["[data-timeline]", drawing],
    ["[data-localisation]", localisation],
  ]) {
    const element = document.querySelector(selector);
    if (element && html) element.innerHTML = html;
  }
}

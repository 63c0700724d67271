// Save changes on the server one by one; each is drawn immediately. Rejected changes are reverted with a
// message. If the server cannot be reached, changes stay queued and can be retried.
import { csrfToken } from "../shared/csrf.js";
import { fill } from "../shared/pure/text.js";
import { repaintMarks } from "./drawing.js";
import { isSaveOffered, showMessage } from "./messages.js";
import { viewer } from "./state.js";

const waiting = []; // queued changes: {revert, request, onError}
let running = false;

class NotSaved extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
    this.canRetry = status === 0 || status === 401 || status >= 500;
  }
}

// Return the server's response with its ETag, or null if it has no body. Throws NotSaved.
export async function send(method, path, data, etag) {
  const headers = {
    "Content-Type": "application/json",
    "X-CSRFToken": csrfToken(),
    Accept: "application/json",
  };
  if (etag) headers["If-Match"] = etag;
  const body = data ? JSON.stringify(data) : undefined;
  const options = { method, headers, body, redirect: "manual", keepalive: true };
  let response;
  try {
    response = await fetch(`${viewer.data.api}${path}`, options);
  } catch {
    throw new NotSaved(viewer.messages.offline);
  }
  if (response.status === 204) return null;
  const content = await response.json().catch(() => ({}));
  if (response.ok) return { ...content, etag: response.headers.get("ETag") };
  if (response.status === 401) throw new NotSaved(viewer.messages.signedOut, 401);
  const errors = (content.errors || []).map((error) => `${error.path}: ${error.message}`);
  const message = errors.join("; ") || content.detail || String(response.status);
  throw new NotSaved(message, response.status);
}

// Draw a change and send it. `onError` can handle an error, such as a conflict; it returns true if the
// change must not be reverted.
export function change(apply, revert, request, onError = async () => false) {
  apply();
  repaintMarks();
  showMessage("");
  waiting.push({ revert, request, onError });
  saveWaiting();
}

export async function saveWaiting() {
  if (running) return;
  running = true;
  const wasOffered = isSaveOffered();
  try {
    while (waiting.length) {
      await saveOne(waiting[0]);
      waiting.shift();
    }
    if (wasOffered) showMessage(viewer.messages.savedNow);
  } catch (error) {
    if (!(error instanceof NotSaved)) throw error;
    const state = error.status === 401 ? "signed-out" : "again";
    showMessage(fill(viewer.messages.notYet, waiting.length, error.message), state);
  } finally {
    running = false;
  }
}

// Return whether changes are queued, apart from the one that is being sent.
export function hasUnsent() {
  return waiting.length > (running ? 1 : 0);
}

// Send one change. Throws NotSaved if it can be retried later.
async function saveOne(one) {
  try {
    await one.request();
  } catch (error) {
    if (error.canRetry || !(error instanceof NotSaved)) throw error;
    await settle(one, error);
  }
}

async function settle(one, error) {
  const settled = await one.onError(error).catch(() => false);
  if (!settled) one.revert();
  repaintMarks();
  if (!settled) showMessage(fill(viewer.messages.failed, error.message));
}

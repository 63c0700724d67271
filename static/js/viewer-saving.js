// The way of marks to the server: one change after the other, each drawn at once. What the server refuses
// is taken back and told; what cannot reach it waits, and is sent when it can be. Undo and redo.
"use strict";

const saving = { waiting: [], running: false };

class NotSaved extends Error {
  constructor(words, status = 0) {
    super(words);
    this.status = status;
    this.later = status === 0 || status === 401 || status >= 500;
  }
}

// Signing in anew, in another tab, gives another token; the cookie has the one that counts.
function csrfToken() {
  const found = /(?:^|; )(?:__Host-)?csrf=([^;]+)/.exec(document.cookie);
  return found ? found[1] : viewer.root.querySelector("[name=csrfmiddlewaretoken]").value;
}

async function send(method, path, content, etag) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" };
  if (etag) headers["If-Match"] = etag;
  const options = { method, headers, redirect: "manual", keepalive: true, body: content ? JSON.stringify(content) : undefined };
  let response;
  try {
    response = await fetch(`${viewer.data.api}${path}`, options);
  } catch {
    throw new NotSaved(viewer.words.offline);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return { ...answer, etag: response.headers.get("ETag") };
  if (response.status === 401) throw new NotSaved(viewer.words.signedOut, 401);
  const wrong = (answer.errors || []).map((error) => `${error.path}: ${error.message}`);
  throw new NotSaved(wrong.join("; ") || answer.detail || String(response.status), response.status);
}

// Draw a change and send it. `otherwise` settles what an error means, where it is no plain refusal: it
// returns true if nothing is to be taken back.
function change(apply, revert, request, otherwise = async () => false) {
  apply();
  repaint();
  show("");
  saving.waiting.push({ revert, request, otherwise });
  saveWaiting();
}

async function saveWaiting() {
  if (saving.running) return;
  saving.running = true;
  const again = !viewer.root.querySelector("[data-save-again]").hidden;
  try {
    while (saving.waiting.length) {
      await saveOne(saving.waiting[0]);
      saving.waiting.shift();
    }
    if (again) tell(viewer.words.savedNow);
  } catch (error) {
    if (!(error instanceof NotSaved)) throw error;
    const state = error.status === 401 ? "signed-out" : "again";
    show(fill(viewer.words.notYet, saving.waiting.length, error.message), state);
  } finally {
    saving.running = false;
  }
}

// Raises NotSaved where the change may be sent again later.
async function saveOne(one) {
  try {
    await one.request();
  } catch (error) {
    if (error.later || !(error instanceof NotSaved)) throw error;
    await settle(one, error);
  }
}

async function settle(one, error) {
  const settled = await one.otherwise(error).catch(() => false);
  if (settled) return repaint();
  one.revert();
  repaint();
  return tell(fill(viewer.words.failed, error.message));
}

const SENT = ["key", "sop_instance_uid", "frame", "kind", "x", "y", "x2", "y2", "angle_degrees", "structure", "side", "colour", "shape", "label"];

function body(mark) {
  const known = SENT.filter((name) => mark[name] !== null && mark[name] !== undefined);
  return Object.fromEntries([["case", viewer.data.case], ...known.map((name) => [name, mark[name]])]);
}

// Under which name the server has a mark. A mark that was deleted and comes back has another one; a change
// that waits goes to the one that it was made of.
function storedOf(mark) {
  mark.stored = mark.stored || { id: mark.id, etag: mark.etag };
  return mark.stored;
}

// What only the server knows of a mark; its place stays as it is drawn, which may be newer.
function learn(mark, stored, answer) {
  const { id, etag, words, measured } = answer;
  Object.assign(stored, { id, etag });
  if (mark.stored !== stored) return;
  const moved = ["x", "y", "x2", "y2"].some((name) => (mark[name] ?? null) !== (answer[name] ?? null));
  Object.assign(mark, { id, words, measured: moved ? undefined : measured });
  repaint();
}

function add(mark) {
  mark.id = undefined; // of a mark that was deleted and comes back
  const stored = (mark.stored = {});
  const sent = body(mark);
  change(
    () => marks.all.push(mark),
    () => drop(mark),
    async () => learn(mark, stored, await send("POST", "", sent)),
  );
}

function drop(mark) {
  marks.all = marks.all.filter((other) => other !== mark);
  if (marks.selected === mark) marks.selected = null;
}

function remove(mark) {
  const stored = storedOf(mark);
  change(
    () => drop(mark),
    () => marks.all.includes(mark) || marks.all.push(mark),
    async () => {
      if (stored.id) await send("DELETE", `${stored.id}/`, undefined, stored.etag);
    },
    async (error) => {
      if (error.status === 404) return tell(viewer.words.wasDeleted, mark);
      if (error.status !== 412) return false;
      take(mark, stored, await send("GET", `${stored.id}/`));
      if (!marks.all.includes(mark)) marks.all.push(mark);
      select(mark);
      return tell(viewer.words.notDeleted, mark);
    },
  );
}

function move(mark, values, before) {
  const stored = storedOf(mark);
  change(
    () => Object.assign(mark, values),
    () => Object.assign(mark, before),
    async () => {
      if (stored.id) learn(mark, stored, await send("PATCH", `${stored.id}/`, values, stored.etag));
    },
    (error) => meet(mark, stored, values, error),
  );
}

// A mark becomes what the server has of it.
function take(mark, stored, found) {
  const { id, etag } = found;
  Object.assign(mark, found, { stored: Object.assign(stored, { id, etag }) });
}

// A mark that was moved here and deleted or changed elsewhere: what is stored is shown, and undo brings
// back what was made here.
async function meet(mark, stored, mine, error) {
  if (error.status === 404) {
    drop(mark);
    did(
      () => add(mark),
      () => remove(mark),
    );
    return tell(viewer.words.goneElsewhere, mark);
  }
  if (error.status !== 412) return false;
  const found = await send("GET", `${stored.id}/`);
  const theirs = Object.fromEntries(Object.keys(mine).map((name) => [name, found[name]]));
  take(mark, stored, found);
  did(
    () => move(mark, mine, theirs),
    () => move(mark, theirs, mine),
  );
  return tell(viewer.words.changedElsewhere, mark);
}

function tell(words, mark = { words: "" }) {
  show(fill(words, mark.words));
  return true;
}

// Undo and redo: each step knows both ways ------------------------------------------------------

function did(undo, redo) {
  marks.done.push({ undo, redo });
  marks.undone = [];
}

function undo() {
  saveNow();
  step(marks.done, marks.undone, "undo", viewer.words.undone);
}

function redo() {
  saveNow();
  step(marks.undone, marks.done, "redo", viewer.words.redone);
}

function step(from, to, way, words) {
  const one = from.pop();
  if (!one) return say(viewer.words.nothingLeft);
  to.push(one);
  one[way]();
  return say(words);
}

// Leaving ----------------------------------------------------------------------------------------

// What is on its way arrives (keepalive). Asked is only where something would be lost: changes that wait
// for an answer before they can be sent, or one end of a mark that waits for the other.
addEventListener("beforeunload", (event) => {
  saveNow();
  const behind = saving.waiting.length - (saving.running ? 1 : 0);
  if (behind || (marks.placing && marks.placing.first)) event.preventDefault();
});
addEventListener("pagehide", () => saveNow());
addEventListener("online", saveWaiting);
addEventListener("pageshow", (event) => event.persisted && location.reload()); // marks may have changed since

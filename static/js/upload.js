// Sends files one by one, each with its line, then shows how they are read. Without it the plain
// form does the same in one go. What was received is safe: a reload shows the import's own page.
"use strict";

const form = document.querySelector("[data-upload]");
const AT_ONCE = 3;

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "X-CSRFToken": token(), Accept: "application/json" },
    body,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || answer.detail || String(response.status));
  return answer;
}

function addLine(list, name) {
  const line = document.createElement("li");
  line.textContent = name;
  list.append(line);
  line.scrollIntoView({ block: "nearest" });
  return line;
}

const words = document.querySelector("[data-upload-words]");
let sending = false;
let dropped = [];

function say(name, ...values) {
  words.textContent = values.reduce((text, value, at) => text.replace(`%${at + 1}`, value), words.dataset[name]);
}

const nameOf = (file) => file.caserecordsName || file.webkitRelativePath || file.name;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A dropped connection is tried again; what the server refuses in words is not.
async function postPatiently(path, body) {
  for (const wait of [1000, 3000, 9000]) {
    try {
      return await post(path, body);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      say("again");
      await pause(wait);
    }
  }
  return post(path, body);
}

// The import that is sent to: a new one, or the one that this page shows, without what it has.
async function openJob(files) {
  if (!form.dataset.job) return [await post(form.action, new FormData()), files];
  const job = await (await fetch(form.dataset.job, { headers: { Accept: "application/json" } })).json();
  const { names } = await (await fetch(job.files, { headers: { Accept: "application/json" } })).json();
  const arrived = new Set(names);
  return [job, files.filter((file) => !arrived.has(nameOf(file)))];
}

async function sendFile(job, file, list) {
  const name = nameOf(file);
  const data = new FormData();
  data.append("file", file);
  data.append("name", name);
  const line = addLine(list, `${name} …`);
  try {
    const answer = await postPatiently(job.files, data);
    line.textContent = answer.reason ? `${name}: ${answer.reason}` : `${name} ✓`;
    line.classList.toggle("failed", Boolean(answer.reason));
  } catch (error) {
    line.textContent = `${name}: ${error.message}`;
    line.classList.add("failed");
    throw error;
  }
}

async function sendAll(chosen) {
  const state = document.querySelector("[data-upload-state]");
  const bar = state.querySelector("[data-upload-bar]");
  const list = state.querySelector("[data-upload-lines]");
  state.hidden = false;
  const [job, files] = await openJob(chosen);
  history.replaceState(null, "", job.page); // a reload leads to what has arrived
  bar.max = files.length || 1;
  const waiting = [...files];
  let sent = 0;
  async function sendSome() {
    while (waiting.length) {
      await sendFile(job, waiting.shift(), list);
      sent += 1;
      bar.value = sent;
      say("sending", sent, files.length);
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  } catch {
    waiting.length = 0;
    say("broken");
    const link = Object.assign(document.createElement("a"), { href: job.page, textContent: job.words });
    words.append(" ", link);
    return;
  }
  say("reading");
  await post(job.start, new FormData());
  sending = false;
  location.assign(job.page);
}

// Dropped folders are walked through; a browser names their entries only through callbacks.
async function walk(entry, path, found) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    file.caserecordsName = path + file.name;
    found.push(file);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const one of some) await walk(one, `${path}${entry.name}/`, found);
  }
}

function watchDrops() {
  const zone = form.querySelector("[data-drop]");
  const told = zone.querySelector("[data-drop-words]");
  told.hidden = false;
  const over = (on) => (event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", on);
  };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", async (event) => {
    over(false)(event);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    told.textContent = words.dataset.looking;
    const found = [];
    for (const entry of entries) await walk(entry, "", found);
    dropped = found;
    told.textContent = told.dataset.chosen.replace("%1", found.length);
    told.removeAttribute("aria-hidden");
  });
}

if (form) {
  watchDrops();
  form.addEventListener("submit", (event) => {
    const files = [...form.elements.files.files, ...form.elements.folder.files, ...dropped];
    if (!files.length) return; // the server says that none was picked
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = sending = true;
    sendAll(files)
      .catch((error) => {
        words.textContent = error.message;
      })
      .finally(() => {
        button.disabled = sending = false;
      });
  });
  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}

const progress = document.querySelector("[data-progress]");

// A server that is away for a while, as for a restart, is asked on.
async function watch() {
  const response = await fetch(progress.dataset.progress, { headers: { Accept: "application/json" } }).catch(() => null);
  if (response?.ok) {
    const job = await response.json();
    const bar = document.querySelector("[data-progress-bar]");
    bar.max = job.total || 1;
    bar.value = job.total - job.counts.waiting;
    for (const place of document.querySelectorAll("[data-count]")) place.textContent = job.counts[place.dataset.count];
    progress.textContent = `${job.words} ${job.total - job.counts.waiting}/${job.total}`;
    if (job.ended) return location.reload();
  }
  return setTimeout(watch, 700);
}

if (progress) watch();

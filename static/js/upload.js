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

async function sendAll(files) {
  const state = document.querySelector("[data-upload-state]");
  const words = state.querySelector("[data-upload-words]");
  const bar = state.querySelector("[data-upload-bar]");
  const list = state.querySelector("[data-upload-lines]");
  state.hidden = false;
  bar.max = files.length;
  const job = await post(form.action, new FormData());
  const waiting = [...files];
  let sent = 0;
  async function sendSome() {
    while (waiting.length) {
      const file = waiting.shift();
      const name = file.webkitRelativePath || file.name;
      const data = new FormData();
      data.append("file", file);
      data.append("name", name);
      const line = addLine(list, `${name} …`);
      try {
        const answer = await post(job.files, data);
        line.textContent = answer.reason ? `${name}: ${answer.reason}` : `${name} ✓`;
        line.classList.toggle("failed", Boolean(answer.reason));
      } catch (error) {
        line.textContent = `${name}: ${error.message}`;
        line.classList.add("failed");
        throw error;
      }
      sent += 1;
      bar.value = sent;
      words.textContent = words.dataset.sending.replace("%1", sent).replace("%2", files.length);
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  } catch {
    words.textContent = words.dataset.broken;
    const link = Object.assign(document.createElement("a"), { href: job.page, textContent: job.words });
    words.append(" ", link);
    return;
  }
  words.textContent = words.dataset.reading;
  await post(job.start, new FormData());
  location.assign(job.page);
}

if (form) {
  form.addEventListener("submit", (event) => {
    const files = [...form.elements.files.files, ...form.elements.folder.files];
    if (!files.length) return; // the server says that none was picked
    event.preventDefault();
    form.querySelector("[type=submit]").disabled = true;
    sendAll(files).catch((error) => {
      document.querySelector("[data-upload-words]").textContent = error.message;
      form.querySelector("[type=submit]").disabled = false;
    });
  });
}

const progress = document.querySelector("[data-progress]");

async function watch() {
  const response = await fetch(progress.dataset.progress, { headers: { Accept: "application/json" } });
  if (response.ok) {
    const job = await response.json();
    const bar = document.querySelector("[data-progress-bar]");
    bar.max = job.total || 1;
    bar.value = job.total - job.counts.waiting;
    progress.textContent = `${job.words} ${job.total - job.counts.waiting}/${job.total}`;
    if (job.state === "done" || job.state === "failed") return location.reload();
  }
  return setTimeout(watch, 700);
}

if (progress) watch();

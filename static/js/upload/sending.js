// Upload files one by one, and list the outcome of each. Received files are kept: a reload shows the page
// of the import.
import { fill } from "../shared/pure/text.js";
import { listenToDrops, pathOf } from "./dropping.js";
import { getJson, post, postPatiently } from "./requests.js";

const AT_ONCE = 3;

export function listenToUpload(form) {
  const words = document.querySelector("[data-upload-words]");
  let sending = false;
  let dropped = [];
  const setSending = (on) => {
    sending = on;
    form.querySelector("[type=submit]").disabled = on;
  };
  listenToDrops(form, words.dataset.looking, (files) => {
    dropped = files;
  });
  form.addEventListener("submit", async (event) => {
    const { files, folder } = form.elements;
    const chosen = [...files.files, ...folder.files, ...dropped];
    if (!chosen.length) return; // the server responds with an error
    event.preventDefault();
    setSending(true);
    try {
      const page = await sendAll(form, words, chosen);
      setSending(false);
      if (page) location.assign(page);
    } catch (error) {
      words.textContent = error.message;
      setSending(false);
    }
  });
  addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}

// Return the URL of the import's page, or null if the connection was lost.
async function sendAll(form, words, chosen) {
  const tell = (name, ...values) => {
    words.textContent = fill(words.dataset[name], ...values);
  };
  const state = document.querySelector("[data-upload-state]");
  const bar = state.querySelector("[data-upload-bar]");
  state.hidden = false;
  const [job, files] = await openJob(form, chosen);
  history.replaceState(null, "", job.page); // a reload shows the received files
  bar.max = files.length || 1;
  const waiting = [...files];
  let sent = 0;
  const sendSome = async () => {
    while (waiting.length) {
      await sendFile(job, waiting.shift(), () => tell("again"));
      sent += 1;
      bar.value = sent;
      tell("sending", sent, files.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  } catch {
    waiting.length = 0;
    tell("broken");
    const link = { href: job.page, textContent: job.words };
    words.append(" ", Object.assign(document.createElement("a"), link));
    return null;
  }
  tell("reading");
  await post(job.start);
  return job.page;
}

// Return [import, files to send]. On the page of an import, files that it has received are skipped.
async function openJob(form, files) {
  if (!form.dataset.job) return [await post(form.action), files];
  const job = await getJson(form.dataset.job);
  const { names } = await getJson(job.files);
  const arrived = new Set(names);
  return [job, files.filter((file) => !arrived.has(pathOf(file)))];
}

async function sendFile(job, file, onAgain) {
  const name = pathOf(file);
  const data = new FormData();
  data.append("file", file);
  data.append("name", name);
  const line = addLine(`${name} …`);
  try {
    const answer = await postPatiently(job.files, data, onAgain);
    line.textContent = answer.reason ? `${name}: ${answer.reason}` : `${name} ✓`;
    line.classList.toggle("failed", Boolean(answer.reason));
  } catch (error) {
    line.textContent = `${name}: ${error.message}`;
    line.classList.add("failed");
    throw error;
  }
}

function addLine(words) {
  const line = Object.assign(document.createElement("li"), { textContent: words });
  document.querySelector("[data-upload-lines]").append(line);
  line.scrollIntoView({ block: "nearest" });
  return line;
}

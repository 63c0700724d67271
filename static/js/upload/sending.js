// Upload each file in a separate request, and list its outcome. The page's URL becomes the import's, so
// a reload shows the import's page.
import { fill } from "../shared/pure/text.js";
import { listenToDrops, pathOf } from "./dropping.js";
import { getJson, post, postWithRetry } from "./requests.js";

const AT_ONCE = 3;

export function listenToUpload(form) {
  const status = document.querySelector("[data-upload-words]");
  let sending = false;
  let dropped = [];
  const setSending = (on) => {
    sending = on;
    form.querySelector("[type=submit]").disabled = on;
  };
  listenToDrops(form, status.dataset.looking, (files) => {
    dropped = files;
  });
  form.addEventListener("submit", async (event) => {
    const { files, folder } = form.elements;
    const chosen = [...files.files, ...folder.files, ...dropped];
    if (!chosen.length) return; // the server reports that no file was chosen
    event.preventDefault();
    setSending(true);
    try {
      const page = await sendAll(form, status, chosen);
      setSending(false);
      if (page) location.assign(page);
    } catch (error) {
      status.textContent = error.message;
      setSending(false);
    }
  });
  addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}

// Return the URL of the import's page, or null if a file could not be sent.
async function sendAll(form, status, chosen) {
  const showStatus = (name, ...values) => {
    status.textContent = fill(status.dataset[name], ...values);
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
      await sendFile(job, waiting.shift(), () => showStatus("again"));
      sent += 1;
      bar.value = sent;
      showStatus("sending", sent, files.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  } catch {
    waiting.length = 0;
    showStatus("broken");
    const link = { href: job.page, textContent: job.words };
    status.append(" ", Object.assign(document.createElement("a"), link));
    return null;
  }
  showStatus("reading");
  await post(job.start);
  return job.page;
}

// Return [import, files to send]. On an import's page, skip the files that it has already received.
async function openJob(form, files) {
  if (!form.dataset.job) return [await post(form.action), files];
  const job = await getJson(form.dataset.job);
  const { names } = await getJson(job.files);
  const arrived = new Set(names);
  return [job, files.filter((file) => !arrived.has(pathOf(file)))];
}

async function sendFile(job, file, onRetry) {
  const name = pathOf(file);
  const data = new FormData();
  data.append("file", file);
  data.append("name", name);
  const line = addLine(`${name} …`);
  try {
    const response = await postWithRetry(job.files, data, onRetry);
    line.textContent = response.reason ? `${name}: ${response.reason}` : `${name} ✓`;
    line.classList.toggle("failed", Boolean(response.reason));
  } catch (error) {
    line.textContent = `${name}: ${error.message}`;
    line.classList.add("failed");
    throw error;
  }
}

function addLine(text) {
  const line = Object.assign(document.createElement("li"), { textContent: text });
  document.querySelector("[data-upload-lines]").append(line);
  line.scrollIntoView({ block: "nearest" });
  return line;
}

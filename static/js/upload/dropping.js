// Drag and drop of files and folders onto the upload form.

const paths = new WeakMap(); // dropped file -> its path, with the folders it is in

export function pathOf(file) {
  return paths.get(file) || file.webkitRelativePath || file.name;
}

// Call `onFiles` with the files of each drop.
export function listenToDrops(form, lookingText, onFiles) {
  const zone = form.querySelector("[data-drop]");
  const status = zone.querySelector("[data-drop-words]");
  status.hidden = false;
  const showOver = (event, isOver) => {
    event.preventDefault();
    zone.classList.toggle("is-over", isOver);
  };
  zone.addEventListener("dragover", (event) => showOver(event, true));
  zone.addEventListener("dragleave", (event) => showOver(event, false));
  zone.addEventListener("drop", async (event) => {
    showOver(event, false);
    const items = [...event.dataTransfer.items];
    const entries = items.map((item) => item.webkitGetAsEntry()).filter(Boolean);
    status.textContent = lookingText;
    const found = [];
    for (const entry of entries) await walk(entry, "", found);
    onFiles(found);
    status.textContent = status.dataset.chosen.replace("%1", found.length);
    status.removeAttribute("aria-hidden");
  });
}

// Browsers list a folder's entries only through callbacks, in batches.
async function walk(entry, path, found) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    paths.set(file, path + file.name);
    found.push(file);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!batch.length) return;
    for (const one of batch) await walk(one, `${path}${entry.name}/`, found);
  }
}

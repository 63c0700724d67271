// The progress of an import.

const PAUSE = 700; // milliseconds

// Poll until the import ends, then reload the page. Keep polling while the server is unavailable, for example
// during a restart.
export async function watch(status) {
  const headers = { Accept: "application/json" };
  const response = await fetch(status.dataset.progress, { headers }).catch(() => null);
  if (response?.ok) {
    const job = await response.json();
    show(status, job);
    if (job.ended) {
      location.reload();
      return;
    }
  }
  setTimeout(watch, PAUSE, status);
}

function show(status, job) {
  const read = job.total - job.counts.waiting;
  const bar = document.querySelector("[data-progress-bar]");
  bar.max = job.total || 1;
  bar.value = read;
  for (const element of document.querySelectorAll("[data-count]")) {
    element.textContent = job.counts[element.dataset.count];
  }
  status.textContent = `${job.words} ${read}/${job.total}`;
}

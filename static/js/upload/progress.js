// The progress of an import.

const PAUSE = 700; // milliseconds

// Poll until the import ends, and keep polling if the server is unavailable, for example restarting.
export async function watch(words) {
  const headers = { Accept: "application/json" };
  const response = await fetch(words.dataset.progress, { headers }).catch(() => null);
  if (response?.ok) {
    const job = await response.json();
    show(words, job);
    if (job.ended) {
      location.reload();
      return;
    }
  }
  setTimeout(watch, PAUSE, words);
}

function show(words, job) {
  const read = job.total - job.counts.waiting;
  const bar = document.querySelector("[data-progress-bar]");
  bar.max = job.total || 1;
  bar.value = read;
  for (const place of document.querySelectorAll("[data-count]")) {
    place.textContent = job.counts[place.dataset.count];
  }
  words.textContent = `${job.words} ${read}/${job.total}`;
}
